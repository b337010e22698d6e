package quantize

// TQ2_0: 256 ternary values in 66 bytes, 2.0625 bits per weight. Importance is
// ignored.
//
//	bytes  field
//	0-63   quants: for h = 0, 1 and n = 0 to 3, bits 2n and 2n+1 of byte 32h+m
//	       are quant 128h+32n+m
//	64-65  scale, F16
//
//	value = scale · (quant - 1)

func decodeTQ20(dst *[256]float32, src *[66]byte) {
	levels := ternaryLevels(getF16(src[64:]))
	for h := range 2 {
		out := (*[128]float32)(dst[128*h:])
		for m, b := range src[32*h:][:32] {
			out[m&31] = levels[b&3]
			out[m&31+32] = levels[b>>2&3]
			out[m&31+64] = levels[b>>4&3]
			out[m&31+96] = levels[b>>6]
		}
	}
}

// encodeTQ20 scales by the largest magnitude.
func encodeTQ20(dst *[66]byte, x *[256]float32) {
	scale, inv := ternaryScale(x[:])
	putF16(dst[64:], scale)
	for h := range 2 {
		in, out := (*[128]float32)(x[128*h:]), (*[32]byte)(dst[32*h:])
		for m := range out {
			out[m] = ternary(in[m]*inv) | ternary(in[m+32]*inv)<<2 |
				ternary(in[m+64]*inv)<<4 | ternary(in[m+96]*inv)<<6
		}
	}
}
