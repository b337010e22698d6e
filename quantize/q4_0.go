package quantize

// Q4_0: 32 values in 18 bytes, 4.5 bits per weight.
//
//	bytes  field
//	0-1    scale, F16
//	2-17   quants: quant i in the low half of byte i, quant i+16 in the high half
//
//	value = scale · (quant - 8)

func decodeQ40(dst *[32]float32, src *[18]byte) {
	scale := getF16(src[:2])
	for i, b := range src[2:] {
		dst[i] = float32(int32(b&15)-8) * scale
		dst[i+16] = float32(int32(b>>4)-8) * scale
	}
}

// encodeQ40 gives the value of the largest magnitude the quant 0, which alone
// has a magnitude of 8.
func encodeQ40(dst *[18]byte, x *[32]float32) {
	scale := extreme32(x) / -8
	putF16(dst[:2], scale)
	inv := inverse(scale)
	if !finite(inv) {
		clear(dst[2:]) // what the reference's conversion makes of infinity
		return
	}
	for i := range 2 {
		lo := truncateEight((*[8]float32)(x[8*i:]), inv, 8.5)
		hi := truncateEight((*[8]float32)(x[8*i+16:]), inv, 8.5)
		lo -= lo >> 4 & eachByte // of 16, make 15
		hi -= hi >> 4 & eachByte
		putNibbles((*[8]byte)(dst[2+8*i:]), lo, hi)
	}
}

// encodeQ40Importance minimises the weighted square error.
func encodeQ40Importance(dst *[18]byte, x, importance *[32]float32, meanSquare float32) {
	var w [32]float32
	var quants [32]uint8
	importanceWeights(w[:], x[:], importance[:], meanSquare)
	putF16(dst[:2], symmetricScale(quants[:], x[:], w[:], 8))
	packNibbles((*[16]byte)(dst[2:]), &quants)
}
