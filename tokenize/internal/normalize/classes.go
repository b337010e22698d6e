package normalize

import "unicode/utf8"

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
	ascii [utf8.RuneSelf]uint8
	plain bool     // no ASCII has a class
	place []uint16 // by block; blocks beyond have no class
	all   [][blockSize]uint8
}

// of returns the class of r.
func (c *classes) of(r rune) uint8 {
	if block := uint32(r) >> blockBits; block < uint32(len(c.place)) {
		return c.all[c.place[block]][r%blockSize]
	}
	return 0
}

// next finds the first character of s at or behind i that has a class. Where
// there is none it returns len(s) and size 0.
func (c *classes) next(s string, i int) (at int, r rune, size int, class uint8) {
	for i < len(s) {
		b := s[i]
		if b < utf8.RuneSelf {
			if class := c.ascii[b]; class != 0 {
				return i, rune(b), 1, class
			}
			i++
			if c.plain {
				i = skipASCII(s, i)
			}
			continue
		}
		// The bytes of a character of two or three say where its class is. What
		// they are not is only asked where there is one.
		switch {
		case b&0xE0 == 0xC0 && len(s)-i >= 2 && s[i+1]&0xC0 == 0x80:
			if c.at(uint(b&0x1F), s[i+1]) == 0 {
				i += 2
				continue
			}
		case b&0xF0 == 0xE0 && len(s)-i >= 3 && s[i+1]&0xC0 == 0x80 && s[i+2]&0xC0 == 0x80:
			if c.at(uint(b&0xF)<<blockBits|uint(s[i+1]&0x3F), s[i+2]) == 0 {
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

// at returns the class of the code point in a block that the last byte of its
// encoding tells.
func (c *classes) at(block uint, last byte) uint8 {
	if block >= uint(len(c.place)) {
		return 0
	}
	return c.all[c.place[block]][last%blockSize]
}

// skipASCII returns where the ASCII at i ends, or a little before.
func skipASCII(s string, i int) int {
	const high = 0x8080808080808080
	for len(s)-i >= 8 {
		p := s[i : i+8]
		word := uint64(p[0]) | uint64(p[1])<<8 | uint64(p[2])<<16 | uint64(p[3])<<24 |
			uint64(p[4])<<32 | uint64(p[5])<<40 | uint64(p[6])<<48 | uint64(p[7])<<56
		if word&high != 0 {
			break
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
		if place != 0 {
			for len(c.place) <= i {
				c.place = append(c.place, 0)
			}
			c.place[i] = place
		}
	}
	for r := range c.ascii {
		c.ascii[r] = c.of(rune(r))
		c.plain = c.plain && c.ascii[r] == 0
	}
	return c
}

// setOf returns the table in which the code points of ranges have class 1.
func setOf(ranges []runeRange) *classes {
	b := new(classesBuilder)
	b.set(ranges, 1)
	return b.classes()
}
