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
	all := group{dst, x, importance}
	if importance == nil {
		k.encodeDescents(all)
		return
	}
	set := func(s *laneSet) { s.setSymmetric(4) }
	encodeGroups(all, 16, 110, set, func(s *laneSet, g group) {
		block := (*[110]byte)(g.dst)
		k.transpose(&s.x, &g.x[0], 16)
		s.base.fill(2 * sumSquares(g.x) / 256)
		k.importanceLanes(s, g.importance, 16)
		k.symmetricSearch(s, 16, symmetricCandidates)
		s.scale = putScalesQ3KImportance(block, (*[16]float32)(&s.scale), (*[16]float32)(&s.sumW))
		k.finishQ3K(block, s, g.x, func(quants []uint8, x, w []float32) { symmetricScale(quants, x, w, 4) })
	})
}

// encodeDescents encodes Q3_K without importance, two groups at once where that is
// faster.
func (k *kernels) encodeDescents(all group) {
	pair := lanePairs.Get().(*lanePair)
	defer lanePairs.Put(pair)
	pair[0].setSymmetric(4)
	pair[1].setSymmetric(4)
	for len(all.x) > 0 {
		var groups [2]group
		count := 0
		for count < 2 && len(all.x) > 0 {
			s := &pair[count]
			groups[count] = all.cut(s, 16, 110)
			k.transpose(&s.x, &groups[count].x[0], 16)
			k.squareWeights(s, 16)
			count++
		}
		if count == 2 && k.descentSearchPair != nil {
			k.descentSearchPair(pair)
		} else {
			for i := range count {
				k.descentSearch(&pair[i])
			}
		}
		for i, g := range groups[:count] {
			block := (*[110]byte)(g.dst)
			pair[i].scale = putScalesQ3K(block, (*[16]float32)(&pair[i].scale))
			k.finishQ3K(block, &pair[i], g.x, func(quants []uint8, x, _ []float32) {
				descendScale((*[16]uint8)(quants), (*[16]float32)(x))
			})
		}
	}
}

// finishQ3K rounds x anew with the scales in s, as the file has them, and packs the quants.
func (k *kernels) finishQ3K(block *[110]byte, s *laneSet, x []float32, search func(quants []uint8, x, w []float32)) {
	k.requantize(&s.quants[0], &x[0], s, 16)
	s.keepSearched(x, 16, 16, search)
	packThreeBits((*[96]byte)(block[:]), (*[256]uint8)(s.quants[:]))
}
