package quantize

import "math"

// The IQ1 types search, for each sub-block, the scale and the digits that minimise
// the error
//
//	Σ w·(x - scale·level)²    with levels of -1, 0 and 1, all shifted by ±1/8.
//
// In the order of the values the digits ascend, so that two places, where 0 and
// where 1 begins, say all of them. Every pair of places is tried with every
// shift, and judged by its best scale, as in symmetricScale.

// iq1Levels of scale 1.
var (
	levelsUp   = [4]float32{-0.875, 0.125, 1.125}
	levelsDown = [4]float32{-1.125, -0.125, 0.875}
)

// levelsOf returns the levels of a shift.
func levelsOf(down bool) *[4]float32 {
	if down {
		return &levelsDown
	}
	return &levelsUp
}

// sortedOrder sets order to the indexes of x, up to 32 values, in the order of the
// values, equal ones in that of the indexes. It counts, for each value, those that
// come before it: more comparisons than a sort needs, but no branch to miss.
func sortedOrder(order []uint8, x []float32) {
	var keys, places [32]int64
	for i, f := range x {
		if f == 0 {
			f = 0 // the two zeros are equal
		}
		key := int64(ordered(math.Float32bits(f)))
		place := int64(i)
		for j, other := range keys[:i&31] {
			before := (key - other) >> 63 // -1 where key comes before an earlier value
			places[j&31] -= before
			place += before
		}
		keys[i&31], places[i&31] = key, place
	}
	for i, place := range places[:len(x)] {
		order[place] = uint8(i)
	}
}

// A ternarySplit says which digits values have in their order: 0 before one, 1
// before two and 2 from there on.
type ternarySplit struct{ one, two int }

// vectors sets points to the digits of the values, eight a point. With swap they
// are 2 minus the digits.
func (s ternarySplit) vectors(points []uint16, order []uint8, swap bool) {
	first, last := uint16(0), uint16(2)
	if swap {
		first, last = last, first
	}
	for j, i := range order {
		digit := uint16(1)
		switch {
		case j < s.one:
			digit = first
		case j >= s.two:
			digit = last
		}
		points[i/8] |= digit << (2 * (i % 8))
	}
}

// nearestTernary moves the points of a sub-block that are not of the lattice to
// their neighbours, point g with levels[g]. It reports whether any was moved, and
// false for ok where errors are not finite.
func nearestTernary(points []uint16, lattice *lattice8, scale float32, levels []*[4]float32, x, w []float32) (moved, ok bool) {
	var errors pairErrors
	for g := range points {
		head := lattice.head(points[g])
		if head.isPoint() {
			continue
		}
		moved = true
		scaled := [4]float32{scale * levels[g][0], scale * levels[g][1], scale * levels[g][2]}
		if points[g], ok = lattice.nearest(head.list(lattice.neighbours), &scaled, (*[8]float32)(x[8*g:]), (*[8]float32)(w[8*g:]), &errors); !ok {
			return moved, false
		}
	}
	return moved, true
}

// addTernary adds the terms of a point with the given levels.
func (s *projection) addTernary(point uint16, levels *[4]float32, x, w []float32) {
	for i, f := range x[:8] {
		wq := w[i] * levels[point>>(2*i)&3]
		s.wxq += float32(wq * f)
		s.wqq += float32(wq * levels[point>>(2*i)&3])
	}
}
