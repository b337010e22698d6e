package bpe

import "math/bits"

// Bits of a slot of a pairTable, from the highest: the left symbol, the right
// symbol, the number of the merge plus one.
const (
	symbolBits = 21
	mergeBits  = 22
	maxSymbols = 1 << symbolBits
	maxMerges  = 1<<mergeBits - 1
)

// none is the number of a merge, a symbol or an id that does not exist. It is
// above all others.
const none = ^uint32(0)

// A pairTable finds the merge of two symbols. It is a hash table with open
// addressing, half full at most.
//
// Most pairs that are looked up have no merge. A Bloom filter in front tells
// all but one in fifty: two bits of a word. For Llama 3 it takes 256 KB, the
// table 2 MB, and only the filter stays in a processor's second-level cache. It
// makes [rules.adjacent] three times as fast.
type pairTable struct {
	slots  []uint64 // 0: free
	filter []uint64
	shift  uint8
}

// filterShift is the logarithm of the number of slots for a word of the filter.
const filterShift = 3

func newPairTable(pairs int) pairTable {
	size := max(filterShift, bits.Len(uint(2*pairs+1)))
	return pairTable{
		slots:  make([]uint64, 1<<size),
		filter: make([]uint64, 1<<(size-filterShift)),
		shift:  uint8(64 - size),
	}
}

// find returns the number of the merge of two symbols, or none.
func (t *pairTable) find(left, right uint32) uint32 {
	k := uint64(left)<<symbolBits | uint64(right)
	h := k * seeds[3]
	i := h >> (t.shift & 63)
	if word := t.filter[i>>filterShift]; word>>(h>>32&63)&(word>>(h>>38&63))&1 == 0 {
		return none
	}
	for ; ; i++ {
		s := t.slots[i&uint64(len(t.slots)-1)]
		if s>>mergeBits == k {
			return uint32(s&(1<<mergeBits-1)) - 1 // none from the free slot that 0, 0 finds
		}
		if s == 0 {
			return none
		}
	}
}

// put sets the number of the merge of two symbols.
func (t *pairTable) put(left, right, merge uint32) {
	k := uint64(left)<<symbolBits | uint64(right)
	h := k * seeds[3]
	i := h >> (t.shift & 63)
	t.filter[i>>filterShift] |= 1<<(h>>32&63) | 1<<(h>>38&63)
	for ; ; i++ {
		s := &t.slots[i&uint64(len(t.slots)-1)]
		if *s == 0 || *s>>mergeBits == k {
			*s = k<<mergeBits | uint64(merge+1)
			return
		}
	}
}
