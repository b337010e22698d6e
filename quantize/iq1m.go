package quantize

import (
	"encoding/binary"
	"math"

	"github.com/nibble-go/nibble/internal/half"
)

// IQ1_M: a super-block of 256 values in 56 bytes, 1.75 bits per weight.
//
//	bytes  field
//	0-31   bits 0-7 of the indexes of 32 points of 8 values, 2 points for each of 16
//	       sub-blocks of 16
//	32-47  a byte for each sub-block, half a byte for each point, the first one's low:
//	       bits 8-10 of the index and, in the top bit, set where the shift is down
//	48-55  four times two bytes, little endian: four scales of three bits, from bit 0
//	       on, and in bits 12-15 a quarter of the scale of them all, F16, the lowest
//	       quarter first
//
//	value = scale · (1 + 2 · scale of the sub-block) · (digit - 1 ± 1/8)

func decodeIQ1M(dst *[256]float32, src *[56]byte) {
	scale := half.F16ToF32(iq1mScale(src))
	for j := range 16 {
		quant := binary.LittleEndian.Uint16(src[48+j/4*2:]) >> (j % 4 * 3) & 7
		subScale := scale * float32(1+2*quant)
		for k := range 2 {
			i := 2*j + k
			high := uint16(src[32+j]) >> (4 * k)
			levels := iq1Levels(subScale, high&8 != 0)
			index := uint16(src[i]) | high&7<<8
			decodePoint8((*[8]float32)(dst[8*i:]), &levels, iq1Grid[index], 0)
		}
	}
}

// iq1mScale assembles the F16 scale.
func iq1mScale(src *[56]byte) uint16 {
	return uint16(src[49]>>4) | uint16(src[51]>>4)<<4 | uint16(src[53]>>4)<<8 | uint16(src[55]>>4)<<12
}

// encodeIQ1M weighs the errors by the squares of the values.
func encodeIQ1M(dst *[56]byte, x *[256]float32) {
	var w [256]float32
	squareWeights(w[:], x[:])
	encodeWeightedIQ1M(dst, x, &w)
}

// encodeIQ1MImportance weighs the errors by importance.
func encodeIQ1MImportance(dst *[56]byte, x, importance *[256]float32) {
	var w [256]float32
	importanceWeights(w[:], x[:], importance[:], 2*sumSquares(x[:])/256)
	encodeWeightedIQ1M(dst, x, &w)
}

func encodeWeightedIQ1M(dst *[56]byte, x, w *[256]float32) {
	lattice := iq1Lattice.get(iq1Grid[:], 3)
	clear(dst[:])
	var scales [16]float32
	var allShifts [16]iq1mShifts
	var allPoints [16][2]uint16
	for j := range scales {
		points, scale, shifts, ok := searchIQ1M((*[16]float32)(x[16*j:]), (*[16]float32)(w[16*j:]), lattice)
		if !ok {
			spoilIQ1M(dst)
			return
		}
		scales[j], allShifts[j], allPoints[j] = scale, shifts, points
		putPointsIQ1M(dst, j, &points, lattice)
	}
	putScalesIQ1M(dst, &scales, &allPoints, &allShifts, x, w)
}

// spoilIQ1M is spoil for a block whose scale is scattered.
func spoilIQ1M(dst *[56]byte) {
	clear(dst[:])
	dst[53], dst[55] = notANumber<<4&0xFF, notANumber&0xF0
}

// putPointsIQ1M sets the indexes of sub-block j.
func putPointsIQ1M(dst *[56]byte, j int, points *[2]uint16, lattice *lattice8) {
	for k, point := range points {
		index := lattice.head(point).index()
		dst[2*j+k] = byte(index)
		dst[32+j] |= byte(index>>8) << (4 * k)
	}
}

// putScalesIQ1M sets the scales and the shifts, beside the indexes. Without a scale they
// remain zeros.
func putScalesIQ1M(dst *[56]byte, scales *[16]float32, allPoints *[16][2]uint16, allShifts *[16]iq1mShifts, x, w *[256]float32) {
	most := largest(scales[:])
	if most == 0 {
		return
	}

	// Once the scales are quants, the scale of them all is what suits the points
	// of the whole super-block best.
	ofScales := most / 15
	inv := 1 / ofScales
	var sums projection
	for j, scale := range scales {
		quant := subScale3(scale, inv)
		at := 48 + j/4*2
		binary.LittleEndian.PutUint16(dst[at:], binary.LittleEndian.Uint16(dst[at:])|uint16(quant)<<(j%4*3))
		for k, point := range allPoints[j] {
			levels := *levelsOf(allShifts[j][k])
			for i := range levels {
				levels[i] *= float32(2*quant + 1)
			}
			if allShifts[j][k] {
				dst[32+j] |= 8 << (4 * k)
			}
			i := 16*j + 8*k
			sums.addTernary(point, &levels, x[i:], w[i:])
		}
	}
	if sums.wqq > 0 {
		ofScales = sums.wxq / sums.wqq
	}
	h := half.F32ToF16(ofScales * 1.1125)
	for i := range 4 {
		dst[49+2*i] |= byte(h>>(4*i)) << 4
	}
}

// iq1mShifts says of each point of a sub-block whether it is shifted down.
type iq1mShifts [2]bool

// iq1mAllShifts are all there are, in the order in which they are tried.
var iq1mAllShifts = [4]iq1mShifts{{false, false}, {false, true}, {true, false}, {true, true}}

// searchIQ1M returns the points and the scale of a sub-block. Points that no
// scale explains are zeros. It reports false where errors are not finite or the
// scale is NaN.
func searchIQ1M(x, w *[16]float32, lattice *lattice8) (points [2]uint16, scale float32, shifts iq1mShifts, ok bool) {
	if peak(x[:]) < 1e-7 {
		return points, 0, shifts, true
	}
	var order [16]uint8
	sortedOrder(order[:], x[:])
	var filter iq1mFilter
	filter.set(x, w, &order)
	var terms iq1mTerms
	terms.set(x, w, &order)
	var split ternarySplit
	best, found := float32(-math.MaxFloat32), false
	for one := range 17 {
		for two := filter.next(one, one); two <= 16; two = filter.next(one, two+1) {
			s := ternarySplit{one, two}
			for k, shift := range iq1mAllShifts {
				if !filter.passes(k, one, two) {
					continue
				}
				sums := terms.project(s, shift)
				if sums.better(best) {
					scale = sums.wxq / sums.wqq
					best = scale * sums.wxq
					split, shifts, found = s, shift, true
				}
			}
			if split == s {
				filter.raise(best)
			}
		}
	}
	if !found {
		return points, 0, iq1mShifts{}, true
	}
	negative := scale < 0
	split.vectors(points[:], order[:], negative)
	if negative {
		scale, shifts = -scale, iq1mShifts{!shifts[0], !shifts[1]}
	}
	levels := []*[4]float32{levelsOf(shifts[0]), levelsOf(shifts[1])}
	moved, ok := nearestTernary(points[:], lattice, scale, levels, x[:], w[:])
	if !ok || !moved {
		return points, scale, shifts, ok && isNumber(scale)
	}
	var sums projection
	for k, point := range points {
		sums.addTernary(point, levels[k], x[8*k:], w[8*k:])
	}
	if sums.wxq > 0 && sums.wqq > 0 {
		scale = sums.wxq / sums.wqq
	}
	return points, scale, shifts, isNumber(scale)
}

// An iq1mTerms holds the terms of the sums of a sub-block, of each value, in the
// order of the values, with each level.
type iq1mTerms struct {
	point [16]uint8 // that the value belongs to
	terms [16][3][2]projection
}

func (t *iq1mTerms) set(x, w *[16]float32, order *[16]uint8) {
	for j, i := range order {
		t.point[j] = i / 8
		x, w := x[i&15], w[i&15]
		for digit := range 3 {
			for k, q := range [2]float32{levelsUp[digit], levelsDown[digit]} {
				wq := w * q
				t.terms[j][digit][k] = projection{wq * x, wq * q}
			}
		}
	}
}

// project returns the sums of a split, in the order of the values.
func (t *iq1mTerms) project(s ternarySplit, shifts iq1mShifts) (sums projection) {
	var down [2]uint8
	for k, shifted := range shifts {
		if shifted {
			down[k] = 1
		}
	}
	j := 0
	for digit, end := range [3]int{s.one, s.two, 16} {
		for ; j < end; j++ {
			term := &t.terms[j&15][digit][down[t.point[j&15]&1]&1]
			sums.wxq += term.wxq
			sums.wqq += term.wqq
		}
	}
	return sums
}

// An iq1mFilter is a ternaryFilter for each shift of the first point.
type iq1mFilter struct{ by [2]ternaryFilter }

func (f *iq1mFilter) set(x, w *[16]float32, order *[16]uint8) {
	var both [33]float32
	var sumX, sumW [2][17]float32 // of the values of each point
	for j, i := range order {
		wx := w[i] * x[i]
		both[j+1] = both[j] + float32(wx)
		for k := range 2 {
			sumX[k][j+1], sumW[k][j+1] = sumX[k][j], sumW[k][j]
		}
		k := i / 8
		sumX[k][j+1] += float32(wx)
		sumW[k][j+1] += w[i]
	}
	squareK := weightedMagnitudes(x[:], w[:])
	squareK *= squareK
	for first := range f.by {
		by := &f.by[first]
		by.sumX, by.squareK, by.w = both, squareK, sumW[0][16]+sumW[1][16]
		for second := range 2 {
			r, s := levelsOf(first == 1), levelsOf(second == 1)
			by.end[second] = float32(r[2]*sumX[0][16]) + float32(s[2]*sumX[1][16])
			for i := range 17 {
				by.one[i][second] = float32((float32(r[0]*r[0])-float32(r[1]*r[1]))*sumW[0][i]) + float32((float32(s[0]*s[0])-float32(s[1]*s[1]))*sumW[1][i])
				by.two[i][second] = float32((float32(r[1]*r[1])-float32(r[2]*r[2]))*sumW[0][i]) + float32((float32(s[1]*s[1])-float32(s[2]*s[2]))*sumW[1][i]) +
					float32(r[2]*r[2]*sumW[0][16]) + float32(s[2]*s[2]*sumW[1][16])
			}
		}
		by.open()
	}
}

// passes reports whether a split lets shifts, of those there are, through.
func (f *iq1mFilter) passes(shifts, one, two int) bool {
	return f.by[shifts>>1].passes(shifts&1, one, two)
}

func (f *iq1mFilter) next(one, two int) int {
	return f.by[1].next(one, two, f.by[0].next(one, two, 17))
}

func (f *iq1mFilter) raise(best float32) {
	f.by[0].raise(best)
	f.by[1].raise(best)
}
