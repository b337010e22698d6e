package quantize

import (
	"structs"
	"sync"
)

// searchKernels search the scales of 16 sub-blocks at a time, each in a lane of its own.
type searchKernels struct {
	// transpose sets lane j of row i to value i of the n values of sub-block j.
	transpose func(dst *plane, src *float32, n int)

	// These set s.w for the first n rows: to the magnitudes of s.x; to their squares;
	// to the importance in s.work times the root of s.base and the square; to the root
	// mean square of the sub-block plus the magnitude.
	magnitudeWeights, squareWeights, importanceWeights, rmsWeights func(s *laneSet, n int)

	// minSearch sets s.scale, s.min and s.sumW as scaleAndMin does, minSearchAbsolute
	// where that has absolute. setMin sets their parameters.
	minSearch, minSearchAbsolute func(s *laneSet, n, candidates int)

	// The same for two groups, in less time than one after the other; nil if there is
	// no such kernel.
	minSearchPair, minSearchAbsolutePair func(s *lanePair, n, candidates int)

	// roundScalesMins does for n super-blocks, one or two, whose scales and mins are in s,
	// what the function of that name does, and sets them to what it returns: dst are the
	// super-blocks, of size bytes. nil where that takes little time.
	roundScalesMins func(dst *byte, s *laneSet, size, n int)

	// symmetricSearch sets s.scale and s.sumW as symmetricScale does, descentSearch
	// s.scale as descendScale does for 16 values; both set s.min to 0. setSymmetric sets
	// their parameters.
	symmetricSearch func(s *laneSet, n, candidates int)
	descentSearch   func(s *laneSet)

	// The same for two groups, in less time than one after the other; nil if there is
	// no such kernel.
	descentSearchPair func(s *lanePair)

	// positiveErrors sets inverses to those of the nine scales that positiveScale tries, the
	// plain one first, and errors to those of the roundings with them, for n values, a
	// multiple of four, whose largest is peak. Nil if there is no such kernel.
	positiveErrors func(inverses, errors *row, x, w *float32, n int, peak, most float32)

	// codebookSearch sets s.scale as codebookScale does for 32 values, with parameters
	// from setCodebook. picks sets 32 quants of each of 16 sub-blocks, x in the order of
	// memory, to pick of x·s.scale.
	codebookSearch func(s *laneSet, candidates int)
	picks          func(quants *byte, x *float32, s *laneSet)

	// requantize sets n quants of each of 16 sub-blocks, x in the order of memory, to
	// (x+s.min)/s.scale, rounded, clamped from s.lowest to s.highest, less s.lowest.
	requantize func(quants *byte, x *float32, s *laneSet, n int)

	// keptQuants sets the quants to those of symmetricSearch or minSearch, but in lanes
	// with a scale of 0.
	keptQuants func(quants *byte, x *float32, s *laneSet, n int)
}

// A row has one number for each lane.
type row [16]float32

// A plane has a row for each value of the sub-blocks; if they have 16, the upper half
// is not used.
type plane [32]row

// A laneSet is what kernels work on. The assembly knows the layout down to numerators,
// and the size: layout.go of the generator says the same.
type laneSet struct {
	_ structs.HostLayout // WebAssembly's kernels are another module's

	x, w plane // values and weights
	work plane // free for a kernel's use; the importance of the values, for importanceWeights

	scale, min            row         // results of a search, and what requantize takes
	sumW                  row         // sums of the weights
	base                  row         // what importanceWeights adds to squares
	most, lowest, highest row         // parameters; the last two as biased has them
	_                     [5]row      // state of a search: low, the first low, high, Σwx, the best error
	_                     [2]row      // which rounding was best: its inverse and its low, for keptQuants
	numerators            [48]float32 // parameters: what the candidates divide

	quants             [512]uint8   // of 16 sub-blocks, in the order of memory
	values, importance [512]float32 // a last group, filled up
}

// A lanePair is what kernels work on that do two groups at once.
type lanePair [2]laneSet

// lanePairs are there to be used again: some kB are cheaper to keep than to clear.
var lanePairs = sync.Pool{New: func() any { return new(lanePair) }}

// A group is 16 sub-blocks: their values and importance, nil where there is none, and
// the blocks that they become. In a last group there may be fewer blocks; sub-blocks
// beyond those have zeros.
type group struct {
	dst           []byte
	x, importance []float32
}

// cut cuts the first group off, with 16 sub-blocks of n values and size bytes. A last
// one is filled up in s.
func (g *group) cut(s *laneSet, n, size int) group {
	first := *g
	if len(g.x) < 16*n {
		clear(s.values[copy(s.values[:], g.x):])
		first.x = s.values[:16*n]
		if g.importance != nil {
			clear(s.importance[copy(s.importance[:], g.importance):])
			first.importance = s.importance[:16*n]
		}
		*g = group{}
		return first
	}
	first.dst, g.dst = g.dst[:size], g.dst[size:]
	first.x, g.x = g.x[:16*n], g.x[16*n:]
	if g.importance != nil {
		first.importance, g.importance = g.importance[:16*n], g.importance[16*n:]
	}
	return first
}

// encodeGroups encodes all, whole blocks, by groups of 16 sub-blocks of n values,
// size bytes, after set has set the parameters of the search.
func encodeGroups(all group, n, size int, set func(s *laneSet), encode func(s *laneSet, g group)) {
	pair := lanePairs.Get().(*lanePair)
	defer lanePairs.Put(pair)
	set(&pair[0])
	for len(all.x) > 0 {
		encode(&pair[0], all.cut(&pair[0], n, size))
	}
}

// keepSearched gives those of the first sub-blocks that have a scale of 0 in the file
// the quants of the search, which the kernels forget: such sub-blocks are few.
func (s *laneSet) keepSearched(x []float32, n, subBlocks int, search func(quants []uint8, x, w []float32)) {
	for j, scale := range s.scale[:subBlocks] {
		if scale != 0 {
			continue
		}
		w := s.importance[:n] // nothing needs these any more
		for i := range w {
			w[i] = s.w[i][j]
		}
		search(s.quants[n*j:n*j+n], x[n*j:n*j+n], w)
	}
}

// importanceLanes sets the weights of 16 sub-blocks of n values; base has been set.
func (k *kernels) importanceLanes(s *laneSet, importance []float32, n int) {
	k.transpose(&s.work, &importance[0], n)
	k.importanceWeights(s, n)
}

// fill sets all lanes.
func (r *row) fill(f float32) {
	for j := range r {
		r[j] = f
	}
}
