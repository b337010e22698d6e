package quantize

// The types with scales and mins, by kernels.

// setMin sets the parameters of minSearch, and those of requantize but for the scales
// and mins.
func (s *laneSet) setMin(search *minSearch) {
	s.most.fill(float32(search.most))
	s.lowest.fill(magic)
	s.highest.fill(magic + float32(search.most))
	for t := range search.steps + 1 {
		s.numerators[t] = search.numerator(t)
	}
}

// encodeMins encodes all, whole blocks, by groups of 16 sub-blocks of n values, size
// bytes, two groups at once where that is faster: weigh sets the weights of a group,
// whose values have been set, and finish makes blocks of what the search found.
func (k *kernels) encodeMins(all group, n, size int, search *minSearch, weigh, finish func(s *laneSet, g group)) {
	one, two := k.minSearch, k.minSearchPair
	if search.absolute {
		one, two = k.minSearchAbsolute, k.minSearchAbsolutePair
	}
	pair := lanePairs.Get().(*lanePair)
	defer lanePairs.Put(pair)
	pair[0].setMin(search)
	pair[1].setMin(search)
	candidates := search.steps + 1
	for len(all.x) > 0 {
		var groups [2]group
		count := 0
		for count < 2 && len(all.x) > 0 {
			s := &pair[count]
			g := all.cut(s, n, size)
			k.transpose(&s.x, &g.x[0], n)
			weigh(s, g)
			groups[count] = g
			count++
		}
		if count == 2 && two != nil {
			two(pair, n, candidates)
		} else {
			for i := range count {
				one(&pair[i], n, candidates)
			}
		}
		for i := range count {
			finish(&pair[i], groups[i])
		}
	}
}

// plain is the search in plain code.
func (search *minSearch) plain(quants []uint8, x, w []float32) { scaleAndMin(quants, x, w, search) }

func (k *kernels) encodeQ4K(dst []byte, x, importance []float32) {
	k.encodeScalesMins(group{dst, x, importance}, 144, &searchQ4K, &searchQ4KImportance, func(block []byte, quants *[256]uint8) {
		packFourBits((*[128]byte)(block[16:]), quants)
	})
}

func (k *kernels) encodeQ5K(dst []byte, x, importance []float32) {
	k.encodeScalesMins(group{dst, x, importance}, 176, &searchQ5K, &searchQ5KImportance, func(block []byte, quants *[256]uint8) {
		packFiveBits((*[160]byte)(block[16:]), quants)
	})
}

// encodeScalesMins encodes super-blocks of size bytes, two in a group, which begin with
// scales and mins; pack writes the quants.
func (k *kernels) encodeScalesMins(all group, size int, plain, weighted *minSearch, pack func(block []byte, quants *[256]uint8)) {
	search, weigh := plain, func(s *laneSet, _ group) { k.rmsWeights(s, 32) }
	if all.importance != nil {
		search, weigh = weighted, func(s *laneSet, g group) {
			for b := range 2 {
				base := 2 * sumSquares(g.x[256*b:256*b+256]) / 256
				for j := range 8 {
					s.base[8*b+j] = base
				}
			}
			k.importanceLanes(s, g.importance, 32)
		}
	}
	k.encodeMins(all, 32, 2*size, search, weigh, func(s *laneSet, g group) {
		blocks := len(g.dst) / size
		if g.importance == nil && k.roundScalesMins != nil {
			k.roundScalesMins(&g.dst[0], s, size, blocks)
		} else {
			k.putScalesMins(s, g, size, search.most)
		}
		k.requantize(&s.quants[0], &g.x[0], s, 32)
		s.keepSearched(g.x, 32, 8*blocks, search.plain)
		for b := range blocks {
			pack(g.dst[size*b:], (*[256]uint8)(s.quants[256*b:]))
		}
	})
}

// putScalesMins rounds the scales and mins and writes them to the super-blocks of a
// group, and sets them to what these hold.
func (k *kernels) putScalesMins(s *laneSet, g group, size int, most int32) {
	for b := range len(g.dst) / size {
		header := (*[16]byte)(g.dst[size*b:])
		scales, mins := (*[8]float32)(s.scale[8*b:]), (*[8]float32)(s.min[8*b:])
		var rounded scalesMins
		if g.importance == nil {
			rounded = roundScalesMins(header, scales, mins)
		} else {
			rounded = k.fitScalesMins(header, s, 8*b, most)
		}
		*scales, *mins = rounded.scales, rounded.mins
	}
}

func (k *kernels) encodeQ2K(dst []byte, x, importance []float32) {
	search, weigh := &searchQ2K, func(s *laneSet, _ group) { k.magnitudeWeights(s, 16) }
	if importance != nil {
		search, weigh = &searchQ2KImportance, func(s *laneSet, g group) {
			s.base.fill(sumSquares(g.x) / 256)
			k.importanceLanes(s, g.importance, 16)
		}
	}
	k.encodeMins(group{dst, x, importance}, 16, 84, search, weigh, func(s *laneSet, g group) {
		block := (*[84]byte)(g.dst)
		if g.importance == nil {
			putScalesQ2K(block, (*[16]float32)(&s.scale), (*[16]float32)(&s.min))
		} else {
			k.putScalesQ2KImportance(block, s)
		}
		s.scale, s.min = decodeScalesQ2K(block)
		k.requantize(&s.quants[0], &g.x[0], s, 16)
		s.keepSearched(g.x, 16, 16, search.plain)
		packTwoBits((*[64]byte)(block[16:]), (*[256]uint8)(s.quants[:]))
	})
}
