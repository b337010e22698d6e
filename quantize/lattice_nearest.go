package quantize

import "math"

// The encoders move a vector that is no point of its lattice to the neighbour
// with the smallest error
//
//	Σ w·(level - x)²
//
// the first of equals, where level is what a digit of the neighbour stands for.
// The terms are computed as (w·(level-x))·(level-x) and summed from left to right.

// surelySmaller is by how many float32 steps a sum of eight terms, added up in
// any order, has to be below another for it to be below it in every order. The
// terms are not negative, so seven roundings move a sum by less than 7.1·2^-24 of
// it, and two sums apart by 64 steps, each 2^-24 of the smaller or more, are apart
// by 64·2^-24 of it: more than the 4·7.1·2^-24 that the two can move in the two
// orders. (Sums of subnormal numbers are exact.)
const surelySmaller = 64

// maxKey is the bits of the largest float32, below those of infinities and NaN.
const maxKey = 0x7F7FFFFF

// A pairErrors holds the errors of pairs of digits, four pairs a vector, by two
// digits of two bits.
type pairErrors [4][16]float32

// set computes the errors of all digits against x.
func (t *pairErrors) set(levels *[4]float32, x, w *[8]float32) {
	l0, l1, l2 := levels[0], levels[1], levels[2]
	for p := range t {
		a, wa := x[2*p], w[2*p]
		a0, a1, a2 := l0-a, l1-a, l2-a
		a0, a1, a2 = float32(wa*a0)*a0, float32(wa*a1)*a1, float32(wa*a2)*a2
		b, wb := x[2*p+1], w[2*p+1]
		b0, b1, b2 := l0-b, l1-b, l2-b
		b0, b1, b2 = float32(wb*b0)*b0, float32(wb*b1)*b1, float32(wb*b2)*b2
		s := &t[p]
		s[0], s[1], s[2] = float32(a0)+float32(b0), float32(a1)+float32(b0), float32(a2)+float32(b0)
		s[4], s[5], s[6] = float32(a0)+float32(b1), float32(a1)+float32(b1), float32(a2)+float32(b1)
		s[8], s[9], s[10] = float32(a0)+float32(b2), float32(a1)+float32(b2), float32(a2)+float32(b2)
	}
}

// nearest returns the neighbour of least error, with errors as scratch. It reports
// false where no error is finite.
//
// Eight terms are three additions where pairs are added up beforehand, and a
// minimum over integers that order as the errors do has no branches to miss. But
// the order of additions is another than the format's: so the second smallest
// error is kept too, and where it is too close the list is gone through again.
func (l *lattice8) nearest(list []uint16, levels *[4]float32, x, w *[8]float32, errors *pairErrors) (point uint16, ok bool) {
	errors.set(levels, x, w)
	first, second := uint64(math.MaxUint64), uint64(math.MaxUint64)
	for _, point := range list {
		sum := (errors[0][point&15] + errors[1][point>>4&15]) + (errors[2][point>>8&15] + errors[3][point>>12])
		key := uint64(math.Float32bits(sum))<<16 | uint64(point)
		second = min(second, max(first, key))
		first = min(first, key)
	}
	if first>>16 < maxKey-surelySmaller && second>>16-first>>16 >= surelySmaller {
		return uint16(first), true
	}
	return nearest8(list, levels, x, w)
}

// nearest8 is nearest as the formats define it.
func nearest8(list []uint16, levels *[4]float32, x, w *[8]float32) (point uint16, ok bool) {
	best := float32(math.MaxFloat32)
	for _, candidate := range list {
		var sum float32
		for i, f := range x {
			e := levels[candidate>>(2*i)&3] - f
			sum += float32(float32(w[i]*e) * e)
		}
		if sum < best {
			best, point, ok = sum, candidate, true
		}
	}
	return point, ok
}

// nearest4 returns the neighbour of least error among points of four digits. It
// reports false where no error is finite.
//
// Errors are not negative, so their bits order as they do, NaN after all numbers;
// with the place in the list behind them their minimum is the first of equals.
func nearest4(list []uint16, levels *[8]float32, x, w *[4]float32) (point uint16, ok bool) {
	first := uint64(math.MaxUint64)
	for i, p := range list {
		e0, e1, e2, e3 := levels[p&7]-x[0], levels[p>>3&7]-x[1], levels[p>>6&7]-x[2], levels[p>>9&7]-x[3]
		sum := float32(float32(w[0]*e0)*e0) + float32(float32(w[1]*e1)*e1)
		sum += float32(float32(w[2]*e2) * e2)
		sum += float32(float32(w[3]*e3) * e3)
		first = min(first, uint64(math.Float32bits(sum))<<32|uint64(i))
	}
	if first>>32 >= maxKey {
		return 0, false
	}
	return list[uint32(first)], true
}
