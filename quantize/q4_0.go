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
	scale := extreme(x[:]) / -8
	putF16(dst[:2], scale)
	inv := inverse(scale)
	if !finite(inv) {
		clear(dst[2:]) // what the reference's conversion makes of infinity
		return
	}
	for i := range 16 {
		lo := min(int32(float32(x[i]*inv)+8.5), 15)
		hi := min(int32(float32(x[i+16]*inv)+8.5), 15)
		dst[2+i] = byte(lo&15 | hi<<4)
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

// packNibbles puts the low four bits of quant i into the low half of byte i,
// those of quant i+16 into its high half.
func packNibbles(dst *[16]byte, quants *[32]uint8) {
	for i := range dst {
		dst[i] = quants[i]&15 | quants[i+16]<<4
	}
}
