package quantize

// TQ1_0: 256 ternary values in 54 bytes, 1.6875 bits per weight. Importance is
// ignored.
//
//	bytes  field
//	0-31   five quants each: quants m, m+32, m+64, m+96 and m+128 in byte m
//	32-47  five quants each: quants 160+m, +16, +32, +48 and +64 in byte 32+m
//	48-51  four quants each: quants 240+m, +4, +8 and +12 in byte 48+m
//	52-53  scale, F16
//
//	value = scale · (quant - 1)
//
// The quants of a byte are the digits of a base-3 number of five digits, the
// first quant the most significant, a missing fifth 0. The byte holds the number
// as a fraction of 3^5 in units of 1/256, rounded up: multiplying by 3 moves the
// next digit into the carry.

func decodeTQ10(dst *[256]float32, src *[54]byte) {
	scale := getF16(src[52:])
	levels := ternaryLevels(scale)
	out := dst[:]
	for _, group := range [...][]byte{src[:32], src[32:48]} {
		for m, b := range group {
			for n := range 5 {
				digit := uint16(b) * 3
				out[n*len(group)+m] = levels[digit>>8&3]
				b = byte(digit)
			}
		}
		out = out[5*len(group):]
	}
	for m, b := range src[48:52] {
		for n := range 4 {
			digit := uint16(b) * 3
			out[4*n+m] = levels[digit>>8&3]
			b = byte(digit)
		}
	}
}

// encodeTQ10 scales by the largest magnitude.
func encodeTQ10(dst *[54]byte, x *[256]float32) {
	scale, inv := ternaryScale(x[:])
	putF16(dst[52:], scale)
	for m := range 32 {
		dst[m] = packTernary(x[m]*inv, x[m+32]*inv, x[m+64]*inv, x[m+96]*inv, ternary(x[m+128]*inv))
	}
	for m := range 16 {
		dst[32+m] = packTernary(x[160+m]*inv, x[176+m]*inv, x[192+m]*inv, x[208+m]*inv, ternary(x[224+m]*inv))
	}
	for m := range 4 {
		dst[48+m] = packTernary(x[240+m]*inv, x[244+m]*inv, x[248+m]*inv, x[252+m]*inv, 0)
	}
}

// packTernary packs the quants of a, b, c and d and the quant e into a byte.
func packTernary(a, b, c, d float32, e uint8) byte {
	n := 81*uint32(ternary(a)) + 27*uint32(ternary(b)) + 9*uint32(ternary(c)) + 3*uint32(ternary(d)) + uint32(e)
	return byte((n*256 + 242) / 243)
}
