package quantize

// Q8_1: 32 activations in 36 bytes. It serves products with other types and is
// not stored in files; it is decoded only.
//
//	bytes  field
//	0-1    scale, F16
//	2-3    scale · sum of the quants, F16
//	4-35   quants, int8
//
//	value = scale · quant

func decodeQ81(dst *[32]float32, src *[36]byte) {
	scale := getF16(src[:2])
	for i, b := range src[4:] {
		dst[i] = float32(int8(b)) * scale
	}
}
