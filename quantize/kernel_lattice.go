package quantize

import (
	"structs"
	"sync"
)

// latticeKernels search the scales of the IQ2 and IQ3 types, each candidate of a scale
// in a lane of its own. Their zero value leaves all to the plain code.
type latticeKernels struct {
	// setValues sets s.x, s.w, s.wx, s.root, s.signs and s.peak as signedBlock.set does,
	// for so many groups of eight values. The peak is NaN if a value is or an error
	// w·x²: then others may be wrong.
	setValues func(s *latticeSet, x, w *float32, groups int, even bool)

	// sweep8 and sweep4 try the candidates numerators/peak of an inverse scale: they round
	// the values of so many points, to s.vectors, and move what is no point of the lattice
	// to the neighbour of least error, in s.points. They set s.wqq and what follows from the
	// sums of a candidate, and s.undecided to 0 if all errors were finite.
	//
	// The lanes behind the last candidate, up to a multiple of 16, must be like others.
	sweep8 func(s *latticeSet, lattice *lattice8, neighbours *uint16, candidates, points int)
	sweep4 func(s *latticeSet, lattice *lattice4, neighbours *uint16, candidates, points int)
}

// A latticeSet is a sub-block of up to 32 values, and what kernels find out about it. The
// assembly knows the layout: lattice.go of the generator says the same.
type latticeSet struct {
	_ structs.HostLayout

	x    [32]float32 // magnitudes
	w    [32]float32 // weights of the errors
	wx   [32]float32 // w·x
	root [32]float32 // square roots of w, which weigh the neighbours

	numerators      [32]float32   // of the candidates
	wqq, scale      [32]float32   // their sums Σwq² and scales Σwxq/Σwq²,
	square, best    [32]float32   // (Σwxq)² and scale·Σwxq
	vectors, points [8][32]uint32 // what they round the points to, and what that is moved to
	_               [8 + 84]row   // levels, and terms of errors
	peak            float32
	undecided       uint32
	signs           [4]uint8 // of eight values each, set where the value is negative
}

// signedBlocks are there to be used again.
var signedBlocks = sync.Pool{New: func() any { return &signedBlock{latticeSet: new(latticeSet)} }}

// noLatticeKernels leave all to the plain code.
var noLatticeKernels latticeKernels

// block returns a block that searches by k.
func (k *latticeKernels) block() *signedBlock {
	b := signedBlocks.Get().(*signedBlock)
	b.kernels = k
	return b
}

func (k *latticeKernels) encodeIQ2XXS(dst []byte, x, importance []float32) {
	b := k.block()
	defer signedBlocks.Put(b)
	encodeImportanceBlocks(dst, x, importance, b.encodeIQ2XXS)
}

func (k *latticeKernels) encodeIQ2XS(dst []byte, x, importance []float32) {
	b := k.block()
	defer signedBlocks.Put(b)
	encodeImportanceBlocks(dst, x, importance, b.encodeIQ2XS)
}

func (k *latticeKernels) encodeIQ2S(dst []byte, x, importance []float32) {
	b := k.block()
	defer signedBlocks.Put(b)
	encodeEither(dst, x, importance, b.encodeIQ2S, b.encodeIQ2SImportance)
}

func (k *latticeKernels) encodeIQ3XXS(dst []byte, x, importance []float32) {
	b := k.block()
	defer signedBlocks.Put(b)
	encodeEither(dst, x, importance, b.encodeIQ3XXS, b.encodeIQ3XXSImportance)
}

func (k *latticeKernels) encodeIQ3S(dst []byte, x, importance []float32) {
	b := k.block()
	defer signedBlocks.Put(b)
	encodeEither(dst, x, importance, b.encodeIQ3S, b.encodeIQ3SImportance)
}

// setSweep sets the numerators and returns the number of candidates.
func (s *latticeSet) setSweep(most float32, sweep *latticeSweep) int {
	n := sweep.candidates()
	for i := range n {
		s.numerators[i] = sweep.numerator(most, i)
	}
	for i := range -n & 15 {
		s.numerators[n+i] = s.numerators[n-1]
	}
	s.peak = sweep.peak
	return n
}

// bestLane is bestCandidate for the first n lanes.
func (s *latticeSet) bestLane(n int, points []uint16, start float32, startMoved uint8) (scale float32, moved uint8) {
	found := -1
	var best float32
	for i, wqq := range s.wqq[:n] {
		if wqq > 0 && s.square[i] > float32(best*wqq) {
			best, found = s.best[i], i
		}
	}
	if found < 0 {
		clear(points)
		return start, startMoved
	}
	for g := range points {
		point := s.points[g][found]
		points[g] = uint16(point)
		if point != s.vectors[g][found] {
			moved |= 1 << g
		}
	}
	return s.scale[found], moved
}
