package text

import (
	"unicode/utf8"

	"github.com/nibble-go/nibble/tokenize"
	"github.com/nibble-go/nibble/wasm"
)

// locate returns where ids stand in a text that their bytes spell one behind
// the other, and nil where they do not. It is many times as fast as Encode, and
// knows the very bytes of each token.
func (t *Tokenizer) locate(text string, ids []uint32, addSpecial bool) *encoded {
	before, after := 0, 0
	if addSpecial {
		before, after = t.before, t.after
	}
	e := t.scratch.newEncoded(len(ids))
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
	e := t.scratch.newEncoded(in.Len())
	place := cursor{text: text}
	for i, id := range in.IDs {
		if in.Words[i] < 0 {
			e.setOutside(i, id, t.kind(id))
			continue
		}
		flags := t.flags(text, in.IDs, in.Offsets, i)
		if known, _ := t.Token(id); in.Tokens[i] != known { // spelled as it stands in the text
			flags = flags&^wasm.TokenAdded | wasm.TokenUnknown
		}
		e.set(i, id, in.Offsets[i], place.span(in.Offsets[i]), flags)
	}
	return e
}

// flags returns the flags of token i of a text.
func (t *Tokenizer) flags(text string, ids []uint32, spans []tokenize.Span, i int) byte {
	flags := t.kind(ids[i])
	if int(ids[i]) == t.unknown {
		if spelled, _ := t.Token(ids[i]); text[spans[i].Start:spans[i].End] != spelled {
			flags = flags&^wasm.TokenAdded | wasm.TokenUnknown
		}
	}
	if overlaps(spans, i-1) || overlaps(spans, i) {
		flags |= wasm.TokenPartial
	}
	return flags
}

// overlaps reports whether a token and the next one are parts of a character.
func overlaps(spans []tokenize.Span, i int) bool {
	return i >= 0 && i+1 < len(spans) && spans[i].Start < spans[i+1].End && spans[i+1].Start < spans[i].End
}

// Located returns blobs about tokens of a text that stand at some spans of
// bytes: ids, starts and ends in UTF-16 units, flags.
func (t *Tokenizer) Located(text string, ids []uint32, spans []tokenize.Span) [][]byte {
	e := t.scratch.newEncoded(len(ids))
	place := cursor{text: text}
	for i, id := range ids {
		e.set(i, id, spans[i], place.span(spans[i]), t.flags(text, ids, spans, i))
	}
	return [][]byte{e.ids, e.unitStarts, e.unitEnds, e.flags}
}

// Units turns spans of bytes of a text into spans of UTF-16 units.
func Units(text string, spans []tokenize.Span) []tokenize.Span {
	units := make([]tokenize.Span, len(spans))
	place := cursor{text: text}
	for i, span := range spans {
		units[i] = place.span(span)
	}
	return units
}
