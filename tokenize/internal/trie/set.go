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

func (s set) and(t set) set {
	return set{s[0] & t[0], s[1] & t[1], s[2] & t[2], s[3] & t[3]}
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

// xor returns the set of b^x for all b in s.
func (s set) xor(x byte) set {
	w := x >> 6
	s = set{s[w], s[w^1], s[w^2], s[w^3]}
	return set{xorBits(s[0], x), xorBits(s[1], x), xorBits(s[2], x), xorBits(s[3], x)}
}

// xorBits moves bit i of a word to i^x, of which only the low six bits count:
// it exchanges neighbours, pairs, fours, and so on.
func xorBits(word uint64, x byte) uint64 {
	word = exchange(word, 1, 0x5555555555555555, x>>0&1)
	word = exchange(word, 2, 0x3333333333333333, x>>1&1)
	word = exchange(word, 4, 0x0f0f0f0f0f0f0f0f, x>>2&1)
	word = exchange(word, 8, 0x00ff00ff00ff00ff, x>>3&1)
	word = exchange(word, 16, 0x0000ffff0000ffff, x>>4&1)
	return bits.RotateLeft64(word, int(x&32))
}

// exchange exchanges the bits under low with those n above them if yes is 1, and
// does nothing if it is 0. A branch would be mispredicted half the time.
func exchange(word uint64, n int, low uint64, yes byte) uint64 {
	differ := (word>>n ^ word) & low & -uint64(yes)
	return word ^ differ ^ differ<<n
}
