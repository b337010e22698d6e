package bpe

// A bitset is a set of ids.
type bitset []uint64

func (b *bitset) add(id uint32) {
	for int(id/64) >= len(*b) {
		*b = append(*b, 0)
	}
	(*b)[id/64] |= 1 << (id % 64)
}

func (b bitset) has(id uint32) bool { return int(id/64) < len(b) && b[id/64]>>(id%64)&1 != 0 }

// A pairSet is a set of pairs of bytes.
type pairSet [256 * 256 / 64]uint64

func (s *pairSet) add(a, b byte) {
	i := uint(a)<<8 | uint(b)
	s[i/64] |= 1 << (i % 64)
}

func (s *pairSet) has(a, b byte) bool {
	i := uint(a)<<8 | uint(b)
	return s[i/64]>>(i%64)&1 != 0
}
