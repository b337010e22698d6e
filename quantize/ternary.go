package quantize

import "math"

// The types whose quants are 0, 1 and 2 for -scale, 0 and +scale: TQ1_0, TQ2_0
// and Q2_0.

// ternary returns f, at most 1 in magnitude or barely more, rounded to an
// integer, ties away from zero, plus 1.
func ternary(f float32) uint8 {
	const half = 0x3F000000 // the bits of 0.5
	u := math.Float32bits(f)
	nonzero := 1 - (u&0x7FFFFFFF-half)>>31
	return uint8(1 + nonzero - nonzero&(u>>31)<<1)
}

// ternaryScale returns the scale of a block and what to multiply its values by.
// The factor is 0, and all quants are then 1, where the scale is 0 or so small
// that its inverse overflows: the reference's conversion of infinity makes the
// same of it.
func ternaryScale(x []float32) (scale, inv float32) {
	scale = peak(x)
	if inv = inverse(scale); !finite(inv) {
		inv = 0
	}
	return scale, inv
}

// ternaryLevels returns the value of each two-bit quant. Quant 3 is not written
// but decodes.
func ternaryLevels(scale float32) [4]float32 {
	return [4]float32{-1 * scale, 0 * scale, 1 * scale, 2 * scale}
}
