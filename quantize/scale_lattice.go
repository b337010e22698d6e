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
	*latticeSet
	weights [256]float32 // of a super-block
	kernels *kernels

	// Scratch of the plain search.
	all     [maxCandidates]latticeCandidate
	rounded [maxCandidates]uint16 // what the candidates round a point to
	errors  neighbourErrors
	pairs   pairErrors
}

// set takes the values and weights of a sub-block and returns the largest
// magnitude. Where the number of negative values among eight must be even and is
// not, the value that matters least changes its sign: its magnitude is negative.
func (b *signedBlock) set(x, w []float32, even bool) float32 {
	if b.kernels.setValues != nil {
		b.kernels.setValues(b.latticeSet, &x[0], &w[0], len(x)/8, even)
		if isNumber(b.peak) {
			return b.peak
		}
	}
	w = w[:len(x)] // what is NaN goes by the comparisons below
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

// candidates is the number of the candidates.
func (s *latticeSweep) candidates() int { return int(2*s.steps + 1) }

// numerator returns the numerator of candidate i.
func (s *latticeSweep) numerator(most float32, i int) float32 {
	return most + float32(s.step*float32(int32(i)-s.steps))
}

// fifth has a type so that its products round as float32 products do.
const fifth float32 = 0.2

// nearlyNothing is nothing of the types that are less exact about it.
const nearlyNothing = 1e-8

// maxCandidates is the largest number of candidates: IQ3_XXS's 15 on each side of one.
const maxCandidates = 31

// A latticeCandidate is an inverse scale and what becomes of the values with it.
type latticeCandidate struct {
	inverse, scale float32
	points         [8]uint16
	moved          uint8 // a bit for each point that is not what was rounded to
	sums           projection
}

// search8 searches the scale of a sub-block of points of eight digits and sets
// points to them. It reports false where errors are not finite or the scale is NaN.
func (b *signedBlock) search8(points []uint16, lattice *lattice8, sweep latticeSweep) (scale float32, ok bool) {
	if b.kernels.sweep8 != nil {
		return b.kernelSearch8(points, lattice, &sweep)
	}
	candidates := b.candidates(5, sweep)
	if !b.sweep8(candidates, len(points), lattice) {
		return 0, false
	}
	scale, moved := bestCandidate(candidates, points, sweep.start, 0)
	if !(scale > 0) || moved == 0 && !sweep.all {
		return scale, isNumber(scale)
	}

	inverse := 1 / scale
	levels := odds8(scale)
	var sums projection
	for g := range points {
		if sweep.all || moved>>g&1 != 0 {
			x := (*[8]float32)(b.x[8*g:])
			point := roundOdd8(x, inverse)
			if head := lattice.head(point); !head.isPoint() {
				if point, ok = lattice.nearest(head.list(lattice.neighbours), &levels, x, (*[8]float32)(b.root[8*g:]), &b.pairs); !ok {
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
	return scale, isNumber(scale)
}

// search4 is search8 for points of four digits from 0 to 7. Where sweep.all is
// set, it rounds all points once more if any was moved or no candidate explains
// anything.
func (b *signedBlock) search4(points *[8]uint16, lattice *lattice4, sweep latticeSweep) (scale float32, ok bool) {
	if b.kernels.sweep4 != nil {
		return b.kernelSearch4(points, lattice, &sweep)
	}
	candidates := b.candidates(15, sweep)
	if !b.sweep4(candidates, lattice) {
		return 0, false
	}
	moved := uint8(0)
	if sweep.all {
		moved = 0xFF
	}
	scale, moved = bestCandidate(candidates, points[:], sweep.start, moved)
	if !(scale > 0) || moved == 0 {
		return scale, isNumber(scale)
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
	return scale, isNumber(scale)
}

// sweep8 sets what becomes of the values of so many points with each candidate. It
// reports false where errors are not finite.
//
// All candidates of a point come one after another. The inverse scales ascend, so
// that several in a row round to the same vector.
func (b *signedBlock) sweep8(candidates []latticeCandidate, points int, lattice *lattice8) bool {
	small := smallOdds(candidates, b.x[:8*points])
	for g := range points {
		x, root := (*[8]float32)(b.x[8*g:]), (*[8]float32)(b.root[8*g:])
		w, wx := (*[8]float32)(b.w[8*g:]), (*[8]float32)(b.wx[8*g:])
		b.errors.setPoint8(x, root)
		vectors := &b.rounded
		for i := range candidates {
			if small {
				vectors[i] = roundSmallOdd8(x, candidates[i].inverse)
			} else {
				vectors[i] = roundOdd8(x, candidates[i].inverse)
			}
		}
		for start := 0; start < len(candidates); {
			vector, end := vectors[start], start+1
			for end < len(candidates) && vectors[end] == vector {
				end++
			}
			run := candidates[start:end]
			start = end
			if head := lattice.head(vector); head.isPoint() {
				for i := range run {
					run[i].points[g] = vector
				}
			} else {
				b.errors.setList8(head.list(lattice.neighbours))
				if !b.errors.nearestOfRun(run, g) {
					return false
				}
				for i := range run {
					run[i].moved |= 1 << g
				}
			}
		}
		var terms terms8
		for i := range candidates {
			c := &candidates[i]
			if i == 0 || c.points[g] != candidates[i-1].points[g] {
				terms.set(c.points[g], w, wx)
			}
			terms.addTo(&c.sums)
		}
	}
	return true
}

// sweep4 is sweep8 for eight points of four digits.
func (b *signedBlock) sweep4(candidates []latticeCandidate, lattice *lattice4) bool {
	small := smallOdds(candidates, b.x[:])
	for g := range 8 {
		x, root := (*[4]float32)(b.x[4*g:]), (*[4]float32)(b.root[4*g:])
		w, wx := (*[4]float32)(b.w[4*g:]), (*[4]float32)(b.wx[4*g:])
		b.errors.setPoint4(x, root)
		vectors := &b.rounded
		for i := range candidates {
			if small {
				vectors[i] = roundSmallOdd4(x, candidates[i].inverse)
			} else {
				vectors[i] = roundOdd4(x, candidates[i].inverse)
			}
		}
		for start := 0; start < len(candidates); {
			vector, end := vectors[start], start+1
			for end < len(candidates) && vectors[end] == vector {
				end++
			}
			run := candidates[start:end]
			start = end
			if head := lattice.head(vector); head.isPoint() {
				for i := range run {
					run[i].points[g] = vector
				}
			} else {
				b.errors.setList4(head.list(lattice.neighbours))
				if !b.errors.nearestOfRun(run, g) {
					return false
				}
				for i := range run {
					run[i].moved |= 1 << g
				}
			}
		}
		var terms terms4
		for i := range candidates {
			c := &candidates[i]
			if i == 0 || c.points[g] != candidates[i-1].points[g] {
				terms.set(c.points[g], w, wx)
			}
			terms.addTo(&c.sums)
		}
	}
	return true
}

// candidates returns the candidates of a sweep with nothing added to them.
func (b *signedBlock) candidates(most float32, sweep latticeSweep) []latticeCandidate {
	candidates := b.all[:sweep.candidates()]
	for i := range candidates {
		inverse := sweep.numerator(most, i) / sweep.peak
		candidates[i] = latticeCandidate{inverse: inverse, scale: 1 / inverse}
	}
	return candidates
}

// bestCandidate returns the best scale, its moved and its points: those of start,
// zeros, where no candidate explains anything.
func bestCandidate(candidates []latticeCandidate, points []uint16, start float32, startMoved uint8) (scale float32, moved uint8) {
	scale, moved = start, startMoved
	clear(points)
	var best float32
	for i := range candidates {
		c := &candidates[i]
		if c.sums.better(best) {
			scale = c.sums.wxq / c.sums.wqq
			best = scale * c.sums.wxq
			moved = c.moved
			copy(points, c.points[:])
		}
	}
	return scale, moved
}

// packSigns returns the signs of 32 values, seven bits for eight.
func (b *signedBlock) packSigns() (bits uint32) {
	for g, signs := range b.signs {
		bits |= uint32(signs&127) << (7 * g)
	}
	return bits
}

// isNumber reports whether f is not NaN, which a scale is where sums overflow.
func isNumber(f float32) bool { return f >= 0 || f < 0 }

// spoil marks a block that no quants can stand for, because its errors are not
// finite or a scale is no number: its scale, in front, becomes NaN, which Validate
// finds.
func spoil(block []byte) {
	clear(block)
	block[1] = notANumber
}

// notANumber is the high byte of a NaN in F16.
const notANumber = 0x7E
