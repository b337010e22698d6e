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
	for i := n - 1; i < (n+3)&^3; i++ {
		room[i] = none
	}
	pairs := room[:(n+3)&^3]
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

// least returns the least of numbers whose number is a multiple of four. Four
// at once do not wait for each other.
func least(pairs []uint32) uint32 {
	a, b, c, d := none, none, none, none
	for ; len(pairs) >= 4; pairs = pairs[4:] {
		a, b, c, d = min(a, pairs[0]), min(b, pairs[1]), min(c, pairs[2]), min(d, pairs[3])
	}
	return min(a, b, c, d)
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
