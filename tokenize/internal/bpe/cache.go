package bpe

import (
	"math/bits"
	"sync/atomic"
)

// A cache keeps the tokens of pieces that came up before. It is of fixed size,
// shared by all goroutines, and has no lock.
//
// Each slot has a head with a counter, which a writer changes before and after
// it writes the rest. A reader that finds the head unchanged behind what it read
// has read one piece's tokens; otherwise it has read nothing. A writer that finds
// another at work gives up. All words are read and written atomically, which
// costs nothing on common processors.
//
// Pieces of up to 8 bytes that are one token, which is what most pieces of most
// texts are, have small slots of their own, of which four fill a cache line. Any
// other piece may be in any of four large slots. Where all four are in use, they
// take turns: what is frequent comes back.
type cache struct {
	small      []smallLine
	large      []largeSlot
	smallShift uint8
	largeShift uint8
}

// usualCacheBytes is the size of a cache that nobody chose.
const usualCacheBytes = 2 << 20

// newCache returns a cache of about that many bytes, 0 for the usual size.
func newCache(size int) *cache {
	if size == 0 {
		size = usualCacheBytes
	}
	lines := max(1, bits.Len(uint(size/2/lineBytes))-1) // logarithm
	return &cache{
		small:      make([]smallLine, 1<<lines),
		large:      make([]largeSlot, 1<<lines),
		smallShift: uint8(64 - lines),
		largeShift: uint8(64 - lines),
	}
}

const lineBytes = 64

type smallLine [4]smallSlot

// A smallSlot has in its head, from the lowest bit: the length of the piece, 4;
// the id, 22; the counter. A writer at work is a length of 0 with a counter.
type smallSlot struct {
	head atomic.Uint64
	word atomic.Uint64 // the key
}

const (
	smallLength = 1<<4 - 1
	smallID     = 1<<22 - 1
	smallStep   = 1 << 26

	// smallBytes is the length of the longest piece in a small slot.
	smallBytes = 8
)

// findSmall returns the token of a piece of up to 8 bytes, if it has one and the
// cache knows it.
func (c *cache) findSmall(word, hash uint64, length int) (id uint32, ok bool) {
	line := &c.small[hash>>(c.smallShift&63)]
	for i := range line {
		s := &line[i]
		head := s.head.Load()
		if s.word.Load() == word && head&smallLength == uint64(length) && s.head.Load() == head {
			return uint32(head >> 4 & smallID), true
		}
	}
	return 0, false
}

// putSmall keeps the token of a piece of up to 8 bytes.
func (c *cache) putSmall(word, hash uint64, length int, id uint32) {
	line := &c.small[hash>>(c.smallShift&63)]
	s, writes := &line[0], uint64(0)
	for i := range line {
		head := line[i].head.Load()
		if head == 0 {
			s = &line[i]
			break
		}
		writes += head / (2 * smallStep)
		s = &line[writes%4]
	}
	head := s.head.Load()
	claimed := head&^(smallStep-1) + smallStep
	if head != 0 && head&smallLength == 0 || !s.head.CompareAndSwap(head, claimed) {
		return
	}
	s.word.Store(word)
	s.head.Store(claimed + smallStep | uint64(id)<<4 | uint64(length))
}

// A largeSlot has in its head, from the lowest bit: the length of the piece, 8;
// the number of ids, 8; the counter. A writer at work is a length of 0 with a
// counter.
type largeSlot struct {
	head atomic.Uint64
	key  [keyBytes / 8]atomic.Uint64
	ids  [cachedIDs / 2]atomic.Uint64 // two a word
}

const (
	largeLength = 1<<8 - 1
	largeStep   = 1 << 16

	// cachedIDs is the number of tokens that a slot has room for.
	cachedIDs = 8
)

// ways are the slots where a piece of that hash may be.
func (c *cache) ways(hash uint64) [4]*largeSlot {
	i, j := hash>>(c.largeShift&63), hash<<20>>(c.largeShift&63)
	return [4]*largeSlot{&c.large[i], &c.large[i^1], &c.large[j], &c.large[j^1]}
}

// find returns the slot that has the tokens of a piece, and its head, or nil.
// What is read of the slot counts only if the head is the same afterwards.
func (c *cache) find(k *key, hash uint64, length int) (*largeSlot, uint64) {
	for _, s := range c.ways(hash) {
		if head := s.head.Load(); head&largeLength == uint64(length) && s.has(k) {
			return s, head
		}
	}
	return nil, 0
}

func (s *largeSlot) has(k *key) bool {
	return (s.key[0].Load()^k[0])|(s.key[1].Load()^k[1])|(s.key[2].Load()^k[2]) == 0
}

// count returns the number of ids that a slot of that head has.
func (s *largeSlot) count(head uint64) int { return int(head >> 8 & (1<<8 - 1)) }

// append appends the ids of a slot of that head.
func (s *largeSlot) append(dst []uint32, head uint64) []uint32 {
	n := s.count(head)
	for i := 0; i < n; i += 2 {
		word := s.ids[i/2].Load()
		dst = append(dst, uint32(word))
		if i+1 < n {
			dst = append(dst, uint32(word>>32))
		}
	}
	return dst
}

// put keeps the tokens of a piece, if they are not too many.
func (c *cache) put(k *key, hash uint64, length int, ids []uint32) {
	if len(ids) > cachedIDs {
		return
	}
	ways, writes := c.ways(hash), uint64(0)
	s := ways[0]
	for _, way := range ways {
		head := way.head.Load()
		if head == 0 {
			s = way
			break
		}
		writes += head / (2 * largeStep)
		s = ways[writes%4]
	}
	head := s.head.Load()
	claimed := head&^(largeStep-1) + largeStep
	if head != 0 && head&largeLength == 0 || !s.head.CompareAndSwap(head, claimed) {
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
	s.head.Store(claimed + largeStep | uint64(len(ids))<<8 | uint64(length))
}
