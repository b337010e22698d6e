package quantize

import "encoding/binary"

// IQ4_XS: a super-block of 256 values in 136 bytes, 4.25 bits per weight.
//
//	bytes  field
//	0-1    scale of the scales, F16
//	2-3    bits 4-5 of the scales of 8 sub-blocks of 32: those of sub-block j from
//	       bit 2j, little endian
//	4-7    bits 0-3 of the scales: an even sub-block's in the low half of byte j/2,
//	       an odd one's in the high half
//	8-135  quants: 16 bytes a sub-block, quant i in the low half of byte i, quant
//	       i+16 in the high half
//
//	value = (scale of scales · (scale - 32)) · codebook4[quant]

func decodeIQ4XS(dst *[256]float32, src *[136]byte) {
	ofScales := getF16(src[:2])
	high := binary.LittleEndian.Uint16(src[2:])
	for j := range 8 {
		q := uint16(src[4+j/2]>>(j%2*4)&15) | high>>(2*j)&3<<4
		scale := ofScales * float32(int32(q)-32)
		out := (*[32]float32)(dst[32*j:])
		for i, b := range (*[16]byte)(src[8+16*j:]) {
			out[i] = scale * float32(codebook4[b&15])
			out[i+16] = scale * float32(codebook4[b>>4])
		}
	}
}

// encodeIQ4XS minimises, for each sub-block, the square error weighted by the
// squares of the values.
func encodeIQ4XS(dst *[136]byte, x *[256]float32) {
	var w [256]float32
	squareWeights(w[:], x[:])
	encodeWeightedIQ4XS(dst, x, &w)
}

// encodeIQ4XSImportance weighs the errors by importance.
func encodeIQ4XSImportance(dst *[136]byte, x, importance *[256]float32) {
	var w [256]float32
	importanceWeights(w[:], x[:], importance[:], float32(sumSquares(x[:])*(2./256)))
	encodeWeightedIQ4XS(dst, x, &w)
}

func encodeWeightedIQ4XS(dst *[136]byte, x, w *[256]float32) {
	var scales [8]float32
	for j := range scales {
		scales[j] = codebookScale((*[32]float32)(x[32*j:]), (*[32]float32)(w[32*j:]))
	}
	for j, inv := range putScalesIQ4XS((*[8]byte)(dst[:]), &scales) {
		packPicks((*[16]byte)(dst[8+16*j:]), (*[32]float32)(x[32*j:]), inv)
	}
}

// putScalesIQ4XS rounds the scales and writes them. It returns the inverses of what
// they are without the rounding of the scale of the scales.
func putScalesIQ4XS(dst *[8]byte, scales *[8]float32) (inverses [8]float32) {
	// The extreme scale gets the quant -32. The negation comes first: without
	// any scale the file holds a negative zero.
	ofScales := -extreme(scales[:]) / 32
	putF16(dst[:2], ofScales)
	inv := inverse(ofScales)
	var high uint16
	clear(dst[4:8])
	for j, f := range scales {
		q := min(max(nearest(inv*f), -32), 31)
		inverses[j] = inverse(ofScales * float32(q))
		dst[4+j/2] |= byte((q+32)&15) << (j % 2 * 4)
		high |= uint16(q+32) >> 4 << (2 * j)
	}
	binary.LittleEndian.PutUint16(dst[2:], high)
	return inverses
}
