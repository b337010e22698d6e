package normalize

import (
	"slices"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Syllables of Hangul are composed by arithmetic: a leading consonant, a vowel
// and, unless it is number 0, a trailing consonant.
const (
	sBase, sCount = 0xAC00, lCount * nCount
	lBase, lCount = 0x1100, 19
	vBase, vCount = 0x1161, 21
	tBase, tCount = 0x11A7, 28
	nCount        = vCount * tCount
)

// A mark is a character with a combining class, or a part of a decomposition.
type mark struct {
	r      rune
	change int8
	class  uint8
}

// decompositions has the parts of characters that decompose, Hangul aside.
type decompositions struct {
	place []uint16 // by block of code points, into index; 0: none decomposes
	index [][blockSize]uint16
	parts [][]mark // by index; of 0: none
}

func newDecompositions(changes []runeRange, form norm.Form) *decompositions {
	d := &decompositions{index: make([][blockSize]uint16, 1), parts: make([][]mark, 1)}
	classes := combining()
	for _, run := range changes {
		for r := run.lo; r <= run.hi; r++ {
			parts := form.PropertiesString(string(r)).Decomposition()
			if parts == nil { // Hangul
				continue
			}
			block := int(r >> blockBits)
			for len(d.place) <= block {
				d.place = append(d.place, 0)
			}
			if d.place[block] == 0 {
				d.place[block] = uint16(len(d.index))
				d.index = append(d.index, [blockSize]uint16{})
			}
			d.index[d.place[block]][r%blockSize] = uint16(len(d.parts))
			var marks []mark
			for i, part := range string(parts) {
				marks = append(marks, mark{part, int8(min(i, 1)), classes.of(part)})
			}
			d.parts = append(d.parts, marks)
		}
	}
	return d
}

// of returns the parts of r, nil if it is no composed character. The change of
// the first is 0, that of each further one 1.
func (d *decompositions) of(r rune) []mark {
	if block := uint32(r) >> blockBits; block < uint32(len(d.place)) {
		return d.parts[d.index[d.place[block]][r%blockSize]]
	}
	return nil
}

var (
	canonical = sync.OnceValue(func() *decompositions { return newDecompositions(nfdChanges, norm.NFD) })
	variants  = sync.OnceValue(func() *decompositions { return newDecompositions(nfkdChanges, norm.NFKD) })

	// combining has the combining classes.
	combining = sync.OnceValue(func() *classes {
		b := new(classesBuilder)
		for _, r := range combiningClasses {
			b.set([]runeRange{{r.lo, r.hi}}, r.class)
		}
		return b.classes()
	})
)

// decomposer decomposes characters and puts marks into order. What it emits
// comes with the change that it is to the number of characters.
type decomposer struct {
	table   *decompositions
	classes *classes // combining
	emit    func(r rune, change int, class uint8)
	pending []mark // not in order yet
	spare   []mark
}

func newDecomposer(table *decompositions, emit func(r rune, change int, class uint8)) *decomposer {
	return &decomposer{table: table, classes: combining(), emit: emit}
}

// write takes the next character.
func (d *decomposer) write(r rune) {
	if r < utf8.RuneSelf {
		d.base(r, 0)
		return
	}
	if s := r - sBase; 0 <= s && s < sCount {
		d.base(lBase+s/nCount, 0)
		d.base(vBase+s%nCount/tCount, 1)
		if t := s % tCount; t > 0 {
			d.base(tBase+t, 1)
		}
		return
	}
	if parts := d.table.of(r); parts != nil {
		for _, part := range parts {
			d.put(part)
		}
		return
	}
	d.put(mark{r, 0, d.classes.of(r)})
}

func (d *decomposer) put(m mark) {
	if m.class != 0 {
		d.pending = append(d.pending, m)
		return
	}
	d.base(m.r, int(m.change))
}

// base takes a character without combining class.
func (d *decomposer) base(r rune, change int) {
	d.flush()
	d.emit(r, change, 0)
}

// flush emits what is pending.
func (d *decomposer) flush() {
	if len(d.pending) == 0 {
		return
	}
	d.sort()
	for _, m := range d.pending {
		d.emit(m.r, int(m.change), m.class)
	}
	d.pending = d.pending[:0]
}

// sort puts pending marks into the order of their classes. Marks of one class
// stay in order.
func (d *decomposer) sort() {
	marks := d.pending
	if len(marks) <= 16 {
		for i := 1; i < len(marks); i++ {
			for j := i; j > 0 && marks[j-1].class > marks[j].class; j-- {
				marks[j-1], marks[j] = marks[j], marks[j-1]
			}
		}
		return
	}
	var starts [257]int
	for _, m := range marks {
		starts[int(m.class)+1]++
	}
	for class := range 256 {
		starts[class+1] += starts[class]
	}
	sorted := slices.Grow(d.spare[:0], len(marks))[:len(marks)]
	for _, m := range marks {
		sorted[starts[m.class]] = m
		starts[m.class]++
	}
	d.pending, d.spare = sorted, marks
}
