package quantize

// Q8_0: 32 values in 34 bytes, 8.5 bits per weight. Importance is ignored.
//
//	bytes  field
//	0-1    scale, F16
//	2-33   quants, int8
//
//	value = scale · quant

func decodeQ80(dst *[32]float32, src *[34]byte) {
	scale := getF16(src[:2])
	for i, b := range src[2:] {
		dst[i] = float32(int8(b)) * scale
	}
}

// encodeQ80 gives the value of the largest magnitude the quant 127 or -127 and
// rounds the others, ties away from zero.
func encodeQ80(dst *[34]byte, x *[32]float32) {
	scale := peak(x[:]) / 127
	putF16(dst[:2], scale)
	inv := inverse(scale)
	if !finite(inv) {
		clear(dst[2:]) // what the reference's conversion makes of infinity
		return
	}
	for i, f := range x {
		dst[2+i] = byte(roundAway(f * inv))
	}
}
