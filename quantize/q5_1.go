package quantize

import "encoding/binary"

// Q5_1: 32 values in 24 bytes, 6 bits per weight.
//
//	bytes  field
//	0-1    scale, F16
//	2-3    min, F16, negated: the value of quant 0
//	4-7    bit 4 of the quants: that of quant i in bit i, little endian
//	8-23   bits 0-3: quant i in the low half of byte i, quant i+16 in the high half
//
//	value = scale · quant + negated min

func decodeQ51(dst *[32]float32, src *[24]byte) {
	scale, low := getF16(src[:2]), getF16(src[2:4])
	high := binary.LittleEndian.Uint32(src[4:])
	for i, b := range src[8:] {
		lo := uint32(b&15) | high>>i&1<<4
		hi := uint32(b>>4) | high>>(i+16)&1<<4
		dst[i] = float32(float32(lo)*scale) + low
		dst[i+16] = float32(float32(hi)*scale) + low
	}
}

// encodeQ51 spreads the quants evenly from the lowest value to the highest.
// Rounding can reach 32, of which the low five bits are kept.
func encodeQ51(dst *[24]byte, x *[32]float32) {
	low, high := extent(x[:])
	scale := (high - low) / 31
	putF16(dst[:2], scale)
	putF16(dst[2:4], low)
	inv := inverse(scale)
	if !finite(inv) {
		clear(dst[4:]) // what the reference's conversion makes of infinity
		return
	}
	var above [32]float32
	for i, f := range x {
		above[i] = f - low
	}
	for i := range 2 {
		lo := truncateEight((*[8]float32)(above[8*i:]), inv, 0.5)
		hi := truncateEight((*[8]float32)(above[8*i+16:]), inv, 0.5)
		dst[4+i], dst[6+i] = gatherBits(lo>>4), gatherBits(hi>>4)
		putNibbles((*[8]byte)(dst[8+8*i:]), lo, hi)
	}
}

var searchQ51 = minSearch{most: 31, first: -0.9, step: 0.05, steps: 36}

// encodeQ51Importance minimises the weighted square error.
func encodeQ51Importance(dst *[24]byte, x, importance *[32]float32, meanSquare float32) {
	var w [32]float32
	var quants [32]uint8
	importanceWeights(w[:], x[:], importance[:], meanSquare)
	scale, lowest := scaleAndMin(quants[:], x[:], w[:], &searchQ51)
	putF16(dst[:2], scale)
	putF16(dst[2:4], -lowest)
	packFifthBits((*[4]byte)(dst[4:]), &quants)
	packNibbles((*[16]byte)(dst[8:]), &quants)
}
