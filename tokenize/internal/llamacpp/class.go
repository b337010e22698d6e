package llamacpp

import (
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/nibble-go/nibble/tokenize/internal/ucd"
)

// A class is what llama.cpp knows of a character: the group of its general
// category in Unicode 15.1, and whether it is white space. A character that
// version does not have is of no class.
type class uint8

const (
	letter  class = 1 << iota // group L
	mark                      // group M
	number                    // group N
	punct                     // group P
	symbol                    // group S
	control                   // group C, less what is not assigned
	space                     // White_Space; that includes group Z and some of group C
)

// newer are the code points that Unicode 16 added to 15.1. The category of no
// other changed, so that these are all that ucd's tables have to be corrected
// by.
var newer = [...]ucd.Range{
	{Lo: 0x897, Hi: 0x897}, {Lo: 0x1b4e, Hi: 0x1b4f}, {Lo: 0x1b7f, Hi: 0x1b7f}, {Lo: 0x1c89, Hi: 0x1c8a},
	{Lo: 0x2427, Hi: 0x2429}, {Lo: 0x31e4, Hi: 0x31e5}, {Lo: 0xa7cb, Hi: 0xa7cd}, {Lo: 0xa7da, Hi: 0xa7dc},
	{Lo: 0x105c0, Hi: 0x105f3}, {Lo: 0x10d40, Hi: 0x10d65}, {Lo: 0x10d69, Hi: 0x10d85}, {Lo: 0x10d8e, Hi: 0x10d8f},
	{Lo: 0x10ec2, Hi: 0x10ec4}, {Lo: 0x10efc, Hi: 0x10efc}, {Lo: 0x11380, Hi: 0x11389}, {Lo: 0x1138b, Hi: 0x1138b},
	{Lo: 0x1138e, Hi: 0x1138e}, {Lo: 0x11390, Hi: 0x113b5}, {Lo: 0x113b7, Hi: 0x113c0}, {Lo: 0x113c2, Hi: 0x113c2},
	{Lo: 0x113c5, Hi: 0x113c5}, {Lo: 0x113c7, Hi: 0x113ca}, {Lo: 0x113cc, Hi: 0x113d5}, {Lo: 0x113d7, Hi: 0x113d8},
	{Lo: 0x113e1, Hi: 0x113e2}, {Lo: 0x116d0, Hi: 0x116e3}, {Lo: 0x11bc0, Hi: 0x11be1}, {Lo: 0x11bf0, Hi: 0x11bf9},
	{Lo: 0x11f5a, Hi: 0x11f5a}, {Lo: 0x13460, Hi: 0x143fa}, {Lo: 0x16100, Hi: 0x16139}, {Lo: 0x16d40, Hi: 0x16d79},
	{Lo: 0x18cff, Hi: 0x18cff}, {Lo: 0x1cc00, Hi: 0x1ccf9}, {Lo: 0x1cd00, Hi: 0x1ceb3}, {Lo: 0x1e5d0, Hi: 0x1e5fa},
	{Lo: 0x1e5ff, Hi: 0x1e5ff}, {Lo: 0x1f8b2, Hi: 0x1f8bb}, {Lo: 0x1f8c0, Hi: 0x1f8c1}, {Lo: 0x1fa89, Hi: 0x1fa89},
	{Lo: 0x1fa8f, Hi: 0x1fa8f}, {Lo: 0x1fabe, Hi: 0x1fabe}, {Lo: 0x1fac6, Hi: 0x1fac6}, {Lo: 0x1fadc, Hi: 0x1fadc},
	{Lo: 0x1fadf, Hi: 0x1fadf}, {Lo: 0x1fae9, Hi: 0x1fae9}, {Lo: 0x1fbcb, Hi: 0x1fbef},
}

// classLimit is where the table of classes ends. Behind it are tags, variation
// selectors, private use, and nothing.
const classLimit = 0x32400

// classes is the table of classes. It is made when the first vocabulary that
// needs it is loaded, which takes about a millisecond.
var classes = sync.OnceValue(func() *[classLimit]class {
	table := new([classLimit]class)
	for r := range table {
		table[r] = classBeyond(rune(r))
	}
	for _, added := range newer {
		clear(table[added.Lo : added.Hi+1])
	}
	return table
})

// classBeyond returns the class of r by ucd's tables.
func classBeyond(r rune) class {
	var c class
	switch category := ucd.CategoryOf(r); {
	case category.IsLetter():
		c = letter
	case category.IsMark():
		c = mark
	case category.IsNumber():
		c = number
	case category.IsPunct():
		c = punct
	case category.IsSymbol():
		c = symbol
	case category != ucd.Cn && category.IsOther():
		c = control
	}
	if ucd.IsSpace(r) {
		c |= space
	}
	return c
}

// A classTable looks classes up.
type classTable struct{ table *[classLimit]class }

func newClassTable() classTable { return classTable{classes()} }

// of returns the class of r.
func (t classTable) of(r rune) class {
	if uint32(r) < classLimit {
		return t.table[r]
	}
	return classBeyond(r)
}

// at returns the class of the character at s[i], and its bytes.
func (t classTable) at(s string, i int) (class, int) {
	if c := s[i]; c < utf8.RuneSelf {
		return t.table[c], 1
	}
	r, size := decodeBeyond(s[i:])
	return t.of(r), size
}

// run returns where the run of characters of the classes ends that goes on at
// s[i].
func (t classTable) run(s string, i int, of class) int {
	for i < len(s) {
		if c := s[i]; c < utf8.RuneSelf {
			if t.table[c]&of == 0 {
				break
			}
			i++
			continue
		}
		r, size := decodeBeyond(s[i:])
		if t.of(r)&of == 0 {
			break
		}
		i += size
	}
	return i
}

// others returns the end of the run of characters that are of none of the
// classes, from s[i] on.
func (t classTable) others(s string, i int, of class) int {
	for i < len(s) {
		if c := s[i]; c < utf8.RuneSelf {
			if t.table[c]&of != 0 {
				break
			}
			i++
			continue
		}
		r, size := decodeBeyond(s[i:])
		if t.of(r)&of != 0 {
			break
		}
		i += size
	}
	return i
}

// lower returns the lowercase letter of r by UnicodeData of version 15.1,
// which has one letter for each: İ becomes i.
func (t classTable) lower(r rune) rune {
	if t.of(r) == 0 {
		return r
	}
	return unicode.ToLower(r)
}
