package quantize

import (
	"structs"
	"sync"
)

// latticeKernels search the scales of the IQ2 and IQ3 types, each candidate of a scale
// in a lane of its own. Their zero value leaves all to the plain code; sweeps and refits
// come together.
type latticeKernels struct {
	// setValues sets s.x, s.w, s.wx, s.root, s.signs and s.peak as signedBlock.set does,
	// for so many groups of eight values. The peak is NaN if a value is or an error
	// w·x²: then others may be wrong.
	setValues func(s *latticeSet, x, w *float32, groups int, even bool)

	// sweep8 and sweep4 try the candidates numerators/peak of an inverse scale: they round
	// the values of so many points, to s.vectors, and move what is no point of the lattice
	// to the neighbour of least error, the first of equals, in s.points. They set s.wqq,
	// s.scale, s.square and s.best, and s.undecided. They use s.x, s.w, s.wx and s.root.
	//
	// The lanes behind the last candidate, up to a multiple of 16, must be like others.
	// neighbours are the lattice's, with room for 16 behind the last.
	sweep8 func(s *latticeSet, lattice *lattice8, neighbours *uint16, candidates, points int)
	sweep4 func(s *latticeSet, lattice *lattice4, neighbours *uint16, candidates, points int)

	// refit8 and refit4 round those of so many points in s.found for which s.again has a bit
	// with the scale s.fit, as sweep8 and sweep4 do. They set s.fit to the scale Σwxq/Σwq²
	// of all points where Σwq² is positive, and s.undecided. They use what sweeps do, and
	// leave s.vectors and s.points alone.
	refit8 func(s *latticeSet, lattice *lattice8, neighbours *uint16, points int)
	refit4 func(s *latticeSet, lattice *lattice4, neighbours *uint16, points int)
}

// A latticeSet is a sub-block of up to 32 values, and what kernels find out about it. The
// assembly knows the layout: lattice.go of the generator says the same.
//
// It is no part of the block that holds it because that has pointers: without any Go puts
// it where a cache line begins, and rows that lie across two take longer.
type latticeSet struct {
	_ structs.HostLayout // WebAssembly's kernels are another module's

	x    [32]float32 // magnitudes
	w    [32]float32 // weights of the errors
	wx   [32]float32 // w·x
	root [32]float32 // square roots of w, which weigh the neighbours

	numerators      [32]float32   // of the candidates, which are divided by peak
	wqq, scale      [32]float32   // their sums Σwq², their scales Σwxq/Σwq²,
	square, best    [32]float32   // (Σwxq)² and scale·Σwxq
	vectors, points [8][32]uint32 // what they round the points to, and what that is moved to

	_ [8 + 84]row // scratch: levels, and terms of errors

	peak      float32
	undecided uint32   // not 0 where a candidate has no neighbour of finite error
	signs     [4]uint8 // of eight values each, set where the value is negative

	// The points of the best candidate, its scale, and a bit for each point that was moved.
	fit   float32
	again uint32
	found [8]uint32
}

// signedBlocks are there to be used again.
var signedBlocks = sync.Pool{New: func() any { return &signedBlock{latticeSet: new(latticeSet)} }}

// noLatticeKernels leave all to the plain code.
var noLatticeKernels kernels

// block returns a block that searches by k.
func (k *kernels) block() *signedBlock {
	b := signedBlocks.Get().(*signedBlock)
	b.kernels = k
	return b
}

func (k *kernels) encodeIQ2XXS(dst []byte, x, importance []float32) {
	b := k.block()
	defer signedBlocks.Put(b)
	encodeImportanceBlocks(dst, x, importance, b.encodeIQ2XXS)
}

func (k *kernels) encodeIQ2XS(dst []byte, x, importance []float32) {
	b := k.block()
	defer signedBlocks.Put(b)
	encodeImportanceBlocks(dst, x, importance, b.encodeIQ2XS)
}

func (k *kernels) encodeIQ2S(dst []byte, x, importance []float32) {
	b := k.block()
	defer signedBlocks.Put(b)
	encodeEither(dst, x, importance, b.encodeIQ2S, b.encodeIQ2SImportance)
}

func (k *kernels) encodeIQ3XXS(dst []byte, x, importance []float32) {
	b := k.block()
	defer signedBlocks.Put(b)
	encodeEither(dst, x, importance, b.encodeIQ3XXS, b.encodeIQ3XXSImportance)
}

func (k *kernels) encodeIQ3S(dst []byte, x, importance []float32) {
	b := k.block()
	defer signedBlocks.Put(b)
	encodeEither(dst, x, importance, b.encodeIQ3S, b.encodeIQ3SImportance)
}

// startScale is positiveScale of the block for quants up to 4.
func (b *signedBlock) startScale() float32 {
	var quants [32]uint8
	const most = 4
	if b.kernels.positiveErrors == nil || !isNumber(b.peak) {
		return positiveScale(quants[:], b.x[:], b.w[:], most)
	}
	inverse := b.kernels.positiveInverse((*row)(b.numerators[:]), (*row)(b.best[:]), b.x[:], b.w[:], most, b.peak)
	return improvePositive(quants[:], b.x[:], b.w[:], most, inverse)
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

// bestLane is bestCandidate for the first n lanes and so many points. It sets s.found to
// them, s.fit to the scale, and s.again to what was moved.
func (s *latticeSet) bestLane(n, points int, start float32, startMoved uint32) {
	at := -1
	var best float32
	for i, wqq := range s.wqq[:n] {
		if wqq > 0 && s.square[i] > float32(best*wqq) {
			best, at = s.best[i], i
		}
	}
	if at < 0 {
		s.found, s.fit, s.again = [8]uint32{}, start, startMoved
		return
	}
	s.fit, s.again = s.scale[at], 0
	for g := range points {
		s.found[g] = s.points[g][at]
		if s.found[g] != s.vectors[g][at] {
			s.again |= 1 << g
		}
	}
}

// kernelSearch8 is search8 by kernels.
func (b *signedBlock) kernelSearch8(points []uint16, lattice *lattice8, sweep *latticeSweep) (scale float32, ok bool) {
	n := b.setSweep(5, sweep)
	b.kernels.sweep8(b.latticeSet, lattice, &lattice.neighbours[0], n, len(points))
	if b.undecided != 0 {
		return 0, false
	}
	b.bestLane(n, len(points), sweep.start, 0)
	if b.fit > 0 && (b.again != 0 || sweep.all) {
		if sweep.all {
			b.again = 1<<len(points) - 1
		}
		b.kernels.refit8(b.latticeSet, lattice, &lattice.neighbours[0], len(points))
	}
	return b.takeFound(points)
}

// kernelSearch4 is search4 by kernels.
func (b *signedBlock) kernelSearch4(points *[8]uint16, lattice *lattice4, sweep *latticeSweep) (scale float32, ok bool) {
	const allPoints = 1<<len(points) - 1
	startMoved := uint32(0)
	if sweep.all {
		startMoved = allPoints
	}
	n := b.setSweep(15, sweep)
	b.kernels.sweep4(b.latticeSet, lattice, &lattice.neighbours[0], n, len(points))
	if b.undecided != 0 {
		return 0, false
	}
	b.bestLane(n, len(points), sweep.start, startMoved)
	if b.fit > 0 && b.again != 0 {
		if sweep.all {
			b.again = allPoints
		}
		b.kernels.refit4(b.latticeSet, lattice, &lattice.neighbours[0], len(points))
	}
	return b.takeFound(points[:])
}

// takeFound sets points to what was found, and returns the scale, if nothing was
// undecided.
func (s *latticeSet) takeFound(points []uint16) (scale float32, ok bool) {
	if s.undecided != 0 {
		return 0, false
	}
	for g := range points {
		points[g] = uint16(s.found[g])
	}
	return s.fit, isNumber(s.fit)
}
