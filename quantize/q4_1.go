package quantize

// Q4_1: 32 values in 20 bytes, 5 bits per weight.
//
//	bytes  field
//	0-1    scale, F16
//	2-3    min, F16, negated: the value of quant 0
//	4-19   quants: quant i in the low half of byte i, quant i+16 in the high half
//
//	value = scale · quant + negated min

func decodeQ41(dst *[32]float32, src *[20]byte) {
	scale, low := getF16(src[:2]), getF16(src[2:4])
	for i, b := range src[4:] {
		dst[i] = float32(float32(b&15)*scale) + low
		dst[i+16] = float32(float32(b>>4)*scale) + low
	}
}

// encodeQ41 spreads the quants evenly from the lowest value to the highest.
func encodeQ41(dst *[20]byte, x *[32]float32) {
	low, high := extent(x[:])
	scale := (high - low) / 15
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
		lo -= lo >> 4 & eachByte // of 16, make 15
		hi -= hi >> 4 & eachByte
		putNibbles((*[8]byte)(dst[4+8*i:]), lo, hi)
	}
}

var searchQ41 = minSearch{most: 15, first: -0.9, step: 0.05, steps: 36}

// encodeQ41Importance minimises the weighted square error.
func encodeQ41Importance(dst *[20]byte, x, importance *[32]float32, meanSquare float32) {
	var w [32]float32
	var quants [32]uint8
	importanceWeights(w[:], x[:], importance[:], meanSquare)
	scale, lowest := scaleAndMin(quants[:], x[:], w[:], &searchQ41)
	putF16(dst[:2], scale)
	putF16(dst[2:4], -lowest)
	packNibbles((*[16]byte)(dst[4:]), &quants)
}
