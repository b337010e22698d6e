package text

import (
	"unicode/utf8"

	"github.com/nibble-go/nibble/tokenize"
)

// A cursor is at a character of a text and knows how many UTF-16 units, as
// JavaScript counts, are before it. A byte that is not UTF-8 is a character of
// one unit, as the U+FFFD that takes its place.
type cursor struct {
	text  string
	at    int // where the character starts
	units int
}

// to moves the cursor to the character that byte b belongs to, or behind the
// last one.
func (c *cursor) to(b int) {
	for c.at > b {
		r, size := utf8.DecodeLastRuneInString(c.text[:c.at])
		c.at -= size
		c.units -= unitsOf(r)
	}
	for c.at < b {
		if c.text[c.at] < utf8.RuneSelf {
			c.at++
			c.units++
			continue
		}
		r, size := utf8.DecodeRuneInString(c.text[c.at:])
		if c.at+size > b {
			return
		}
		c.at += size
		c.units += unitsOf(r)
	}
}

// skip moves the cursor over n characters of one byte each.
func (c *cursor) skip(n int) {
	c.at += n
	c.units += n
}

// end returns the units up to byte b, with all of the character that it is
// within, and whether one ends there.
func (c *cursor) end(b int) (units int, whole bool) {
	c.to(b)
	if c.at == b {
		return c.units, true
	}
	r, _ := utf8.DecodeRuneInString(c.text[c.at:])
	return c.units + unitsOf(r), false
}

// span returns the UTF-16 units of bytes, with all of the characters that they
// are a part of.
func (c *cursor) span(bytes tokenize.Span) (units tokenize.Span) {
	c.to(bytes.Start)
	units.Start = c.units
	if bytes.Start == bytes.End {
		units.End = units.Start
		return units
	}
	units.End, _ = c.end(bytes.End)
	return units
}

func unitsOf(r rune) int {
	if r > 0xFFFF {
		return 2
	}
	return 1
}
