package quantize

// The IQ2 and IQ3 types search, for each sub-block, the scale and the points that
// minimise the error
//
//	Σ w·(x - scale·q)²    with q = 2·digit + 1 of points of the lattice,
//
// where x are magnitudes. Each candidate of an inverse scale rounds x to odd
// numbers, moves what is no point to a neighbour, and is judged by its best scale,
// as in symmetricScale. Then the points that were moved are rounded once more with
// the scale found. The levels of IQ2 and of the highest digit of IQ3_XXS differ
// from the odd numbers; the search does not know that.

// A signedBlock is a sub-block of up to 32 values as the search sees it.
type signedBlock struct {
	x     [32]float32 // magnitudes
	w     [32]float32 // weights of the errors
	wx    [32]float32 // w·x
	root  [32]float32 // square roots of w, which weigh the neighbours
	signs [4]uint8    // of eight values each, set where the value is negative
}

// set takes the values and weights of a sub-block and returns the largest
// magnitude. Where the number of negative values among eight must be even and is
// not, the value that matters least changes its sign: its magnitude is negative.
func (b *signedBlock) set(x, w []float32, even bool) float32 {
	w = w[:len(x)]
	copy(b.w[:], w)
	for i, f := range w {
		b.root[i] = sqrt(f)
	}
	for g := range len(x) / 8 {
		b.signs[g] = b.setSigns((*[8]float32)(b.x[8*g:]), (*[8]float32)(x[8*g:]), (*[8]float32)(w[8*g:]), even)
	}
	peak := b.x[0]
	for _, f := range b.x[1:len(x)] {
		if !(peak > f) {
			peak = f
		}
	}
	for i, f := range b.x[:len(x)] {
		b.wx[i] = w[i] * f
	}
	return peak
}

func (*signedBlock) setSigns(magnitudes, x, w *[8]float32, even bool) (signs uint8) {
	negative := 0
	for i, f := range x {
		if !(f >= 0) {
			f = -f
			signs |= 1 << i
			negative++
		}
		magnitudes[i] = f
	}
	if !even || negative%2 == 0 {
		return signs
	}
	least, at := float32(w[0]*x[0])*x[0], 0
	for i, f := range x {
		if e := float32(w[i]*f) * f; e < least {
			least, at = e, i
		}
	}
	magnitudes[at] = -magnitudes[at]
	return signs ^ 1<<at
}

// negate changes all signs, for a scale that turned out negative.
func (b *signedBlock) negate() {
	for g := range b.signs {
		b.signs[g] = ^b.signs[g]
	}
}

// A latticeSweep says which scales the search tries: the inverse scales
// (most + c·step)/peak for c from -steps to steps, where most is the odd number of
// the highest digit.
type latticeSweep struct {
	peak  float32
	start float32 // the scale where no candidate explains anything
	steps int32
	step  float32

	// all rounds all points once more in the end, not only those moved.
	all bool
}

// fifth has a type so that its products round as float32 products do.
const fifth float32 = 0.2

// nearlyNothing is nothing of the types that are less exact about it.
const nearlyNothing = 1e-8

// oddNumbers are what digits stand for in the search.
var oddNumbers = [8]float32{1, 3, 5, 7, 9, 11, 13, 15}

// search8 searches the scale of a sub-block of points of eight digits and sets
// points, which are zero, to them. It reports false where errors are not finite.
func (b *signedBlock) search8(points []uint16, lattice *lattice8, sweep latticeSweep) (scale float32, ok bool) {
	var errors pairErrors
	scale = sweep.start
	var best float32
	moved := uint8(0) // a bit for each point
	for c := -sweep.steps; c <= sweep.steps; c++ {
		inverse := (5 + float32(sweep.step*float32(c))) / sweep.peak
		levels := odds8(1 / inverse)
		var candidate [4]uint16
		var off uint8
		var sums projection
		for g := range points {
			x := (*[8]float32)(b.x[8*g:])
			point := roundOdd8(x, inverse)
			if head := lattice.head(point); !head.isPoint() {
				off |= 1 << g
				if point, ok = lattice.nearest(head.list(lattice.neighbours), &levels, x, (*[8]float32)(b.root[8*g:]), &errors); !ok {
					return 0, false
				}
			}
			candidate[g] = point
			sums.add8(point, (*[8]float32)(b.w[8*g:]), (*[8]float32)(b.wx[8*g:]))
		}
		if sums.better(best) {
			scale = sums.wxq / sums.wqq
			best = scale * sums.wxq
			moved = off
			copy(points, candidate[:])
		}
	}
	if !(scale > 0) || moved == 0 && !sweep.all {
		return scale, true
	}

	inverse := 1 / scale
	levels := odds8(scale)
	var sums projection
	for g := range points {
		if sweep.all || moved>>g&1 != 0 {
			x := (*[8]float32)(b.x[8*g:])
			point := roundOdd8(x, inverse)
			if head := lattice.head(point); !head.isPoint() {
				if point, ok = lattice.nearest(head.list(lattice.neighbours), &levels, x, (*[8]float32)(b.root[8*g:]), &errors); !ok {
					return 0, false
				}
			}
			points[g] = point
		}
		sums.add8(points[g], (*[8]float32)(b.w[8*g:]), (*[8]float32)(b.wx[8*g:]))
	}
	if sums.wqq > 0 {
		scale = sums.wxq / sums.wqq
	}
	return scale, true
}

// search4 is search8 for points of four digits from 0 to 7. all rounds all points
// once more where any was moved or no candidate explains anything.
func (b *signedBlock) search4(points *[8]uint16, lattice *lattice4, sweep latticeSweep) (scale float32, ok bool) {
	scale = sweep.start
	var best float32
	moved := uint8(0)
	if sweep.all {
		moved = 0xFF
	}
	for c := -sweep.steps; c <= sweep.steps; c++ {
		inverse := (15 + float32(sweep.step*float32(c))) / sweep.peak
		levels := odds4(1 / inverse)
		var candidate [8]uint16
		var off uint8
		var sums projection
		for g := range points {
			x := (*[4]float32)(b.x[4*g:])
			point := roundOdd4(x, inverse)
			if head := lattice.head(point); !head.isPoint() {
				off |= 1 << g
				if point, ok = nearest4(head.list(lattice.neighbours), &levels, x, (*[4]float32)(b.root[4*g:])); !ok {
					return 0, false
				}
			}
			candidate[g] = point
			sums.add4(point, (*[4]float32)(b.w[4*g:]), (*[4]float32)(b.wx[4*g:]))
		}
		if sums.better(best) {
			scale = sums.wxq / sums.wqq
			best = scale * sums.wxq
			moved = off
			*points = candidate
		}
	}
	if !(scale > 0) || moved == 0 {
		return scale, true
	}

	inverse := 1 / scale
	levels := odds4(scale)
	var sums projection
	for g := range points {
		if sweep.all || moved>>g&1 != 0 {
			x := (*[4]float32)(b.x[4*g:])
			point := roundOdd4(x, inverse)
			if head := lattice.head(point); !head.isPoint() {
				if point, ok = nearest4(head.list(lattice.neighbours), &levels, x, (*[4]float32)(b.root[4*g:])); !ok {
					return 0, false
				}
			}
			points[g] = point
		}
		sums.add4(points[g], (*[4]float32)(b.w[4*g:]), (*[4]float32)(b.wx[4*g:]))
	}
	if sums.wqq > 0 {
		scale = sums.wxq / sums.wqq
	}
	return scale, true
}

// odds8 returns scale times the odd numbers of three digits.
func odds8(scale float32) [4]float32 {
	return [4]float32{scale * 1, scale * 3, scale * 5}
}

// odds4 returns scale times the odd numbers of eight digits.
func odds4(scale float32) [8]float32 {
	levels := oddNumbers
	for i := range levels {
		levels[i] *= scale
	}
	return levels
}

// roundOdd8 returns the digits from 0 to 2 whose odd numbers are nearest to
// x·inverse.
func roundOdd8(x *[8]float32, inverse float32) (vector uint16) {
	for i, f := range x {
		vector |= uint16(oddDigit(f, inverse, 2)) << (2 * i)
	}
	return vector
}

// roundOdd4 returns the digits from 0 to 7 whose odd numbers are nearest to
// x·inverse.
func roundOdd4(x *[4]float32, inverse float32) (vector uint16) {
	for i, f := range x {
		vector |= uint16(oddDigit(f, inverse, 7)) << (3 * i)
	}
	return vector
}

func oddDigit(f, inverse float32, most int32) int32 {
	return min(max(biased(0.5*(float32(inverse*f)-1))-biasedZero, 0), most)
}

// add8 adds the terms of a point of eight digits.
func (s *projection) add8(point uint16, w, wx *[8]float32) {
	for i := range w {
		q := oddNumbers[point>>(2*i)&3]
		s.wxq += float32(wx[i] * q)
		s.wqq += float32(float32(w[i]*q) * q)
	}
}

// add4 adds the terms of a point of four digits.
func (s *projection) add4(point uint16, w, wx *[4]float32) {
	for i := range w {
		q := oddNumbers[point>>(3*i)&7]
		s.wxq += float32(wx[i] * q)
		s.wqq += float32(float32(w[i]*q) * q)
	}
}

// better reports whether the quants explain more than best, which is Σwxq times
// the best scale of others.
func (s *projection) better(best float32) bool {
	return s.wqq > 0 && float32(s.wxq*s.wxq) > float32(best*s.wqq)
}

// packSigns returns the signs of 32 values, seven bits for eight.
func (b *signedBlock) packSigns() (bits uint32) {
	for g, signs := range b.signs {
		bits |= uint32(signs&127) << (7 * g)
	}
	return bits
}

// subScale4 returns the four bits of the scale of a sub-block, for the inverse of
// the scale of the scales. Those are odd numbers too.
func subScale4(scale, inverse float32) uint8 { return uint8(oddDigit(scale, inverse, 15)) }

// subScale3 is subScale4 of three bits.
func subScale3(scale, inverse float32) uint8 { return uint8(oddDigit(scale, inverse, 7)) }

// spoil marks a block that no quants can stand for, because its errors are not
// finite: its scale, in front, becomes NaN, which Validate finds.
func spoil(block []byte) {
	clear(block)
	block[1] = notANumber
}

// notANumber is the high byte of a NaN in F16.
const notANumber = 0x7E
