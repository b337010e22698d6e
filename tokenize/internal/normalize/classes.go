package normalize

import (
	"math/bits"
	"unicode/utf8"
)

// A runeRange is the code points from lo to hi, both included.
type runeRange struct{ lo, hi rune }

// A classRange gives the code points from lo to hi a class.
type classRange struct {
	lo, hi rune
	class  uint8
}

const (
	blockBits = 6
	blockSize = 1 << blockBits
	blocks    = (utf8.MaxRune + 1) >> blockBits
)

// classes has a class for each code point. Blocks of 64 that are the same share
// their place; the first place is that of a block without any class.
type classes struct {
	low   [0x800]uint8 // code points of one or two bytes
	plain bool         // no ASCII has a class
	bmp   [0x10000 >> blockBits]uint16
	rest  []uint16 // blocks beyond that; those beyond these have no class
	all   [][blockSize]uint8
}

// of returns the class of r.
func (c *classes) of(r rune) uint8 {
	block := uint32(r) >> blockBits
	switch {
	case block < uint32(len(c.bmp)):
		return c.all[c.bmp[block]][r%blockSize]
	case block-uint32(len(c.bmp)) < uint32(len(c.rest)):
		return c.all[c.rest[block-uint32(len(c.bmp))]][r%blockSize]
	}
	return 0
}

// next finds the first character of s at or behind i that has a class. Where
// there is none it returns len(s) and size 0.
func (c *classes) next(s string, i int) (at int, r rune, size int, class uint8) {
	for i < len(s) {
		b := s[i]
		if b < utf8.RuneSelf {
			if class := c.low[b]; class != 0 {
				return i, rune(b), 1, class
			}
			i++
			if c.plain && i < len(s) && s[i] < utf8.RuneSelf {
				i = skipASCII(s, i)
			}
			continue
		}
		// The bytes of a character of two or three say where its class is. What
		// they are not is only asked where there is one.
		switch {
		case b&0xE0 == 0xC0 && len(s)-i >= 2 && s[i+1]&0xC0 == 0x80:
			if c.low[uint(b&0x1F)<<blockBits|uint(s[i+1]&0x3F)] == 0 {
				i += 2
				continue
			}
		case b&0xF0 == 0xE0 && len(s)-i >= 3 && s[i+1]&0xC0 == 0x80 && s[i+2]&0xC0 == 0x80:
			place := c.bmp[uint(b&0xF)<<blockBits|uint(s[i+1]&0x3F)]
			if place == 0 || c.all[place][s[i+2]%blockSize] == 0 {
				i += 3
				continue
			}
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if size > 1 {
			if class := c.of(r); class != 0 {
				return i, r, size, class
			}
		}
		i += size
	}
	return len(s), 0, 0, 0
}

// skipASCII returns where the ASCII at i ends, or less than 8 bytes before the
// end of s.
func skipASCII(s string, i int) int {
	const high = 0x8080808080808080
	for len(s)-i >= 8 {
		p := s[i : i+8]
		word := uint64(p[0]) | uint64(p[1])<<8 | uint64(p[2])<<16 | uint64(p[3])<<24 |
			uint64(p[4])<<32 | uint64(p[5])<<40 | uint64(p[6])<<48 | uint64(p[7])<<56
		if word&high != 0 {
			return i + bits.TrailingZeros64(word&high)/8
		}
		i += 8
	}
	return i
}

// A classesBuilder collects classes.
type classesBuilder struct{ blocks [blocks]*[blockSize]uint8 }

// put calls merge for each code point from lo to hi, for its class from that so
// far.
func (b *classesBuilder) put(lo, hi rune, merge func(before uint8) uint8) {
	for r := lo; r <= hi; r++ {
		block := &b.blocks[r>>blockBits]
		if *block == nil {
			*block = new([blockSize]uint8)
		}
		class := &(*block)[r%blockSize]
		*class = merge(*class)
	}
}

// set gives the code points of ranges a class, whatever they had.
func (b *classesBuilder) set(ranges []runeRange, class uint8) {
	for _, r := range ranges {
		b.put(r.lo, r.hi, func(uint8) uint8 { return class })
	}
}

// add gives the code points of ranges further bits.
func (b *classesBuilder) add(ranges []runeRange, bits uint8) {
	for _, r := range ranges {
		b.put(r.lo, r.hi, func(before uint8) uint8 { return before | bits })
	}
}

func (b *classesBuilder) classes() *classes {
	c := &classes{plain: true, all: make([][blockSize]uint8, 1)}
	places := map[[blockSize]uint8]uint16{{}: 0}
	for i, block := range b.blocks {
		if block == nil {
			continue
		}
		place, ok := places[*block]
		if !ok {
			place = uint16(len(c.all))
			places[*block] = place
			c.all = append(c.all, *block)
		}
		switch beyond := i - len(c.bmp); {
		case beyond < 0:
			c.bmp[i] = place
		case place != 0:
			for len(c.rest) <= beyond {
				c.rest = append(c.rest, 0)
			}
			c.rest[beyond] = place
		}
	}
	for r := range c.low {
		c.low[r] = c.of(rune(r))
		c.plain = c.plain && (r >= utf8.RuneSelf || c.low[r] == 0)
	}
	return c
}

// setOf returns the table in which the code points of ranges have class 1.
func setOf(ranges []runeRange) *classes {
	b := new(classesBuilder)
	b.set(ranges, 1)
	return b.classes()
}
