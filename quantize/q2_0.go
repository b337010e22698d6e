package quantize

// Q2_0: 64 values in 18 bytes, 2.25 bits per weight. Importance is ignored.
//
//	bytes  field
//	0-1    scale, F16
//	2-17   quants: quant i in bits 2·(i mod 4) and above of byte i/4
//
//	value = scale · (quant - 1)

func decodeQ20(dst *[64]float32, src *[18]byte) {
	levels := ternaryLevels(getF16(src[:2]))
	for i, b := range src[2:] {
		out := (*[4]float32)(dst[4*i:])
		out[0] = levels[b&3]
		out[1] = levels[b>>2&3]
		out[2] = levels[b>>4&3]
		out[3] = levels[b>>6]
	}
}

// encodeQ20 scales by the largest magnitude; quant 3 never occurs.
func encodeQ20(dst *[18]byte, x *[64]float32) {
	scale, inv := ternaryScale(x[:])
	putF16(dst[:2], scale)
	for i := range 16 {
		in := (*[4]float32)(x[4*i:])
		dst[2+i] = ternary(in[0]*inv) | ternary(in[1]*inv)<<2 | ternary(in[2]*inv)<<4 | ternary(in[3]*inv)<<6
	}
}
