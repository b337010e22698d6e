package trie

import "math/bits"

// A set of bytes.
type set [4]uint64

var fullSet = set{1<<64 - 1, 1<<64 - 1, 1<<64 - 1, 1<<64 - 1}

func (s *set) has(b byte) bool { return s[b>>6]>>(b&63)&1 != 0 }
func (s *set) add(b byte)      { s[b>>6] |= 1 << (b & 63) }
func (s *set) remove(b byte)   { s[b>>6] &^= 1 << (b & 63) }

func (s set) complement() set {
	return set{^s[0], ^s[1], ^s[2], ^s[3]}
}

// first returns the least byte of a set that is not empty.
func (s set) first() byte {
	for i, word := range s {
		if word != 0 {
			return byte(i<<6 | bits.TrailingZeros64(word))
		}
	}
	return 0
}
