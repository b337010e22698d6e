package bpe

import "math/bits"

// Bits of a slot of a pairTable, from the highest: the left symbol, the right
// symbol, the number of the merge plus one.
const (
	symbolBits = 21
	mergeBits  = 22
	maxSymbols = 1 << symbolBits
	maxMerges  = 1<<mergeBits - 1

	mergeMask = 1<<mergeBits - 1
)

// none is the number of a merge, a symbol or an id that does not exist. It is
// above all others.
const none = ^uint32(0)

// A pairTable finds the merge of two symbols. It is a hash table with open
// addressing, half full at most; eight bytes a slot keep most of a large
// vocabulary's merges in a processor's second-level cache.
type pairTable struct {
	slots []uint64 // 0: free
	mul   uint64   // random and odd
	shift uint8
}

func newPairTable(pairs int) pairTable {
	size := bits.Len(uint(2*pairs + 1))
	return pairTable{slots: make([]uint64, 1<<size), mul: seeds[3], shift: uint8(64 - size)}
}

// find returns the number of the merge of two symbols, or none.
func (t *pairTable) find(left, right uint32) uint32 {
	k := uint64(left)<<symbolBits | uint64(right)
	for i := k * t.mul >> (t.shift & 63); ; i++ {
		s := t.slots[i&uint64(len(t.slots)-1)]
		if s>>mergeBits == k {
			return uint32(s&mergeMask) - 1 // none from the free slot that 0, 0 finds
		}
		if s == 0 {
			return none
		}
	}
}

// put sets the number of the merge of two symbols.
func (t *pairTable) put(left, right, merge uint32) {
	k := uint64(left)<<symbolBits | uint64(right)
	i := k * t.mul >> (t.shift & 63)
	for ; ; i++ {
		s := &t.slots[i&uint64(len(t.slots)-1)]
		if *s == 0 || *s>>mergeBits == k {
			*s = k<<mergeBits | uint64(merge+1)
			return
		}
	}
}
