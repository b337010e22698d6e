package quantize

import (
	"math"
	"math/bits"
)

// MXFP4: 32 values in 17 bytes, 4.25 bits per weight. Importance is ignored.
//
//	bytes  field
//	0      scale, the exponent of a power of two (E8M0)
//	1-16   quants, E2M1: quant i in the low half of byte 1+i, quant i+16 in the high half
//
//	value = 2^(scale-127) · E2M1(quant)

func decodeMXFP4(dst *[32]float32, src *[17]byte) {
	levels := fp4Levels(halfE8M0(src[0]))
	for i, b := range src[1:] {
		dst[i] = levels[b&15]
		dst[i+16] = levels[b>>4]
	}
}

// encodeMXFP4 chooses the scale so that the largest magnitude falls between
// E2M1's 4 and 8; 6 is the most that E2M1 has.
func encodeMXFP4(dst *[17]byte, x *[32]float32) {
	dst[0] = mxfp4Exponent(peak(x[:]))
	quants := (*[16]byte)(dst[1:])
	if dst[0] >= 253 { // products of the scale with the largest values overflow
		var q [32]uint8
		fp4Quants(q[:], x[:], halfE8M0(dst[0]))
		packNibbles(quants, &q)
		return
	}
	// 2^(127-e): the product is exact, or so small that its quant is 0.
	inv := math.Float32frombits((254 - uint32(dst[0])) << 23)
	for i := range quants {
		quants[i] = fp4Nearest(x[i]*inv) | fp4Nearest(x[i+16]*inv)<<4
	}
}

// halfE8M0 returns 2^(e-128), half of what e means, since fp4Values are doubled.
// 255, a NaN by the standard, is not special to the reference.
func halfE8M0(e byte) float32 {
	if e < 2 {
		return math.Float32frombits(1 << 21 << e) // subnormal
	}
	return math.Float32frombits(uint32(e-1) << 23)
}

// log2RoundsUp[m] counts the float32 values just below a power of two 2^k, with
// |k| in [2^m, 2^(m+1)), whose logarithm, rounded to float32, is k: those whose
// distance is at most half a unit in the last place of k's predecessor,
// floor(2^m·ln 2).
var log2RoundsUp = [...]uint64{0, 1, 2, 5, 11, 22, 44, 88}

// mxfp4Exponent returns floor(log2(peak)) - 2 + 127 modulo 256, the logarithm
// rounded to float32 before floor is taken, and 0 for 0 and infinity (quantize.md,
// section 6.3). It counts units instead of calling a logarithm, whose last bit
// may differ between machines.
func mxfp4Exponent(peak float32) byte {
	if !(peak > 0) || !finite(peak) {
		return 0
	}
	// As a float64 every float32 is normal.
	u := math.Float64bits(float64(peak))
	exponent := int(u>>52) - 1023
	k := exponent + 1
	m := bits.Len(uint(max(k-1, -k, 1))) - 1
	// How far peak is below 2^k, in units of 2^(k-24).
	if below := (1<<52 - u&(1<<52-1)) >> 29; below <= log2RoundsUp[m] {
		exponent++
	}
	return byte(exponent - 2 + 127)
}
