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
	pairs := room[:(n+leastOf-1)&^(leastOf-1)]
	for i := n - 1; i < len(pairs); i++ {
		pairs[i] = none
	}
	r.startShort(syms, pairs)
	for {
		best := least(pairs)
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

// startShort looks up the pairs of atoms.
func (r *rules) startShort(syms, pairs []uint32) {
	if r.ofBytes == nil {
		for i, right := range syms[1:] {
			pairs[i] = r.shortPair(syms[i], right, i)
		}
		return
	}
	for i, right := range syms[1:] {
		if merge := r.ofBytes[syms[i]<<8|right]; merge != none {
			pairs[i] = merge*shortSymbols + uint32(i)
		} else {
			pairs[i] = none
		}
	}
}

// leastOf is how many numbers least looks at without a branch, which would be
// mispredicted as words differ in length.
const leastOf = 16

// least returns the least of numbers whose number is a multiple of leastOf.
func least(pairs []uint32) uint32 {
	best := none
	for ; len(pairs) >= leastOf; pairs = pairs[leastOf:] {
		p := (*[leastOf]uint32)(pairs)
		a, b := min(p[0], p[1], p[2], p[3]), min(p[4], p[5], p[6], p[7])
		c, d := min(p[8], p[9], p[10], p[11]), min(p[12], p[13], p[14], p[15])
		best = min(best, a, b, c, d)
	}
	return best
}

// shortPair returns when the pair at i goes: its priority and its place.
func (r *rules) shortPair(left, right uint32, i int) uint32 {
	merge := r.find(left, right)
	if merge == none {
		return none
	}
	return r.priority(merge)*shortSymbols + uint32(i)
}

// mergedShort returns what the pair of that priority makes.
func (r *rules) mergedShort(priority, left, right uint32) uint32 {
	if r.extraRules == nil {
		return priority // the number of the merge and of the symbol
	}
	return r.result(r.find(left, right))
}
