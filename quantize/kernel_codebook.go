package quantize

// The types with a four-bit codebook, by kernels.

// codebookCandidates is the number of roundings that codebookScale tries.
const codebookCandidates = 16

// setCodebook sets the parameters of codebookSearch.
func (s *laneSet) setCodebook() {
	s.numerators[0] = -127
	for i := range codebookCandidates - 1 {
		s.numerators[1+i] = float32(i - 7 - 127)
	}
}

// searchCodebook finds the scales of 16 sub-blocks of 32 values. Base has been set if
// there is importance.
func (k *kernels) searchCodebook(s *laneSet, g group) {
	k.transpose(&s.x, &g.x[0], 32)
	if g.importance == nil {
		k.squareWeights(s, 32)
	} else {
		k.importanceLanes(s, g.importance, 32)
	}
	k.codebookSearch(s, codebookCandidates)
}

func (k *kernels) encodeIQ4NL(dst []byte, x, importance []float32) {
	encodeGroups(group{dst, x, importance}, 32, 16*18, (*laneSet).setCodebook, func(s *laneSet, g group) {
		if g.importance != nil {
			for j := range s.base {
				s.base[j] = float32(sumSquares(g.x[32*j:32*j+32]) * (2. / 32))
			}
		}
		k.searchCodebook(s, g)
		blocks := len(g.dst) / 18
		for j, scale := range s.scale[:blocks] {
			putF16(g.dst[18*j:], scale)
			s.scale[j] = inverse(scale)
		}
		k.picks(&s.quants[0], &g.x[0], s)
		for j := range blocks {
			packNibbles((*[16]byte)(g.dst[18*j+2:]), (*[32]uint8)(s.quants[32*j:]))
		}
	})
}

func (k *kernels) encodeIQ4XS(dst []byte, x, importance []float32) {
	encodeGroups(group{dst, x, importance}, 32, 2*136, (*laneSet).setCodebook, func(s *laneSet, g group) {
		if g.importance != nil {
			for b := range 2 {
				base := float32(sumSquares(g.x[256*b:256*b+256]) * (2. / 256))
				for j := range 8 {
					s.base[8*b+j] = base
				}
			}
		}
		k.searchCodebook(s, g)
		blocks := len(g.dst) / 136
		for b := range blocks {
			scales := (*[8]float32)(s.scale[8*b:])
			*scales = putScalesIQ4XS((*[8]byte)(g.dst[136*b:]), scales)
		}
		k.picks(&s.quants[0], &g.x[0], s)
		for j := range 8 * blocks {
			packNibbles((*[16]byte)(g.dst[136*(j/8)+8+16*(j%8):]), (*[32]uint8)(s.quants[32*j:]))
		}
	})
}
