package tokenize

import "unicode/utf8"

// toRunes turns spans of bytes of s, whose starts do not go back, into spans of
// runes. What is part of a character becomes that character; each byte that is
// not UTF-8 counts as one.
func toRunes(spans []Span, s string) {
	var at runePlace
	for i, span := range spans {
		if span.Start < at.bytes {
			at = runePlace{}
		}
		at = at.forward(s, span.Start)
		end := at
		if span.End > span.Start {
			if end = at.forward(s, span.End); end.bytes < span.End {
				end.runes++
			}
		}
		spans[i] = Span{at.runes, end.runes}
	}
}

// A runePlace is where a character starts.
type runePlace struct{ bytes, runes int }

// forward returns the place of the last character that starts at offset or
// before.
func (p runePlace) forward(s string, offset int) runePlace {
	for p.bytes < offset {
		_, size := utf8.DecodeRuneInString(s[p.bytes:])
		if p.bytes+size > offset {
			break
		}
		p.bytes += size
		p.runes++
	}
	return p
}
