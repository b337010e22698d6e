package scan

import (
	"math/bits"

	"github.com/nibble-go/nibble/tokenize/internal/ucd"
)

const (
	ones     = 0x0101010101010101 // times a byte: eight of that byte
	highBits = 0x80 * ones
	caseBits = ('a' - 'A') * ones
)

// load8 returns the eight bytes from s[i] on, the first one lowest.
func load8(s string, i int) uint64 {
	b := s[i : i+8]
	return uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
		uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
}

// outside returns the high bits of those bytes of x that are not from first to
// last, both ASCII. The sums stay below 256, so that none carries.
func outside(x uint64, first, last byte) uint64 {
	low := x &^ highBits
	from := low + uint64(0x80-first)*ones  // high bit: first or above
	beyond := low + uint64(0x7F-last)*ones // high bit: above last
	return (^from | beyond | x) & highBits
}

// afterFirst returns the end of the first letter of an ASCII word at s[pos:],
// which may stand behind one other character, as [^\r\n\p{L}\p{N}]?\p{L}+ has
// it; 0 if there is none. The apostrophe is left out because of contractions.
// Most pieces of most texts start so.
func afterFirst(s string, pos int) int {
	k := ascii[s[pos]]
	if k&lead != 0 && pos+1 < len(s) && ascii[s[pos+1]]&letter != 0 {
		return pos + 2
	}
	if k&letter != 0 {
		return pos + 1
	}
	return 0
}

// afterFirstSpaced is afterFirst for ` ?\p{L}+`.
func afterFirstSpaced(s string, pos int) int {
	if s[pos] == ' ' && pos+1 < len(s) && ascii[s[pos+1]]&letter != 0 {
		return pos + 2
	}
	if ascii[s[pos]]&letter != 0 {
		return pos + 1
	}
	return 0
}

// letters returns the end of the run at s[i:] of characters with a class in set,
// which letters are: that is where it is faster than run.
func letters(s string, i int, set class) int {
	if i < len(s) && s[i] < 0x80 {
		if i = asciiLetters(s, i); i == len(s) || s[i] < 0x80 {
			return i
		}
	}
	return run(s, cyrillic(s, i), set)
}

// cyrillic returns the end of the run at s[i:] of U+0400 to U+047F, which are
// all letters, or of most of it. In UTF-8 they are pairs of D0 or D1 and a byte
// that continues a character.
func cyrillic(s string, i int) int {
	const mask, pair = 0xC0FE_C0FE_C0FE_C0FE, 0x80D0_80D0_80D0_80D0
	for len(s)-i >= 8 {
		if m := load8(s, i)&mask ^ pair; m != 0 {
			return i + bits.TrailingZeros64(m)>>4<<1
		}
		i += 8
	}
	return i
}

// asciiLetters returns the end of the run of [A-Za-z] at s[i:].
func asciiLetters(s string, i int) int {
	for len(s)-i >= 8 {
		if m := outside(load8(s, i)|caseBits, 'a', 'z'); m != 0 {
			return i + bits.TrailingZeros64(m)>>3
		}
		i += 8
	}
	for i < len(s) && ascii[s[i]]&letter != 0 {
		i++
	}
	return i
}

// lowers returns the end of the run of [a-z] at s[i:].
func lowers(s string, i int) int {
	for len(s)-i >= 8 {
		if m := outside(load8(s, i), 'a', 'z'); m != 0 {
			return i + bits.TrailingZeros64(m)>>3
		}
		i += 8
	}
	for i < len(s) && ascii[s[i]]&lower != 0 {
		i++
	}
	return i
}

// run returns the end of the run at s[i:] of characters with a class in set.
func run(s string, i int, set class) int {
	for i < len(s) {
		c := s[i]
		k, size := ascii[c], 1
		if k&wide != 0 {
			// Decoding the usual characters here saves a quarter of the time.
			switch rest := s[i:]; {
			case 0xC3 <= c && c < 0xE0 && len(rest) >= 2 && rest[1]&0xC0 == 0x80:
				k, size = categoryClass[ucd.CategoryOf(rune(c&0x1F)<<6|rune(rest[1]&0x3F))&31], 2
			case 0xE3 <= c && c < 0xED && len(rest) >= 3 && rest[1]&0xC0 == 0x80 && rest[2]&0xC0 == 0x80:
				k, size = categoryClass[ucd.CategoryOf(rune(c&0x0F)<<12|rune(rest[1]&0x3F)<<6|rune(rest[2]&0x3F))&31], 3
			default:
				k, size = wideClassAt(s, i)
			}
		}
		if k&set == 0 {
			break
		}
		i += size
	}
	return i
}

// otherRun returns the end of the match of ` ?[^\s\p{L}\p{N}]+` at s[pos], 0 if
// it does not match.
func otherRun(s string, pos int) int {
	if s[pos] == ' ' {
		if pos++; pos == len(s) {
			return 0
		}
	}
	if end := run(s, pos, other); end != pos {
		return end
	}
	return 0
}

// numbers returns the end of the run of \p{N} at s[i:], at most n long.
func numbers(s string, i, n int) int {
	for ; n > 0 && i < len(s); n-- {
		k, size := classAt(s, i)
		if k&number == 0 {
			break
		}
		i += size
	}
	return i
}

// lineEnds returns the end of the run of [\r\n] at s[i:].
func lineEnds(s string, i int) int {
	for i < len(s) && ascii[s[i]]&newline != 0 {
		i++
	}
	return i
}
