package scan

import "unicode/utf8"

// farsight is how many units of text behind the end of a piece a scanner looks
// at, at most; see [Certain].
const farsight = 4

// Certain returns how far the pieces of s are certain though more text may
// follow: pieces that end at Certain(s) or before are pieces of s+t for every
// t. It holds for all scanners of this package.
//
// A scanner that ends a piece has looked at the text behind it no further than
// one run of spaces or of uppercase letters and three characters:
//
//   - at one character, where a class ends;
//   - at three, for a contraction, or for three digits in a row;
//   - at two, where a gap leaves its last character to what is behind it;
//   - at a run of spaces and one or two characters behind it, for (?!\S),
//     [\r\n]+ and \s+$, and where spaces go with what follows them;
//   - at a run of uppercase letters and one character, where a word has letters
//     without case before them.
//
// So it is enough that behind Certain(s) there are one unit more than that, and
// the last one cannot change: a unit being a character, or a whole run of
// spaces or uppercase letters. A character that the end of s cuts off does not
// count.
//
// Certain looks at s from the end, and at as much as that takes.
func Certain(s string) int {
	end := whole(s)
	var last class
	for units := 0; end > 0; {
		r, size := utf8.DecodeLastRuneInString(s[:end])
		k := ascii[s[end-1]]
		if k&wide != 0 {
			k = classOf(r)
		}
		if k &= space | upper; k == 0 || k != last {
			if units > farsight {
				return end
			}
			units++
		}
		last = k
		end -= size
	}
	return 0
}

// whole returns the length of s without a character that its end may have cut.
func whole(s string) int {
	for i := len(s) - 1; i >= 0 && i > len(s)-utf8.UTFMax; i-- {
		if utf8.RuneStart(s[i]) {
			if !utf8.FullRuneInString(s[i:]) {
				return i
			}
			break
		}
	}
	return len(s)
}
