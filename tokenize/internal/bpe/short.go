package bpe

import "math/bits"

// shortSymbols is the number of symbols that mergeShort can take.
const shortSymbols = 64

// mergeShort merges up to 64 symbols in place. Bit i of the result is set if
// symbol i is left.
//
// It looks for the best of all pairs again after each merge. That is quadratic,
// but for so few symbols nothing is faster: it needs no memory but the stack,
// and the processor looks up the two new pairs at once.
func (r *rules) mergeShort(syms []uint32) (left uint64) {
	n := len(syms)
	left = 1<<n - 1
	// Of the pair that each symbol is the left one of: what goes first, then
	// where it stands, which decides between equals.
	var room [shortSymbols]uint32
	pairs := room[:n]
	for i := range n - 1 {
		pairs[i] = r.shortPair(syms[i], syms[i+1], i)
	}
	pairs[n-1] = none
	for {
		best := none
		for _, p := range pairs {
			best = min(best, p)
		}
		if best == none {
			return left
		}
		i := int(best % shortSymbols)
		behind := left >> 1 >> i
		j := i + 1 + bits.TrailingZeros64(behind)
		syms[i] = r.mergedShort(best/shortSymbols, syms[i], syms[j])
		left &^= 1 << j
		pairs[j] = none
		pairs[i] = none
		if behind &= behind - 1; behind != 0 {
			pairs[i] = r.shortPair(syms[i], syms[i+1+bits.TrailingZeros64(behind)], i)
		}
		if before := left & (1<<i - 1); before != 0 {
			h := bits.Len64(before) - 1
			pairs[h] = r.shortPair(syms[h], syms[i], h)
		}
	}
}

// shortPair returns when the pair at i goes: its priority and its place.
func (r *rules) shortPair(left, right uint32, i int) uint32 {
	merge := r.pairs.find(left, right)
	if merge == none {
		return none
	}
	return r.priority(merge)*shortSymbols + uint32(i)
}

// mergedShort returns what the pair of that priority makes.
func (r *rules) mergedShort(priority, left, right uint32) uint32 {
	if r.order != nil {
		priority = r.pairs.find(left, right)
	}
	return r.result(priority)
}
