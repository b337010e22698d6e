package text

import (
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
	reply := &wasm.TextEncodeReply{Tokens: len(tokens.flags), Bytes: len(text), Characters: utf8.RuneCountInString(text)}
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

// encoded are the blobs of an encoding.
type encoded struct {
	ids, starts, ends, unitStarts, unitEnds []byte
	flags                                   []byte
}

func newEncoded(n int) *encoded {
	// All in one piece: five numbers and a byte a token.
	room := make([]byte, 21*n)
	cut := func(size int) []byte {
		part := room[:0:size]
		room = room[size:]
		return part
	}
	return &encoded{cut(4 * n), cut(4 * n), cut(4 * n), cut(4 * n), cut(4 * n), cut(n)}
}

func (e *encoded) blobs() [][]byte {
	return [][]byte{e.ids, e.starts, e.ends, e.unitStarts, e.unitEnds, e.flags}
}

// add appends a token.
func (e *encoded) add(id uint32, start, end, unitStart, unitEnd int, flags byte) {
	e.ids = appendUint32(e.ids, id)
	e.starts = appendUint32(e.starts, uint32(start))
	e.ends = appendUint32(e.ends, uint32(end))
	e.unitStarts = appendUint32(e.unitStarts, uint32(unitStart))
	e.unitEnds = appendUint32(e.unitEnds, uint32(unitEnd))
	e.flags = append(e.flags, flags)
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
	b := t.bytes()
	at, place, wholeStart := 0, cursor{text: text}, true
	for i, id := range ids {
		kind := t.kind(id)
		if i < before || i >= len(ids)-after {
			e.add(id, 0, 0, 0, 0, kind&^wasm.TokenAdded|wasm.TokenTemplate)
			continue
		}
		token := b.of(id)
		if len(token) == 0 || len(text)-at < len(token) || text[at:at+len(token)] != string(token) {
			return nil
		}
		start, end := at, at+len(token)
		startUnits := place.units
		endUnits, wholeEnd := place.end(end)
		if !wholeStart || !wholeEnd {
			kind |= wasm.TokenPartial
		}
		e.add(id, start, end, startUnits, endUnits, kind)
		at, wholeStart = end, wholeEnd
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
			e.add(id, 0, 0, 0, 0, kind&^wasm.TokenAdded|wasm.TokenTemplate)
			continue
		}
		known, _ := t.Token(id)
		if in.Tokens[i] != known || int(id) == t.unknown && text[span.Start:span.End] != known {
			kind = kind&^wasm.TokenAdded | wasm.TokenUnknown
		}
		if overlaps(in.Offsets, i-1) || overlaps(in.Offsets, i) {
			kind |= wasm.TokenPartial
		}
		startUnits, _ := place.start(span.Start)
		endUnits, _ := place.end(span.End)
		e.add(id, span.Start, span.End, startUnits, endUnits, kind)
	}
	return e
}

// overlaps reports whether a token and the next one are parts of a character.
func overlaps(spans []tokenize.Span, i int) bool {
	return i >= 0 && i+1 < len(spans) && spans[i].Start < spans[i+1].End && spans[i+1].Start < spans[i].End
}
