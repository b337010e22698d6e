package quantize

import "encoding/binary"

// Q5_0: 32 values in 22 bytes, 5.5 bits per weight.
//
//	bytes  field
//	0-1    scale, F16
//	2-5    bit 4 of the quants: that of quant i in bit i, little endian
//	6-21   bits 0-3: quant i in the low half of byte i, quant i+16 in the high half
//
//	value = scale · (quant - 16)

func decodeQ50(dst *[32]float32, src *[22]byte) {
	scale := getF16(src[:2])
	high := binary.LittleEndian.Uint32(src[2:])
	for i, b := range src[6:] {
		lo := uint32(b&15) | high>>i&1<<4
		hi := uint32(b>>4) | high>>(i+16)&1<<4
		dst[i] = float32(int32(lo)-16) * scale
		dst[i+16] = float32(int32(hi)-16) * scale
	}
}

// encodeQ50 gives the value of the largest magnitude the quant 0, which alone
// has a magnitude of 16.
func encodeQ50(dst *[22]byte, x *[32]float32) {
	scale := extreme32(x) / -16
	putF16(dst[:2], scale)
	inv := inverse(scale)
	if !finite(inv) {
		clear(dst[2:]) // what the reference's conversion makes of infinity
		return
	}
	for i := range 2 {
		lo := truncateEight((*[8]float32)(x[8*i:]), inv, 16.5)
		hi := truncateEight((*[8]float32)(x[8*i+16:]), inv, 16.5)
		lo -= lo >> 5 & eachByte // of 32, make 31
		hi -= hi >> 5 & eachByte
		dst[2+i], dst[4+i] = gatherBits(lo>>4), gatherBits(hi>>4)
		putNibbles((*[8]byte)(dst[6+8*i:]), lo, hi)
	}
}

// encodeQ50Importance minimises the weighted square error.
func encodeQ50Importance(dst *[22]byte, x, importance *[32]float32, meanSquare float32) {
	var w [32]float32
	var quants [32]uint8
	importanceWeights(w[:], x[:], importance[:], meanSquare)
	putF16(dst[:2], symmetricScale(quants[:], x[:], w[:], 16))
	packFifthBits((*[4]byte)(dst[2:]), &quants)
	packNibbles((*[16]byte)(dst[6:]), &quants)
}
