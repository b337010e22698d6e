package quantize

// IQ3_S: a super-block of 256 values in 110 bytes, 3.4375 bits per weight. It is
// decoded only.
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
