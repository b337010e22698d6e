package quantize

// The types with a four-bit codebook, by kernels.

// searchCodebook finds the scales of 16 sub-blocks of 32 values. Base has been set if
// there is importance.
func (k *kernels) searchCodebook(s *laneSet, x, importance []float32) {
	k.transpose(&s.x, &x[0], 32)
	if importance == nil {
		k.squareWeights(s, 32)
	} else {
		k.importanceLanes(s, importance, 32)
	}
	candidates := s.numerators[:16]
	candidates[0] = -127
	for i := range candidates[1:] {
		candidates[1+i] = float32(i - 7 - 127)
	}
	k.codebookSearch(s, len(candidates))
}

func (k *kernels) encodeIQ4NL(s *laneSet, g group) {
	dst, x, importance := g.dst, g.x, g.importance
	if importance != nil {
		for j := range s.base {
			s.base[j] = float32(sumSquares(x[32*j:32*j+32]) * (2. / 32))
		}
	}
	k.searchCodebook(s, x, importance)
	blocks := len(dst) / 18
	for j, scale := range s.scale[:blocks] {
		putF16(dst[18*j:], scale)
		s.scale[j] = inverse(scale)
	}
	k.picks(&s.quants[0], &x[0], s)
	for j := range blocks {
		packNibbles((*[16]byte)(dst[18*j+2:]), (*[32]uint8)(s.quants[32*j:]))
	}
}

func (k *kernels) encodeIQ4XS(s *laneSet, g group) {
	dst, x, importance := g.dst, g.x, g.importance
	if importance != nil {
		for b := range 2 {
			base := float32(sumSquares(x[256*b:256*b+256]) * (2. / 256))
			for j := range 8 {
				s.base[8*b+j] = base
			}
		}
	}
	k.searchCodebook(s, x, importance)
	blocks := len(dst) / 136
	for b := range blocks {
		scales := (*[8]float32)(s.scale[8*b:])
		*scales = putScalesIQ4XS((*[8]byte)(dst[136*b:]), scales)
	}
	k.picks(&s.quants[0], &x[0], s)
	for b := range blocks {
		for j := range 8 {
			packNibbles((*[16]byte)(dst[136*b+8+16*j:]), (*[32]uint8)(s.quants[256*b+32*j:]))
		}
	}
}
