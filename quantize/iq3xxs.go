package quantize

import "encoding/binary"

// IQ3_XXS: a super-block of 256 values in 98 bytes, 3.0625 bits per weight. It is
// decoded only.
//
//	bytes  field
//	0-1    scale, F16
//	2-65   indexes of 64 points of 4 values
//	66-97  for each of 8 sub-blocks of 32 four bytes, little endian: four times seven
//	       sign bits, each for two points, and in the top four bits the scale of the
//	       sub-block
//
//	value = ±scale · (0.5 + scale of the sub-block)/2 · magnitude

func decodeIQ3XXS(dst *[256]float32, src *[98]byte) {
	scale := getF16(src[:2])
	for j := range 8 {
		rest := binary.LittleEndian.Uint32(src[66+4*j:])
		subScale := scale * (0.5 + float32(rest>>28)) * 0.5
		levels := iq3xxsLevels
		for i := range levels {
			levels[i] *= subScale
		}
		for k := range 4 {
			signs := evenSigns[rest>>(7*k)&127]
			in, out := (*[2]byte)(src[2+8*j+2*k:]), (*[8]float32)(dst[32*j+8*k:])
			decodePoint4((*[4]float32)(out[:4]), &levels, iq3xxsGrid[in[0]], signs)
			decodePoint4((*[4]float32)(out[4:]), &levels, iq3xxsGrid[in[1]], signs>>4)
		}
	}
}
