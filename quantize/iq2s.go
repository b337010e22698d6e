package quantize

// IQ2_S: a super-block of 256 values in 82 bytes, 2.5625 bits per weight.
//
//	bytes  field
//	0-1    scale, F16
//	2-33   bits 0-7 of the indexes of 32 points of 8 values
//	34-65  signs, one byte a point
//	66-73  bits 8-9 of the indexes: those of point i from bit 2·(i mod 4) of byte i/4
//	74-81  scales of 16 sub-blocks of 16, four bits each: an even one's in the low
//	       half of its byte, an odd one's in the high half
//
//	value = ±scale · (0.5 + scale of the sub-block)/4 · magnitude

func decodeIQ2S(dst *[256]float32, src *[82]byte) {
	scale := getF16(src[:2])
	for j := range 16 {
		levels := iq2ScaledLevels(iq2SubScale(scale, src[74+j/2]>>(j%2*4)&15))
		for k := range 2 {
			i := 2*j + k
			index := uint16(src[2+i]) | uint16(src[66+i/4])>>(i%4*2)&3<<8
			decodePoint8((*[8]float32)(dst[8*i:]), &levels, iq2sGrid[index], src[34+i])
		}
	}
}

// encodeIQ2S weighs the errors by the squares of the values, kept up by the mean
// square so that small values count too.
func (b *signedBlock) encodeIQ2S(dst *[82]byte, x *[256]float32) {
	w := &b.weights
	base := float32(0.25 * (2 * sumSquares(x[:]) / 256))
	for i, f := range x {
		w[i] = base + float32(f*f)
	}
	b.encodeWeightedIQ2S(dst, x, w)
}

// encodeIQ2SImportance weighs the errors by importance.
func (b *signedBlock) encodeIQ2SImportance(dst *[82]byte, x, importance *[256]float32) {
	w := &b.weights
	importanceWeights(w[:], x[:], importance[:], 2*sumSquares(x[:])/256)
	b.encodeWeightedIQ2S(dst, x, w)
}

func (b *signedBlock) encodeWeightedIQ2S(dst *[82]byte, x, w *[256]float32) {
	lattice := iq2sLattice.get(iq2sGrid[:], 1)
	clear(dst[:])
	var scales [16]float32
	for j := range scales {
		peak := b.set(x[16*j:16*j+16], w[16*j:16*j+16], false)
		if peak < nearlyNothing {
			continue
		}
		var points [2]uint16
		scale, ok := b.search8(points[:], lattice, latticeSweep{peak: peak, start: peak / 5, steps: 9, step: tenth})
		if !ok {
			spoil(dst[:])
			return
		}
		if scale < 0 {
			scale = -scale
			b.negate()
		}
		scales[j] = scale
		for k, point := range points {
			i := 2*j + k
			index := lattice.head(point).index()
			dst[2+i] = byte(index)
			dst[34+i] = b.signs[k]
			dst[66+i/4] |= byte(index>>8) << (i % 4 * 2)
		}
	}
	most := largest(scales[:])
	if most == 0 {
		return
	}
	ofScales := most / 31
	putF16(dst[:2], ofScales*0.9875)
	for j, scale := range scales {
		dst[74+j/2] |= subScale4(scale, 1/ofScales) << (j % 2 * 4)
	}
}
