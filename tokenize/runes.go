package tokenize

import "unicode/utf8"

// toRunes turns spans of bytes of s into spans of runes. Spans within one
// character become that character; each byte that is not UTF-8 counts as one.
func toRunes(spans []Span, s string) {
	var c runeCounter
	for i, span := range spans {
		start := c.count(s, span.Start)
		end := start
		if span.End > span.Start {
			end = c.count(s, span.End)
		}
		spans[i] = Span{start, end}
	}
}

// A runeCounter counts the runes before an offset. Offsets that grow cost one
// walk over the text in all.
type runeCounter struct{ bytes, runes int }

func (c *runeCounter) count(s string, offset int) int {
	if offset < c.bytes {
		*c = runeCounter{}
	}
	c.runes += utf8.RuneCountInString(s[c.bytes:offset])
	c.bytes = offset
	return c.runes
}
