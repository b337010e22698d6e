package text

import (
	"encoding/binary"
	"unicode/utf8"

	"github.com/nibble-go/nibble/tokenize"
	"github.com/nibble-go/nibble/wasm"
)

// options turns options of requests into those of package tokenize, without the
// truncation and padding that a file may ask for.
func options(o wasm.TextOptions) tokenize.Options {
	out := tokenize.Options{AddSpecial: o.AddSpecial, Truncation: &tokenize.Truncation{}, Padding: &tokenize.Padding{}, Workers: 1}
	switch {
	case o.ParseSpecial:
		out.Special = tokenize.ParseSpecial
	case o.PlainSpecial:
		out.Special = tokenize.PlainSpecial
	}
	return out
}

func (r *Room) count(q *wasm.TextEncodeRequest, blobs [][]byte) (wasm.Wire, [][]byte, error) {
	t, text, err := r.textOf(q.Tokenizer, blobs)
	if err != nil {
		return nil, nil, err
	}
	n, err := t.Count(text, options(q.Options))
	return &wasm.TextCountReply{Tokens: n}, nil, err
}

func (r *Room) encode(q *wasm.TextEncodeRequest, blobs [][]byte) (wasm.Wire, [][]byte, error) {
	t, text, err := r.textOf(q.Tokenizer, blobs)
	if err != nil {
		return nil, nil, err
	}
	tokens, err := t.encode(text, options(q.Options))
	if err != nil {
		return nil, nil, err
	}
	reply := &wasm.TextEncodeReply{Tokens: tokens.n, Bytes: len(text), Characters: utf8.RuneCountInString(text)}
	reply.Spelled, reply.SpelledFirst = t.spelledIn(text)
	return reply, tokens.blobs(), nil
}

// textOf returns the tokenizer of a handle and the text of a request.
func (r *Room) textOf(handle int, blobs [][]byte) (*Tokenizer, string, error) {
	t, err := r.tokenizers.Get(handle)
	if err != nil {
		return nil, "", err
	}
	text, err := blob(blobs)
	return t, string(text), err
}

// encoded are the blobs of an encoding of n tokens.
type encoded struct {
	n                                       int
	ids, starts, ends, unitStarts, unitEnds []byte
	flags                                   []byte
}

func newEncoded(n int) *encoded {
	room := make([]byte, (5*4+1)*n)
	number := func(k int) []byte { return room[4*n*k:][: 4*n : 4*n] }
	return &encoded{n, number(0), number(1), number(2), number(3), number(4), room[5*4*n:]}
}

func (e *encoded) blobs() [][]byte {
	return [][]byte{e.ids, e.starts, e.ends, e.unitStarts, e.unitEnds, e.flags}
}

// set sets token i.
func (e *encoded) set(i int, id uint32, bytes, units tokenize.Span, flags byte) {
	binary.LittleEndian.PutUint32(e.ids[4*i:], id)
	binary.LittleEndian.PutUint32(e.starts[4*i:], uint32(bytes.Start))
	binary.LittleEndian.PutUint32(e.ends[4*i:], uint32(bytes.End))
	binary.LittleEndian.PutUint32(e.unitStarts[4*i:], uint32(units.Start))
	binary.LittleEndian.PutUint32(e.unitEnds[4*i:], uint32(units.End))
	e.flags[i] = flags
}

// setOutside sets token i to one that is in no text.
func (e *encoded) setOutside(i int, id uint32, kind byte) {
	e.set(i, id, tokenize.Span{}, tokenize.Span{}, kind&^wasm.TokenAdded|wasm.TokenTemplate)
}

// encode returns the tokens of a text.
func (t *Tokenizer) encode(text string, o tokenize.Options) (*encoded, error) {
	if t.spells {
		ids, err := t.AppendIDs(nil, text, o)
		if err != nil {
			return nil, err
		}
		if e := t.locate(text, ids, o.AddSpecial); e != nil {
			return e, nil
		}
	}
	e, err := t.Encode(text, o)
	if err != nil {
		return nil, err
	}
	return t.flagged(text, e), nil
}

// locate returns where ids stand in a text that their bytes spell one behind
// the other, and nil where they do not. It is many times as fast as Encode, and
// knows the very bytes of each token.
func (t *Tokenizer) locate(text string, ids []uint32, addSpecial bool) *encoded {
	before, after := 0, 0
	if addSpecial {
		before, after = t.before, t.after
	}
	e := newEncoded(len(ids))
	for i, id := range ids[:before] {
		e.setOutside(i, id, t.kind(id))
	}
	for i := len(ids) - after; i < len(ids); i++ {
		e.setOutside(i, ids[i], t.kind(ids[i]))
	}
	b := t.bytes()
	place, whole := cursor{text: text}, true
	at := 0
	for i := before; i < len(ids)-after; i++ {
		token := b.of(ids[i])
		end := at + len(token)
		if end == at || end > len(text) {
			return nil
		}
		high := byte(0)
		for k, c := range token {
			if text[at+k] != c {
				return nil
			}
			high |= c
		}
		flags := t.kind(ids[i])
		units := tokenize.Span{Start: place.units}
		if whole && high < utf8.RuneSelf {
			place.skip(len(token))
			units.End = place.units
		} else {
			if !whole {
				flags |= wasm.TokenPartial
			}
			if units.End, whole = place.end(end); !whole {
				flags |= wasm.TokenPartial
			}
		}
		e.set(i, ids[i], tokenize.Span{Start: at, End: end}, units, flags)
		at = end
	}
	if at != len(text) {
		return nil
	}
	return e
}

// flagged returns the tokens of an encoding.
func (t *Tokenizer) flagged(text string, in *tokenize.Encoding) *encoded {
	e := newEncoded(in.Len())
	place := cursor{text: text}
	for i, id := range in.IDs {
		span := in.Offsets[i]
		kind := t.kind(id)
		if in.Words[i] < 0 {
			e.setOutside(i, id, kind)
			continue
		}
		known, _ := t.Token(id)
		if in.Tokens[i] != known || int(id) == t.unknown && text[span.Start:span.End] != known {
			kind = kind&^wasm.TokenAdded | wasm.TokenUnknown
		}
		if overlaps(in.Offsets, i-1) || overlaps(in.Offsets, i) {
			kind |= wasm.TokenPartial
		}
		var units tokenize.Span
		units.Start, _ = place.start(span.Start)
		units.End, _ = place.end(span.End)
		e.set(i, id, span, units, kind)
	}
	return e
}

// overlaps reports whether a token and the next one are parts of a character.
func overlaps(spans []tokenize.Span, i int) bool {
	return i >= 0 && i+1 < len(spans) && spans[i].Start < spans[i+1].End && spans[i+1].Start < spans[i].End
}
