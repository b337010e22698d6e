package quantize

// The types whose quants lie around zero, by kernels.

// setSymmetric sets the parameters of symmetricSearch and requantize.
func (s *laneSet) setSymmetric(most int32) {
	s.lowest.fill(magic - float32(most))
	s.highest.fill(magic + float32(most-1))
	s.numerators[0] = float32(-most)
	for i, c := range symmetricSteps {
		s.numerators[1+2*i] = numerator(most, c[0])
		s.numerators[2+2*i] = numerator(most, c[1])
	}
}

// searchSymmetric finds the scales of 16 sub-blocks of n values.
func (k *kernels) searchSymmetric(s *laneSet, n int, most int32) {
	s.setSymmetric(most)
	k.symmetricSearch(s, n, 1+2*len(symmetricSteps))
}

func (k *kernels) encodeQ6K(s *laneSet, g group) {
	dst, x, importance := g.dst, g.x, g.importance
	block := (*[210]byte)(dst)
	k.transpose(&s.x, &x[0], 16)
	if importance == nil {
		k.squareWeights(s, 16)
	} else {
		k.transpose(&s.w, &importance[0], 16)
	}
	k.searchSymmetric(s, 16, 32)
	if !putScalesQ6K(block, (*[16]float32)(&s.scale)) {
		clear(dst)
		return
	}
	s.scale = decodeScalesQ6K(block)
	k.requantize(&s.quants[0], &x[0], s, 16)
	s.keepSearched(x, 16, 16, func(quants []uint8, x, w []float32) { symmetricScale(quants, x, w, 32) })
	packSixBits((*[192]byte)(block[:]), (*[256]uint8)(s.quants[:]))
}

func (k *kernels) encodeQ3K(s *laneSet, g group) {
	dst, x, importance := g.dst, g.x, g.importance
	block := (*[110]byte)(dst)
	k.transpose(&s.x, &x[0], 16)
	search := func(quants []uint8, x, w []float32) { symmetricScale(quants, x, w, 4) }
	if importance == nil {
		s.setSymmetric(4)
		k.squareWeights(s, 16)
		k.descentSearch(s)
		putScalesQ3K(block, (*[16]float32)(&s.scale))
		search = func(quants []uint8, x, _ []float32) { descendScale((*[16]uint8)(quants), (*[16]float32)(x)) }
	} else {
		s.base.fill(2 * sumSquares(x) / 256)
		k.importanceLanes(s, importance, 16)
		k.searchSymmetric(s, 16, 4)
		putScalesQ3KImportance(block, (*[16]float32)(&s.scale), (*[16]float32)(&s.sumW))
	}
	s.scale = decodeScalesQ3K(block)
	k.requantize(&s.quants[0], &x[0], s, 16)
	s.keepSearched(x, 16, 16, search)
	packThreeBits((*[96]byte)(block[:]), (*[256]uint8)(s.quants[:]))
}
