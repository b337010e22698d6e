package quantize

// IQ3_S: a super-block of 256 values in 110 bytes, 3.4375 bits per weight.
//
//	bytes    field
//	0-1      scale, F16
//	2-65     bits 0-7 of the indexes of 64 points of 4 values, 8 points for each of
//	         8 sub-blocks of 32
//	66-73    bit 8 of the indexes: those of sub-block j in byte j
//	74-105   signs, one byte for two points
//	106-109  scales of the sub-blocks, four bits each: an even one's in the low half
//	         of its byte, an odd one's in the high half
//
//	value = ±scale · (1 + 2 · scale of the sub-block) · (2 · digit + 1)

func decodeIQ3S(dst *[256]float32, src *[110]byte) {
	scale := getF16(src[:2])
	for j := range 8 {
		quant := src[106+j/2] >> (j % 2 * 4) & 15
		subScale := scale * float32(1+2*quant)
		var levels [8]float32
		for digit := range levels {
			levels[digit] = subScale * float32(2*digit+1)
		}
		high := uint16(src[66+j])
		for k := range 8 {
			i := 8*j + k
			index := uint16(src[2+i]) | high>>k&1<<8
			signs := src[74+i/2] >> (k % 2 * 4)
			decodePoint4((*[4]float32)(dst[4*i:]), &levels, iq3sGrid[index], signs)
		}
	}
}

// encodeIQ3S weighs the errors by the squares of the values.
func (b *signedBlock) encodeIQ3S(dst *[110]byte, x *[256]float32) {
	w := &b.weights
	squareWeights(w[:], x[:])
	b.encodeWeightedIQ3S(dst, x, w)
}

// encodeIQ3SImportance weighs the errors by importance.
func (b *signedBlock) encodeIQ3SImportance(dst *[110]byte, x, importance *[256]float32) {
	w := &b.weights
	importanceWeights(w[:], x[:], importance[:], 2*sumSquares(x[:])/256)
	b.encodeWeightedIQ3S(dst, x, w)
}

// encodeWeightedIQ3S places the indexes and signs of a sub-block behind those of
// the last one that is not all zeros, as the reference does and no decoder
// expects: of a super-block with a sub-block of zeros before others, the others
// decode to wrong values.
func (b *signedBlock) encodeWeightedIQ3S(dst *[110]byte, x, w *[256]float32) {
	lattice := iq3sLattice.get(iq3sGrid[:], 3)
	clear(dst[:])
	indexes, signs := dst[2:66], dst[74:106]
	var scales [8]float32
	for j := range scales {
		peak := b.set(x[32*j:32*j+32], w[32*j:32*j+32], false)
		if peak == 0 {
			continue
		}
		var points [8]uint16
		scale, ok := b.search4(&points, lattice, latticeSweep{peak: peak, start: peak / 15, steps: 9, step: fifth, all: true})
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
			index := lattice.head(point).index()
			indexes[k] = byte(index)
			dst[66+j] |= byte(index>>8) << k
		}
		copy(signs, b.signs[:])
		indexes, signs = indexes[8:], signs[4:]
	}
	most := largest(scales[:])
	if most == 0 {
		return
	}
	ofScales := most / 31
	putF16(dst[:2], ofScales*1.033)
	for j, scale := range scales {
		dst[106+j/2] |= subScale4(scale, 1/ofScales) << (j % 2 * 4)
	}
}
