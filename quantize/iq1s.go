package quantize

import (
	"encoding/binary"
	"math"
)

// IQ1_S: a super-block of 256 values in 50 bytes, 1.5625 bits per weight.
//
//	bytes  field
//	0-1    scale, F16
//	2-33   bits 0-7 of the indexes of 32 points of 8 values, 4 points for each of 8
//	       sub-blocks of 32
//	34-49  for each sub-block two bytes, little endian: bits 8-10 of its indexes in
//	       bits 0-11, its scale in bits 12-14, and bit 15, set where the shift is down
//
//	value = scale · (1 + 2 · scale of the sub-block) · (digit - 1 ± 1/8)

func decodeIQ1S(dst *[256]float32, src *[50]byte) {
	scale := getF16(src[:2])
	for j := range 8 {
		high := binary.LittleEndian.Uint16(src[34+2*j:])
		levels := iq1Levels(scale*float32(1+2*(high>>12&7)), high>>15 != 0)
		for k := range 4 {
			i := 4*j + k
			index := uint16(src[2+i]) | high>>(3*k)&7<<8
			decodePoint8((*[8]float32)(dst[8*i:]), &levels, iq1Grid[index], 0)
		}
	}
}

func encodeIQ1S(dst *[50]byte, x, importance *[256]float32) {
	lattice := iq1Lattice.get(iq1Grid[:], 3)
	var w [256]float32
	importanceWeights(w[:], x[:], importance[:], 2*sumSquares(x[:])/256)
	clear(dst[:])
	var scales [8]float32
	var shiftedDown [8]bool
	for j := range scales {
		points, scale, down, ok := searchIQ1S((*[32]float32)(x[32*j:]), (*[32]float32)(w[32*j:]), lattice)
		if !ok {
			spoil(dst[:])
			return
		}
		scales[j], shiftedDown[j] = scale, down
		putPointsIQ1S(dst, j, &points, lattice)
	}
	putScalesIQ1S(dst, &scales, &shiftedDown)
}

// putPointsIQ1S sets the indexes of sub-block j.
func putPointsIQ1S(dst *[50]byte, j int, points *[4]uint16, lattice *lattice8) {
	var high uint16
	for k, point := range points {
		index := lattice.head(point).index()
		dst[2+4*j+k] = byte(index)
		high |= index >> 8 << (3 * k)
	}
	binary.LittleEndian.PutUint16(dst[34+2*j:], high)
}

// putScalesIQ1S sets the scales and the shifts, behind the indexes. Without a scale they
// remain zeros.
func putScalesIQ1S(dst *[50]byte, scales *[8]float32, shiftedDown *[8]bool) {
	most := largest(scales[:])
	if most == 0 {
		return
	}
	ofScales := most / 15
	putF16(dst[:2], ofScales*1.125)
	for j, scale := range scales {
		quant := subScale3(scale, 1/ofScales)
		if shiftedDown[j] {
			quant |= 8
		}
		dst[35+2*j] |= quant << 4
	}
}

// searchIQ1S returns the points and the scale of a sub-block. Points that no
// scale explains are zeros. It reports false where errors are not finite or the
// scale is NaN.
func searchIQ1S(x, w *[32]float32, lattice *lattice8) (points [4]uint16, scale float32, down, ok bool) {
	if peak(x[:]) < 1e-12 {
		return points, 0, false, true
	}
	var order [32]uint8
	sortedOrder(order[:], x[:])
	var sums iq1sSums
	sums.set(x, w, &order)
	var filter ternaryFilter
	filter.setIQ1S(x, w, &sums)
	var split ternarySplit
	best, found := float32(-math.MaxFloat32), false
	for one := range 33 {
		for two := filter.next(one, one, 33); two <= 32; two = filter.next(one, two+1, 33) {
			for _, shift := range [2]bool{false, true} {
				s := ternarySplit{one, two}
				if sums := sums.project(s, shift); sums.better(best) {
					scale = sums.wxq / sums.wqq
					best = scale * sums.wxq
					split, down, found = s, shift, true
					filter.raise(best)
				}
			}
		}
	}
	if !found {
		return points, 0, false, true
	}
	negative := scale < 0
	split.vectors(points[:], order[:], negative)
	if negative {
		scale, down = -scale, !down
	}
	levels := levelsOf(down)
	moved, ok := nearestTernary(points[:], lattice, scale, []*[4]float32{levels, levels, levels, levels}, x[:], w[:])
	if !ok || !moved {
		return points, scale, down, ok && isNumber(scale)
	}
	var after projection
	for k, point := range points {
		after.addTernary(point, levels, x[8*k:], w[8*k:])
	}
	if after.wxq > 0 && after.wqq > 0 {
		scale = after.wxq / after.wqq
	}
	return points, scale, down, isNumber(scale)
}

// An iq1sSums holds the sums of w·x and w up to each place in the order of the
// values. The terms of a split are differences of them.
type iq1sSums struct{ x, w [33]float32 }

func (s *iq1sSums) set(x, w *[32]float32, order *[32]uint8) {
	for j, i := range order {
		s.x[j+1] = s.x[j] + float32(w[i&31]*x[i&31])
		s.w[j+1] = s.w[j] + w[i&31]
	}
}

// project returns the sums of a split.
func (s *iq1sSums) project(split ternarySplit, down bool) projection {
	r := levelsOf(down)
	x1, x2, x3 := s.x[split.one], s.x[split.two]-s.x[split.one], s.x[32]-s.x[split.two]
	w1, w2, w3 := s.w[split.one], s.w[split.two]-s.w[split.one], s.w[32]-s.w[split.two]
	return projection{
		wxq: float32(x1*r[0]) + float32(x2*r[1]) + float32(x3*r[2]),
		wqq: float32(w1*r[0]*r[0]) + float32(w2*r[1]*r[1]) + float32(w3*r[2]*r[2]),
	}
}

// setIQ1S sets the filter for both shifts.
func (f *ternaryFilter) setIQ1S(x, w *[32]float32, sums *iq1sSums) {
	f.sumX, f.w = sums.x, sums.w[32]
	k := weightedMagnitudes(x[:], w[:])
	f.squareK = k * k
	for k, down := range [2]bool{false, true} {
		r := levelsOf(down)
		f.end[k] = r[2] * sums.x[32]
		for i, sum := range sums.w {
			f.one[i][k] = (float32(r[0]*r[0]) - float32(r[1]*r[1])) * sum
			f.two[i][k] = float32((float32(r[1]*r[1])-float32(r[2]*r[2]))*sum) + float32(r[2]*r[2]*sums.w[32])
		}
	}
	f.open()
}
