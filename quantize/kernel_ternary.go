package quantize

import (
	"math"
	"structs"
	"sync"
)

// The IQ1 types, by kernels: a sub-block of 32 or 16 values in each of 16 lanes. The
// lanes try every split by the rules of the format, 16 for the price of one, so that
// there is nothing to filter.

// ternaryKernels search the splits of 16 sub-blocks at a time. Where a number of values
// is asked for it is 32 for IQ1_S and 16 for IQ1_M.
type ternaryKernels struct {
	// sortTernary sets s.sorted to the n values of each lane, s.x, and their weights,
	// s.w, in the order that sortedOrder says.
	sortTernary func(s *ternarySet, n int)

	// These set s.scale and s.place as searchIQ1S and searchIQ1M find them, before a
	// negative scale is turned, from s.sorted: to 0 and noPlace where no split explains
	// anything. They use s.scratch. See below for their head start.
	splitsIQ1S, splitsIQ1M func(s *ternarySet)

	// ternaryPoints sets s.points to the vectors of the n values of each lane, from
	// s.sorted, s.place and s.scale. Where the scale is negative it turns them as the
	// searches do, the scale and the shifts. It sets s.shifts and s.offsets to those of
	// the split. All are 0, and those of shifts up, where the largest magnitude is below
	// s.nothing.
	ternaryPoints func(s *ternarySet, n int)

	// nearestTernary sets the neighbour of n moves, at least one.
	nearestTernary func(moves *ternaryMove, n int, neighbours *uint16, x, w *float32)

	// refitTernary sets s.scale, where s.moved is not 0, to Σwxq / Σwq² of s.points with
	// s.offsets, if both are positive.
	refitTernary func(s *ternarySet, n int)
}

// The head start. Whenever a split is the best so far in any of the lanes, all of them
// wait for a division. So the kernels look at a few splits first, such as usually explain
// much, and begin with what the best of them explains, less 2^-10 of it.
//
// That finds the same split. Let u be 2^-24, v what a split explains, Σwxq²/Σwq² of the
// sums as they are computed, and b what the best so far explains, as it is computed. A
// split that is taken has v > (1-2u)·b, and one that is not has v < (1+2u)·b; if it is
// taken, the new b is off from v by less than 2u of it. A search takes the first splits
// that it can, the other one passes over those until it comes to what it began with, and
// as soon as both take the same split they are in the same state. Until then, a split that
// one takes and the other does not raises the larger b by less than 4u of it; there are at
// most 1122 splits with their shifts, so b stays below 1+2^-11.8 times the head start. In
// the search without it, b is at least v of the split that the head start comes from when
// that is past, less 3u, and falls by less than 4u with each that is taken after it: in the
// end it is above 1-2^-11.7 times that v, and so above the former bound. So both have taken
// the same split.
//
// That holds where products neither overflow nor underflow. Σwq² is between 1/64 and 1.3
// times W, Σw. With W between 2^-60 and 2^60 and b·W between 2^-100 and 2^100, those that
// decide do not; other lanes begin with nothing.

// An intRow has one integer for each lane.
type intRow [16]uint32

// A ternarySet is what ternaryKernels work on. The assembly knows the layout down to
// scratch: ternary.go of the generator says the same.
type ternarySet struct {
	_ structs.HostLayout // WebAssembly's kernels are another module's

	laneSet

	sorted  [32]ternaryValue // the values in their order
	place   intRow           // of the best split: two, one from bit 8 on and from 16 on the shifts
	nothing row              // parameter: values below it are zeros
	shifts  intRow           // by points, places in iq1mAllShifts; IQ1_S has the first and the last
	moved   intRow           // where a point is a neighbour of what it was
	points  [4]intRow        // of eight values each
	offsets [2]row           // the levels of the digit 0, of points of even and odd numbers
	scratch [400]row         // for a kernel's use

	byLane [2]plane // the weights of the first and the last 16 values, in the order of memory
	moves  [64]ternaryMove
}

// A ternaryValue has a value of each lane: the bits of the value, ordered, where it
// stood, and its weight.
type ternaryValue struct {
	_             structs.HostLayout
	ordered, from intRow
	weight        row
}

// A ternaryMove asks which neighbour of a vector is nearest to eight values, as nearest8
// says.
type ternaryMove struct {
	_ structs.HostLayout

	levels       [3]float32
	start, count uint32 // the list in the lattice's neighbours: 16 or more
	x, w         uint32 // where the values and their weights are
	neighbour    uint32 // the answer: a place in the list, or noNeighbour
}

const (
	noPlace         = 0xFFFF     // of a split that no value is behind
	noNeighbour     = 0xFFFFFFFF // where no error is finite
	leastNeighbours = 16         // in a list for nearestTernary
)

// ternarySets are there to be used again, as lanePairs are.
var ternarySets = sync.Pool{New: func() any { return new(ternarySet) }}

func (k *kernels) encodeIQ1S(dst []byte, x, importance []float32) {
	k.encodeTernary(group{dst, x, importance}, 32, 2*50, 1e-12, func(s *ternarySet, g group, lattice *lattice8) {
		for b := range len(g.dst) / 50 {
			dst := (*[50]byte)(g.dst[50*b:])
			scales := (*[8]float32)(s.scale[8*b:])
			if !areNumbers(scales[:]) {
				spoil(dst[:])
				continue
			}
			clear(dst[:])
			var shiftedDown [8]bool
			for i := range shiftedDown {
				j := 8*b + i
				shiftedDown[i] = s.shifts[j] != 0
				putPointsIQ1S(dst, i, &[4]uint16{s.point(0, j), s.point(1, j), s.point(2, j), s.point(3, j)}, lattice)
			}
			putScalesIQ1S(dst, scales, &shiftedDown)
		}
	})
}

func (k *kernels) encodeIQ1M(dst []byte, x, importance []float32) {
	k.encodeTernary(group{dst, x, importance}, 16, 56, 1e-7, func(s *ternarySet, g group, lattice *lattice8) {
		dst := (*[56]byte)(g.dst)
		if !areNumbers(s.scale[:]) {
			spoilIQ1M(dst)
			return
		}
		clear(dst[:])
		var w [256]float32
		var points [16][2]uint16
		var shifts [16]iq1mShifts
		for j := range points {
			copy(w[16*j:], s.byLane[0][j][:])
			points[j] = [2]uint16{s.point(0, j), s.point(1, j)}
			shifts[j] = iq1mAllShifts[s.shifts[j]&3]
			putPointsIQ1M(dst, j, &points[j], lattice)
		}
		putScalesIQ1M(dst, (*[16]float32)(&s.scale), &points, &shifts, (*[256]float32)(g.x), &w)
	})
}

// point returns a point of a lane.
func (s *ternarySet) point(p, lane int) uint16 { return uint16(s.points[p&3][lane&15]) }

func areNumbers(scales []float32) bool {
	for _, scale := range scales {
		if !isNumber(scale) {
			return false
		}
	}
	return true
}

// encodeTernary encodes all, whole super-blocks, by groups of 16 sub-blocks of n values
// and size bytes. pack puts the points, shifts and scales of a group, NaN where the
// search failed, into its blocks.
func (k *kernels) encodeTernary(all group, n, size int, nothing float32, pack func(s *ternarySet, g group, lattice *lattice8)) {
	lattice := iq1Lattice.get(iq1Grid[:], 3)
	s := ternarySets.Get().(*ternarySet)
	defer ternarySets.Put(s)
	s.nothing.fill(nothing)
	for len(all.x) > 0 {
		g := all.cut(&s.laneSet, n, size)
		k.transpose(&s.x, &g.x[0], n)
		if g.importance == nil {
			k.squareWeights(&s.laneSet, n)
		} else {
			lanesEach := 256 / n
			for j := 0; j < len(s.base); j += lanesEach {
				base := 2 * sumSquares(g.x[n*j:n*j+256]) / 256
				for i := range s.base[j : j+lanesEach] {
					s.base[j+i] = base
				}
			}
			k.importanceLanes(&s.laneSet, g.importance, n)
		}
		k.sortTernary(s, n)
		if n == 32 {
			k.splitsIQ1S(s)
		} else {
			k.splitsIQ1M(s)
		}
		k.ternaryPoints(s, n)
		failed := k.moveTernary(s, g.x, n, lattice)
		k.refitTernary(s, n)
		for j := range s.scale {
			if failed>>j&1 != 0 {
				s.scale[j] = float32(math.NaN())
			}
		}
		pack(s, g, lattice)
	}
}

// moveTernary moves the points that are not of the lattice to their neighbours. It
// returns a bit for each lane, set where errors are not finite.
func (k *kernels) moveTernary(s *ternarySet, x []float32, n int, lattice *lattice8) (failed uint16) {
	for i := range n / 16 {
		k.transpose(&s.byLane[i], &s.w[16*i][0], 16)
	}
	s.moved = intRow{}
	count := 0
	for j := range s.moved {
		for p := range n / 8 {
			head := lattice.head(s.point(p, j))
			if head.isPoint() {
				continue
			}
			s.moved[j] = 1
			levels, scale := levelsOf(s.shifts[j]>>(1-p%2)&1 != 0), s.scale[j]
			scaled := [4]float32{scale * levels[0], scale * levels[1], scale * levels[2]}
			list := head.list(lattice.neighbours)
			if len(list) < leastNeighbours {
				w := (*[8]float32)(s.byLane[p/2][j][8*(p%2):])
				point, ok := nearest8(list, &scaled, (*[8]float32)(x[n*j+8*p:]), w)
				if !ok {
					failed |= 1 << j
				}
				s.points[p][j] = uint32(point)
				continue
			}
			s.moves[count] = ternaryMove{
				levels: [3]float32(scaled[:3]),
				start:  uint32(head >> 12),
				count:  uint32(len(list)),
				x:      uint32(n*j + 8*p),
				w:      uint32(512*(p/2) + 16*j + 8*(p%2)),
			}
			count++
		}
	}
	moves := s.moves[:count]
	if len(moves) == 0 {
		return failed
	}
	k.nearestTernary(&moves[0], len(moves), &lattice.neighbours[0], &x[0], &s.byLane[0][0][0])
	for _, m := range moves {
		j, p := int(m.x)/n, int(m.x)%n/8
		if m.neighbour == noNeighbour {
			failed |= 1 << j
			continue
		}
		s.points[p][j] = uint32(lattice.neighbours[m.start+m.neighbour])
	}
	return failed
}
