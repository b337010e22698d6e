package bpe

import (
	"math"
	"math/bits"
)

// A textIndex finds tokens by their text. Bits of a slot, from the highest: 32
// of the hash, the id plus one.
type textIndex struct {
	slots   []uint64 // 0: free; half full at most
	longest int      // bytes of the longest text
}

// newTextIndex returns the index of the texts of from to to bytes.
func newTextIndex(t *texts, from, to int) textIndex {
	n := 0
	for id := range uint32(t.count()) {
		if size := t.size(id); from <= size && size <= to {
			n++
		}
	}
	x := textIndex{slots: make([]uint64, 1<<bits.Len(uint(2*n+1)))}
	for id := range uint32(t.count()) {
		if size := t.size(id); from <= size && size <= to {
			x.add(t, id)
		}
	}
	return x
}

func (x *textIndex) add(t *texts, id uint32) {
	text := t.at(id)
	x.longest = max(x.longest, len(text))
	hash := hashOf(text)
	i := hash
	for ; ; i++ {
		s := &x.slots[i&uint64(len(x.slots)-1)]
		if *s == 0 {
			*s = hash>>32<<32 | uint64(id+1)
			return
		}
		if *s>>32 == hash>>32 && t.at(uint32(*s)-1) == text {
			return // the first of equal texts counts
		}
	}
}

// find returns the id of the token with that text and hash, or none.
func (x *textIndex) find(t *texts, text string, hash uint64) uint32 {
	if len(text) > x.longest {
		return none
	}
	for i := hash; ; i++ {
		s := x.slots[i&uint64(len(x.slots)-1)]
		if s == 0 {
			return none
		}
		if id := uint32(s) - 1; s>>32 == hash>>32 && t.at(id) == text {
			return id
		}
	}
}

// makeIndexes makes the indexes of the tokens.
func (m *Model) makeIndexes() {
	m.index = newTextIndex(&m.texts, 1, keyBytes)
	m.longIndex = newTextIndex(&m.texts, keyBytes+1, math.MaxInt)
}

// find returns the token of a text that is not empty, or none.
func (m *Model) find(text string) uint32 {
	switch n := len(text); {
	case n <= keyBytes:
		return m.index.find(&m.texts, text, hashOf(text))
	case n <= m.longIndex.longest:
		return m.longIndex.find(&m.texts, text, hashLong(text))
	}
	return none
}
