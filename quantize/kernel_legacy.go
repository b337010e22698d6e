package quantize

// The older types of 32 values, by kernels: with importance each block is a sub-block of
// its own.

func (k *kernels) encodeQ40(dst []byte, x, importance []float32) {
	if importance == nil {
		k.encodePlainBlocks(dst, x, 18, 1, k.blocksQ40)
		return
	}
	k.encodeSymmetricRow(dst, x, importance, 18, 8, func(block []byte, quants *[32]uint8) {
		packNibbles((*[16]byte)(block[2:]), quants)
	})
}

func (k *kernels) encodeQ50(dst []byte, x, importance []float32) {
	if importance == nil {
		k.encodePlainBlocks(dst, x, 22, 1, k.blocksQ50)
		return
	}
	k.encodeSymmetricRow(dst, x, importance, 22, 16, func(block []byte, quants *[32]uint8) {
		packFifthBits((*[4]byte)(block[2:]), quants)
		packNibbles((*[16]byte)(block[6:]), quants)
	})
}

func (k *kernels) encodeQ41(dst []byte, x, importance []float32) {
	if importance == nil {
		k.encodePlainBlocks(dst, x, 20, 2, k.blocksQ41)
		return
	}
	k.encodeMinRow(dst, x, importance, 20, &searchQ41, func(block []byte, quants *[32]uint8) {
		packNibbles((*[16]byte)(block[4:]), quants)
	})
}

func (k *kernels) encodeQ51(dst []byte, x, importance []float32) {
	if importance == nil {
		k.encodePlainBlocks(dst, x, 24, 2, k.blocksQ51)
		return
	}
	k.encodeMinRow(dst, x, importance, 24, &searchQ51, func(block []byte, quants *[32]uint8) {
		packFifthBits((*[4]byte)(block[4:]), quants)
		packNibbles((*[16]byte)(block[8:]), quants)
	})
}

// encodeSymmetricRow encodes a row in blocks of size bytes, which begin with the scale;
// pack writes the quants.
func (k *kernels) encodeSymmetricRow(dst []byte, x, importance []float32, size int, most int32, pack func(block []byte, quants *[32]uint8)) {
	meanSquare := sumSquares(x) / float32(len(x))
	set := func(s *laneSet) { s.setSymmetric(most) }
	encodeGroups(group{dst, x, importance}, 32, 16*size, set, func(s *laneSet, g group) {
		k.transpose(&s.x, &g.x[0], 32)
		s.base.fill(meanSquare)
		k.importanceLanes(s, g.importance, 32)
		k.symmetricSearch(s, 32, symmetricCandidates)
		k.keptQuants(&s.quants[0], &g.x[0], s, 32)
		s.keepSearched(g.x, 32, len(g.dst)/size, func(quants []uint8, x, w []float32) { symmetricScale(quants, x, w, most) })
		for j := range len(g.dst) / size {
			block := g.dst[size*j:][:size]
			putF16(block, s.scale[j])
			pack(block, (*[32]uint8)(s.quants[32*j:]))
		}
	})
}

// encodeMinRow encodes a row in blocks of size bytes, which begin with the scale and the
// negated min.
func (k *kernels) encodeMinRow(dst []byte, x, importance []float32, size int, search *minSearch, pack func(block []byte, quants *[32]uint8)) {
	meanSquare := sumSquares(x) / float32(len(x))
	weigh := func(s *laneSet, g group) {
		s.base.fill(meanSquare)
		k.importanceLanes(s, g.importance, 32)
	}
	k.encodeMins(group{dst, x, importance}, 32, 16*size, search, weigh, func(s *laneSet, g group) {
		k.keptQuants(&s.quants[0], &g.x[0], s, 32)
		s.keepSearched(g.x, 32, len(g.dst)/size, search.plain)
		for j := range len(g.dst) / size {
			block := g.dst[size*j:][:size]
			putF16(block, s.scale[j])
			putF16(block[2:], -s.min[j])
			pack(block, (*[32]uint8)(s.quants[32*j:]))
		}
	})
}
