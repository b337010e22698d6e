package scan

import (
	"unicode/utf8"

	"github.com/nibble-go/nibble/tokenize/internal/ucd"
)

// A class is a set of what a character can be to a split pattern.
type class uint16

// The numbers of the bits that exclude each other: each character has one.
const (
	bitUpper    = iota // Lu, Lt
	bitLower           // Ll
	bitCaseless        // Lm, Lo
	bitMark            // M
	bitNumber          // N
	bitSpace           // White_Space
	bitPunct           // P
	bitSymbol          // S
	bitControl         // the rest of C: also format, private use, unassigned
)

const (
	upper    class = 1 << bitUpper
	lower    class = 1 << bitLower
	caseless class = 1 << bitCaseless
	mark     class = 1 << bitMark
	number   class = 1 << bitNumber
	space    class = 1 << bitSpace
	punct    class = 1 << bitPunct
	symbol   class = 1 << bitSymbol
	control  class = 1 << bitControl

	newline class = 1 << 12 // \r or \n: a space as well
	wide    class = 1 << 13 // in the table ascii alone: the byte is part of another character
	lead    class = 1 << 14 // there too: neither letter, number, line end nor apostrophe
	edge    class = 1 << 15 // of scanners of chunks: no character, but the end of the chunk

	letter = upper | lower | caseless
	other  = mark | punct | symbol | control // [^\s\p{L}\p{N}]
)

// ascii has the classes of the ASCII characters, and wide for all other bytes.
var ascii = [256]class{
	0x00: control | lead, control | lead, control | lead, control | lead, control | lead, control | lead, control | lead, control | lead,
	0x08: control | lead, space | lead, space | newline, space | lead, space | lead, space | newline, control | lead, control | lead,
	0x10: control | lead, control | lead, control | lead, control | lead, control | lead, control | lead, control | lead, control | lead,
	0x18: control | lead, control | lead, control | lead, control | lead, control | lead, control | lead, control | lead, control | lead,
	0x20: space | lead, punct | lead, punct | lead, punct | lead, symbol | lead, punct | lead, punct | lead, punct,
	0x28: punct | lead, punct | lead, punct | lead, symbol | lead, punct | lead, punct | lead, punct | lead, punct | lead,
	0x30: number, number, number, number, number, number, number, number,
	0x38: number, number, punct | lead, punct | lead, symbol | lead, symbol | lead, symbol | lead, punct | lead,
	0x40: punct | lead, upper, upper, upper, upper, upper, upper, upper,
	0x48: upper, upper, upper, upper, upper, upper, upper, upper,
	0x50: upper, upper, upper, upper, upper, upper, upper, upper,
	0x58: upper, upper, upper, punct | lead, punct | lead, punct | lead, symbol | lead, punct | lead,
	0x60: symbol | lead, lower, lower, lower, lower, lower, lower, lower,
	0x68: lower, lower, lower, lower, lower, lower, lower, lower,
	0x70: lower, lower, lower, lower, lower, lower, lower, lower,
	0x78: lower, lower, lower, punct | lead, symbol | lead, punct | lead, symbol | lead, control | lead,
	0x80: wide, wide, wide, wide, wide, wide, wide, wide, wide, wide, wide, wide, wide, wide, wide, wide,
	0x90: wide, wide, wide, wide, wide, wide, wide, wide, wide, wide, wide, wide, wide, wide, wide, wide,
	0xA0: wide, wide, wide, wide, wide, wide, wide, wide, wide, wide, wide, wide, wide, wide, wide, wide,
	0xB0: wide, wide, wide, wide, wide, wide, wide, wide, wide, wide, wide, wide, wide, wide, wide, wide,
	0xC0: wide, wide, wide, wide, wide, wide, wide, wide, wide, wide, wide, wide, wide, wide, wide, wide,
	0xD0: wide, wide, wide, wide, wide, wide, wide, wide, wide, wide, wide, wide, wide, wide, wide, wide,
	0xE0: wide, wide, wide, wide, wide, wide, wide, wide, wide, wide, wide, wide, wide, wide, wide, wide,
	0xF0: wide, wide, wide, wide, wide, wide, wide, wide, wide, wide, wide, wide, wide, wide, wide, wide,
}

// categoryClass has the class of each general category; 32 elements, so that
// an index of five bits needs no check.
var categoryClass = [32]class{
	ucd.Lu: upper, ucd.Lt: upper, ucd.Ll: lower, ucd.Lm: caseless, ucd.Lo: caseless,
	ucd.Mn: mark, ucd.Mc: mark, ucd.Me: mark,
	ucd.Nd: number, ucd.Nl: number, ucd.No: number,
	ucd.Pc: punct, ucd.Pd: punct, ucd.Ps: punct, ucd.Pe: punct, ucd.Pi: punct, ucd.Pf: punct, ucd.Po: punct,
	ucd.Sm: symbol, ucd.Sc: symbol, ucd.Sk: symbol, ucd.So: symbol,
	ucd.Zs: space, ucd.Zl: space, ucd.Zp: space,
	ucd.Cc: control, ucd.Cf: control, ucd.Cs: control, ucd.Co: control, ucd.Cn: control,
}

// nextLine is the one space beyond ASCII that is no separator but a control.
const nextLine = 0x85

// classOf returns the class of a character beyond ASCII.
func classOf(r rune) class {
	if r == nextLine {
		return space
	}
	return categoryClass[ucd.CategoryOf(r)&31]
}

// classAt returns the class of the character at s[i], and its length.
func classAt(s string, i int) (class, int) {
	if c := s[i]; c < 0x80 {
		return ascii[c], 1
	}
	return wideClassAt(s, i)
}

// wideClassAt is classAt where s[i] is not ASCII.
func wideClassAt(s string, i int) (k class, size int) {
	r, size := decode(s, i)
	return classOf(r), size
}

// decode returns the character at s[i], a byte beyond ASCII, and its length.
// For a byte that is not UTF-8 it returns U+FFFD and 1.
func decode(s string, i int) (r rune, size int) {
	switch c := s[i]; {
	case c&0xF0 == 0xE0 && len(s)-i >= 3:
		b, d := s[i+1], s[i+2]
		r = rune(c&0x0F)<<12 | rune(b&0x3F)<<6 | rune(d&0x3F)
		if b&0xC0 == 0x80 && d&0xC0 == 0x80 && r >= 0x800 && r>>11 != 0xD800>>11 {
			return r, 3
		}
	case c&0xE0 == 0xC0 && c >= 0xC2 && len(s)-i >= 2:
		if b := s[i+1]; b&0xC0 == 0x80 {
			return rune(c&0x1F)<<6 | rune(b&0x3F), 2
		}
	}
	return utf8.DecodeRuneInString(s[i:])
}
