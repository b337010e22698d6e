package quantize

import (
	"encoding/binary"

	"github.com/nibble-go/nibble/internal/half"
)

// IQ1_M: a super-block of 256 values in 56 bytes, 1.75 bits per weight. It is
// decoded only.
//
//	bytes  field
//	0-31   bits 0-7 of the indexes of 32 points of 8 values, 2 points for each of 16
//	       sub-blocks of 16
//	32-47  a byte for each sub-block, half a byte for each point, the first one's low:
//	       bits 8-10 of the index and, in the top bit, set where the shift is down
//	48-55  four times two bytes, little endian: four scales of three bits, from bit 0
//	       on, and in bits 12-15 a quarter of the scale of them all, F16, the lowest
//	       quarter first
//
//	value = scale · (1 + 2 · scale of the sub-block) · (digit - 1 ± 1/8)

func decodeIQ1M(dst *[256]float32, src *[56]byte) {
	scale := half.F16ToF32(iq1mScale(src))
	for j := range 16 {
		quant := binary.LittleEndian.Uint16(src[48+j/4*2:]) >> (j % 4 * 3) & 7
		subScale := scale * float32(1+2*quant)
		for k := range 2 {
			i := 2*j + k
			high := uint16(src[32+j]) >> (4 * k)
			levels := iq1Levels(subScale, high&8 != 0)
			index := uint16(src[i]) | high&7<<8
			decodePoint8((*[8]float32)(dst[8*i:]), &levels, iq1Grid[index], 0)
		}
	}
}

// iq1mScale assembles the F16 scale.
func iq1mScale(src *[56]byte) uint16 {
	return uint16(src[49]>>4) | uint16(src[51]>>4)<<4 | uint16(src[53]>>4)<<8 | uint16(src[55]>>4)<<12
}
