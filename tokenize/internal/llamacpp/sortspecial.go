package llamacpp

import (
	"cmp"
	"math/bits"
	"slices"
)

// sortSpecial sorts ids by size, the largest first, and those of equal size as
// llama.cpp does where libstdc++ is its library: it leaves them to std::sort,
// which is not stable. That is quicksort by the median of three down to
// stretches of 16, and insertion sort of what comes out. The order matters
// where special tokens of equal size overlap in a text.
func sortSpecial(ids []uint32, size func(id uint32) int) {
	s := sorter{ids, size}
	s.quick(0, len(ids), 2*(bits.Len(uint(len(ids)))-1))
	// Insertion sort is stable, and so is this.
	slices.SortStableFunc(ids, func(a, b uint32) int { return cmp.Compare(size(b), size(a)) })
}

// stretch is what insertion sort is left with.
const stretch = 16

type sorter struct {
	ids  []uint32
	size func(id uint32) int
}

func (s *sorter) less(i, j int) bool { return s.size(s.ids[i]) > s.size(s.ids[j]) }

func (s *sorter) swap(i, j int) { s.ids[i], s.ids[j] = s.ids[j], s.ids[i] }

// quick sorts down to stretches. Where depth does not suffice, which takes an
// order made for it, the rest is left as it is; libstdc++ sorts it by heap.
func (s *sorter) quick(lo, hi, depth int) {
	for ; hi-lo > stretch && depth > 0; depth-- {
		s.swap(lo, s.median(lo+1, lo+(hi-lo)/2, hi-1))
		cut := s.partition(lo, hi)
		s.quick(cut, hi, depth-1)
		hi = cut
	}
}

// median returns which of three has the median. Of equal ones it is that which
// this order of comparisons leads to.
func (s *sorter) median(a, b, c int) int {
	if !s.less(a, b) {
		a, b = b, a
	}
	switch {
	case s.less(b, c):
		return b
	case s.less(a, c):
		return c
	}
	return a
}

// partition moves what is less than the pivot at lo before what is not, and
// returns where the border is.
func (s *sorter) partition(lo, hi int) int {
	left, right := lo+1, hi
	for {
		for s.less(left, lo) {
			left++
		}
		right--
		for s.less(lo, right) {
			right--
		}
		if left >= right {
			return left
		}
		s.swap(left, right)
		left++
	}
}
