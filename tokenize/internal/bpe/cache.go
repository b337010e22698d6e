package bpe

import (
	"math/bits"
	"sync/atomic"
)

// A cache keeps the tokens of pieces that came up before. It is of fixed size,
// shared by all goroutines, and has no lock.
//
// A slot is one cache line. Its head is a counter that a writer changes before
// and after it writes the rest; a reader that finds the head unchanged behind
// what it read has read one piece's tokens. A writer that finds another at work
// gives up, as does one that a reader could only wait for. All words are read
// and written atomically, which costs nothing on common processors.
//
// A piece may be in either of two neighbouring slots. A new one takes a free
// slot, or one of the two by chance: what is frequent comes back.
type cache struct {
	slots []cacheSlot
	shift uint8
}

type cacheSlot struct {
	head atomic.Uint64 // from the lowest: length, 8 bits; number of ids, 8; counter
	key  [3]atomic.Uint64
	ids  [cachedIDs / 2]atomic.Uint64 // two a word
}

const (
	cachedIDs  = 8
	slotBytes  = 64
	cacheBytes = 2 << 20

	lengthMask = 1<<8 - 1
	headStep   = 1 << 16         // of the counter
	busy       = lengthMask << 8 // number of ids while a writer is at work; the length is 0
)

// newCache returns a cache of about that many bytes, 0 for the usual size.
func newCache(size int) *cache {
	if size == 0 {
		size = cacheBytes
	}
	n := max(1, bits.Len(uint(size/slotBytes))-1)
	return &cache{slots: make([]cacheSlot, 1<<n), shift: uint8(64 - n)}
}

// find returns the slot that has the tokens of a piece, and its head, or nil.
// What is read of the slot counts only if the head is the same afterwards.
func (c *cache) find(k *key, hash uint64, length int) (*cacheSlot, uint64) {
	i := hash >> (c.shift & 63)
	if s := &c.slots[i]; true {
		if head := s.head.Load(); head&lengthMask == uint64(length) && s.has(k) {
			return s, head
		}
	}
	s := &c.slots[i^1]
	if head := s.head.Load(); head&lengthMask == uint64(length) && s.has(k) {
		return s, head
	}
	return nil, 0
}

func (s *cacheSlot) has(k *key) bool {
	return (s.key[0].Load()^k[0])|(s.key[1].Load()^k[1])|(s.key[2].Load()^k[2]) == 0
}

// put keeps the tokens of a piece, if there is room in a slot for them.
func (c *cache) put(k *key, hash uint64, length int, ids []uint32) {
	if len(ids) > cachedIDs {
		return
	}
	s := &c.slots[hash>>(c.shift&63)]
	head := s.head.Load()
	if head&(lengthMask|busy) != 0 {
		other := &c.slots[hash>>(c.shift&63)^1]
		// A write changes that bit of one counter, so the two take turns.
		if h := other.head.Load(); h&(lengthMask|busy) == 0 || (head^h)&(2*headStep) != 0 {
			s, head = other, h
		}
	}
	claimed := head&^(headStep-1) + headStep
	if head&busy == busy || !s.head.CompareAndSwap(head, claimed|busy) {
		return
	}
	for i := range s.key {
		s.key[i].Store(k[i])
	}
	for i := 0; i < len(ids); i += 2 {
		word := uint64(ids[i])
		if i+1 < len(ids) {
			word |= uint64(ids[i+1]) << 32
		}
		s.ids[i/2].Store(word)
	}
	s.head.Store(claimed + headStep | uint64(len(ids))<<8 | uint64(length))
}
