package bpe

import (
	"math/bits"
	"math/rand/v2"
)

// keyBytes is the length of the longest piece that a key can hold.
const keyBytes = 24

// A key is a piece of 1 to keyBytes bytes as numbers, padded with zeros. It
// stands for one piece only together with the length.
type key [3]uint64

// keyOf returns the key of a piece. The words that it loads overlap where the
// length is no multiple of theirs, as there may be nothing to read behind.
func keyOf(piece string) (k key) {
	switch n := len(piece); {
	case n > 16:
		k[0], k[1] = load64(piece, 0), load64(piece, 8)
		k[2] = load64(piece, n-8) >> (8 * (24 - n))
	case n > 8:
		k[0] = load64(piece, 0)
		k[1] = load64(piece, n-8) >> (8 * (16 - n))
	case n >= 4:
		k[0] = uint64(load32(piece, 0)) | uint64(load32(piece, n-4))<<(8*(n-4))
	default:
		for i := range n {
			k[0] |= uint64(piece[i]) << (8 * i)
		}
	}
	return k
}

// keyAt returns the key of text[start:end], where keyBytes bytes from start on
// are there.
func keyAt(text string, start, end int) (k key) {
	n := end - start
	k[0] = load64(text, start)
	if n <= 8 {
		k[0] &= ones(n)
		return k
	}
	k[1] = load64(text, start+8)
	if n <= 16 {
		k[1] &= ones(n - 8)
		return k
	}
	k[2] = load64(text, start+16) & ones(n-16)
	return k
}

// ones returns a mask of n bytes, 1 to 8.
func ones(n int) uint64 { return ^uint64(0) >> ((64 - 8*uint(n)) & 63) }

func load64(s string, i int) uint64 {
	s = s[i : i+8]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

func load32(s string, i int) uint32 {
	s = s[i : i+4]
	return uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
}

// The seeds differ from process to process, so that nobody can prepare texts
// that share slots of a table.
var seeds = [4]uint64{rand.Uint64(), rand.Uint64(), rand.Uint64(), rand.Uint64() | 1}

// hash returns the hash of a piece of n bytes.
func (k *key) hash(n int) uint64 {
	h := hashWord(k[0], n)
	if n > 8 {
		hi, lo := bits.Mul64(h^k[1], seeds[2]^k[2])
		h = hi ^ lo
	}
	return h
}

// hashWord returns the hash of a piece of n bytes whose key is one word.
func hashWord(word uint64, n int) uint64 {
	hi, lo := bits.Mul64(word^seeds[0], seeds[1]^uint64(n))
	return hi ^ lo
}

// hashLong returns the hash of a piece that is too long for a key.
func hashLong(piece string) uint64 {
	h := seeds[3] ^ uint64(len(piece))
	for i := 0; i+8 <= len(piece); i += 8 {
		hi, lo := bits.Mul64(load64(piece, i)^h, seeds[2])
		h = hi ^ lo
	}
	hi, lo := bits.Mul64(load64(piece, len(piece)-8)^h, seeds[1])
	return hi ^ lo
}

// hashOf returns the hash of any piece but the empty one.
func hashOf(piece string) uint64 {
	if len(piece) > keyBytes {
		return hashLong(piece)
	}
	k := keyOf(piece)
	return k.hash(len(piece))
}
