package quantize

// IQ2_S: a super-block of 256 values in 82 bytes, 2.5625 bits per weight. It is
// decoded only.
//
//	bytes  field
//	0-1    scale, F16
//	2-33   bits 0-7 of the indexes of 32 points of 8 values
//	34-65  signs, one byte a point
//	66-73  bits 8-9 of the indexes: those of point i from bit 2·(i mod 4) of byte i/4
//	74-81  scales of 16 sub-blocks of 16, four bits each: an even one's in the low
//	       half of its byte, an odd one's in the high half
//
//	value = ±scale · (0.5 + scale of the sub-block)/4 · magnitude

func decodeIQ2S(dst *[256]float32, src *[82]byte) {
	scale := getF16(src[:2])
	for j := range 16 {
		levels := iq2ScaledLevels(iq2SubScale(scale, src[74+j/2]>>(j%2*4)&15))
		for k := range 2 {
			i := 2*j + k
			index := uint16(src[2+i]) | uint16(src[66+i/4])>>(i%4*2)&3<<8
			decodePoint8((*[8]float32)(dst[8*i:]), &levels, iq2sGrid[index], src[34+i])
		}
	}
}
