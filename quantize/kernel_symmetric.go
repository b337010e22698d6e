package quantize

// The types whose quants lie around zero, by kernels.

// setSymmetric sets the parameters of symmetricSearch, descentSearch and requantize for
// quants from -most to most-1.
func (s *laneSet) setSymmetric(most int32) {
	s.lowest.fill(magic - float32(most))
	s.highest.fill(magic + float32(most-1))
	s.numerators[0] = float32(-most)
	for i, c := range symmetricSteps {
		s.numerators[1+2*i] = numerator(most, c[0])
		s.numerators[2+2*i] = numerator(most, c[1])
	}
}

// symmetricCandidates is the number of roundings that symmetricScale tries.
const symmetricCandidates = 1 + 2*len(symmetricSteps)

func (k *kernels) encodeQ6K(dst []byte, x, importance []float32) {
	set := func(s *laneSet) { s.setSymmetric(32) }
	encodeGroups(group{dst, x, importance}, 16, 210, set, func(s *laneSet, g group) {
		block := (*[210]byte)(g.dst)
		k.transpose(&s.x, &g.x[0], 16)
		if g.importance == nil {
			k.squareWeights(s, 16)
		} else {
			k.transpose(&s.w, &g.importance[0], 16)
		}
		k.symmetricSearch(s, 16, symmetricCandidates)
		if !putScalesQ6K(block, (*[16]float32)(&s.scale)) {
			clear(block[:])
			return
		}
		s.scale = decodeScalesQ6K(block)
		k.requantize(&s.quants[0], &g.x[0], s, 16)
		s.keepSearched(g.x, 16, 16, func(quants []uint8, x, w []float32) { symmetricScale(quants, x, w, 32) })
		packSixBits((*[192]byte)(block[:]), (*[256]uint8)(s.quants[:]))
	})
}

func (k *kernels) encodeQ3K(dst []byte, x, importance []float32) {
	set := func(s *laneSet) { s.setSymmetric(4) }
	encodeGroups(group{dst, x, importance}, 16, 110, set, func(s *laneSet, g group) {
		block, scales := (*[110]byte)(g.dst), (*[16]float32)(&s.scale)
		k.transpose(&s.x, &g.x[0], 16)
		if g.importance == nil {
			k.squareWeights(s, 16)
			k.descentSearch(s)
			putScalesQ3K(block, scales)
		} else {
			s.base.fill(2 * sumSquares(g.x) / 256)
			k.importanceLanes(s, g.importance, 16)
			k.symmetricSearch(s, 16, symmetricCandidates)
			putScalesQ3KImportance(block, scales, (*[16]float32)(&s.sumW))
		}
		s.scale = decodeScalesQ3K(block)
		k.requantize(&s.quants[0], &g.x[0], s, 16)
		s.keepSearched(g.x, 16, 16, func(quants []uint8, x, w []float32) {
			if g.importance == nil {
				descendScale((*[16]uint8)(quants), (*[16]float32)(x))
			} else {
				symmetricScale(quants, x, w, 4)
			}
		})
		packThreeBits((*[96]byte)(block[:]), (*[256]uint8)(s.quants[:]))
	})
}
