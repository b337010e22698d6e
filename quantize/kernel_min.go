package quantize

// The types with scales and mins, by kernels.

// searchMins finds the scales and mins of 16 sub-blocks of n values, and sets what
// requantize takes but for its scales and mins.
func (k *kernels) searchMins(s *laneSet, n int, search *minSearch) {
	s.most.fill(float32(search.most))
	s.lowest.fill(magic)
	s.highest.fill(magic + float32(search.most))
	for t := range search.steps + 1 {
		s.numerators[t] = search.numerator(t)
	}
	if search.absolute {
		k.minSearchAbsolute(s, n, search.steps+1)
	} else {
		k.minSearch(s, n, search.steps+1)
	}
}

// plain is the search in plain code.
func (search *minSearch) plain(quants []uint8, x, w []float32) { scaleAndMin(quants, x, w, search) }

func (k *kernels) encodeQ4K(s *laneSet, dst []byte, x, importance []float32) {
	k.searchScalesMins(s, dst, 144, x, importance, &searchQ4K, &searchQ4KImportance)
	for b := range len(dst) / 144 {
		packFourBits((*[128]byte)(dst[144*b+16:]), (*[256]uint8)(s.quants[256*b:]))
	}
}

func (k *kernels) encodeQ5K(s *laneSet, dst []byte, x, importance []float32) {
	k.searchScalesMins(s, dst, 176, x, importance, &searchQ5K, &searchQ5KImportance)
	for b := range len(dst) / 176 {
		packFiveBits((*[160]byte)(dst[176*b+16:]), (*[256]uint8)(s.quants[256*b:]))
	}
}

// searchScalesMins writes the scales and mins of two super-blocks of blockBytes and
// sets s.quants to what they make of the values.
func (k *kernels) searchScalesMins(s *laneSet, dst []byte, blockBytes int, x, importance []float32, plain, weighted *minSearch) {
	k.transpose(&s.x, &x[0], 32)
	search := plain
	if importance == nil {
		k.rmsWeights(s, 32)
	} else {
		search = weighted
		for b := range 2 {
			base := 2 * sumSquares(x[256*b:256*b+256]) / 256
			for j := range 8 {
				s.base[8*b+j] = base
			}
		}
		k.importanceLanes(s, importance, 32)
	}
	k.searchMins(s, 32, search)

	blocks := len(dst) / blockBytes
	for b := range blocks {
		header := (*[16]byte)(dst[blockBytes*b:])
		scales, mins, sums := (*[8]float32)(s.scale[8*b:]), (*[8]float32)(s.min[8*b:]), (*[8]float32)(s.sumW[8*b:])
		var rounded scalesMins
		if importance == nil {
			rounded = roundScalesMins(header, scales, mins)
		} else {
			rounded = fitScalesMins(header, scales, mins, sums, search.most)
		}
		*scales, *mins = rounded.scales, rounded.mins
	}
	k.requantize(&s.quants[0], &x[0], s, 32)
	s.keepSearched(x, 32, 8*blocks, search.plain)
}

func (k *kernels) encodeQ2K(s *laneSet, dst []byte, x, importance []float32) {
	block := (*[84]byte)(dst)
	k.transpose(&s.x, &x[0], 16)
	search := &searchQ2K
	if importance == nil {
		k.magnitudeWeights(s, 16)
	} else {
		search = &searchQ2KImportance
		s.base.fill(sumSquares(x) / 256)
		k.importanceLanes(s, importance, 16)
	}
	k.searchMins(s, 16, search)
	if importance == nil {
		putScalesQ2K(block, (*[16]float32)(&s.scale), (*[16]float32)(&s.min))
	} else {
		putScalesQ2KImportance(block, (*[16]float32)(&s.scale), (*[16]float32)(&s.min), (*[16]float32)(&s.sumW))
	}
	s.scale, s.min = decodeScalesQ2K(block)
	k.requantize(&s.quants[0], &x[0], s, 16)
	s.keepSearched(x, 16, 16, search.plain)
	packTwoBits((*[64]byte)(block[16:]), (*[256]uint8)(s.quants[:]))
}
