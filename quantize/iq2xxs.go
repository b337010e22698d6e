package quantize

import "encoding/binary"

// IQ2_XXS: a super-block of 256 values in 66 bytes, 2.0625 bits per weight. It is
// decoded only.
//
//	bytes  field
//	0-1    scale, F16
//	2-65   8 bytes for each of 8 sub-blocks of 32: the indexes of four points of
//	       8 values; then, little endian, four times seven sign bits and in the top
//	       four bits the scale of the sub-block
//
//	value = ±scale · (0.5 + scale of the sub-block)/4 · magnitude

func decodeIQ2XXS(dst *[256]float32, src *[66]byte) {
	scale := getF16(src[:2])
	for j := range 8 {
		in := (*[8]byte)(src[2+8*j:])
		rest := binary.LittleEndian.Uint32(in[4:])
		levels := iq2ScaledLevels(iq2SubScale(scale, uint8(rest>>28)))
		for k := range 4 {
			out := (*[8]float32)(dst[32*j+8*k:])
			decodePoint8(out, &levels, iq2xxsGrid[in[k]], evenSigns[rest>>(7*k)&127])
		}
	}
}
