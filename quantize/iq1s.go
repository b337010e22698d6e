package quantize

import "encoding/binary"

// IQ1_S: a super-block of 256 values in 50 bytes, 1.5625 bits per weight. It is
// decoded only.
//
//	bytes  field
//	0-1    scale, F16
//	2-33   bits 0-7 of the indexes of 32 points of 8 values, 4 points for each of 8
//	       sub-blocks of 32
//	34-49  for each sub-block two bytes, little endian: bits 8-10 of its indexes in
//	       bits 0-11, its scale in bits 12-14, and bit 15, set where the shift is down
//
//	value = scale · (1 + 2 · scale of the sub-block) · (digit - 1 ± 1/8)

func decodeIQ1S(dst *[256]float32, src *[50]byte) {
	scale := getF16(src[:2])
	for j := range 8 {
		high := binary.LittleEndian.Uint16(src[34+2*j:])
		levels := iq1Levels(scale*float32(1+2*(high>>12&7)), high>>15 != 0)
		for k := range 4 {
			i := 4*j + k
			index := uint16(src[2+i]) | high>>(3*k)&7<<8
			decodePoint8((*[8]float32)(dst[8*i:]), &levels, iq1Grid[index], 0)
		}
	}
}
