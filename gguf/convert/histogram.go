package convert

import (
	"sync"

	"github.com/nibble-go/nibble/quantize"
)

// TensorHistograms say how the weights of a tensor are distributed, and how what
// its type made of them differs.
type TensorHistograms struct {
	Weights quantize.Bins // as the source has them
	Errors  quantize.Bins // decoded minus original
}

// histogramPair is what is counted of a chunk or of a tensor on its way.
type histogramPair struct {
	weights, errors quantize.Histogram
}

func (h *histogramPair) reset() {
	h.weights.Reset()
	h.errors.Reset()
}

func (h *histogramPair) count(values, decoded []float32) {
	h.weights.Add(values)
	h.errors.AddErrors(values, decoded)
}

// histogramSet puts the histograms of chunks together. It holds those of the
// tensors that are on their way: no more than there are workers, and one, since
// chunks are drawn in order. What it has done with is used again.
type histogramSet struct {
	done func(tensor int, h TensorHistograms)

	mu     sync.Mutex
	left   map[int]int            // chunks that are missing, by tensor
	counts map[int]*histogramPair // by tensor
	spare  []*histogramPair
}

func newHistogramSet(chunks []chunk, done func(int, TensorHistograms)) *histogramSet {
	s := &histogramSet{done: done, left: map[int]int{}, counts: map[int]*histogramPair{}}
	for _, c := range chunks {
		s.left[c.tensor]++
	}
	return s
}

// add adds what was counted of a chunk of the given tensor.
func (s *histogramSet) add(tensor int, chunk *histogramPair) {
	s.mu.Lock()
	defer s.mu.Unlock()
	sum := s.counts[tensor]
	if sum == nil {
		sum = s.take()
		s.counts[tensor] = sum
	}
	sum.weights.Merge(&chunk.weights)
	sum.errors.Merge(&chunk.errors)
	if s.left[tensor]--; s.left[tensor] > 0 {
		return
	}
	s.done(tensor, TensorHistograms{Weights: sum.weights.Bins(), Errors: sum.errors.Bins()})
	delete(s.counts, tensor)
	s.spare = append(s.spare, sum)
}

// take returns a pair that has counted nothing.
func (s *histogramSet) take() *histogramPair {
	if len(s.spare) == 0 {
		return new(histogramPair)
	}
	last := len(s.spare) - 1
	h := s.spare[last]
	s.spare = s.spare[:last]
	h.reset()
	return h
}
