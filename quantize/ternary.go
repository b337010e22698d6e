package quantize

import "math"

// The types whose quants are 0, 1 and 2 for -scale, 0 and +scale: TQ1_0, TQ2_0
// and Q2_0.

// ternary returns f, at most 1 in magnitude or barely more, rounded to an
// integer, ties away from zero, plus 1.
func ternary(f float32) uint8 { return 1 ^ notOne[math.Float32bits(f)>>23] }

// notOne holds by sign and exponent of a float32 by which bits its quant differs
// from 1. Only magnitudes from 0.5 up, exponents 126 and 127, round to 1.
var notOne = [512]uint8{126: 1 ^ 2, 127: 1 ^ 2, 256 + 126: 1 ^ 0, 256 + 127: 1 ^ 0}

// ternaryScale returns the scale of a block and what to multiply its values by.
// The factor is 0, and all quants are then 1, where the scale is 0 or so small
// that its inverse overflows. C leaves the conversion of infinity undefined; the
// reference's build for x86-64 makes the same quants of it for TQ1_0 and TQ2_0, and
// quants of 0 for Q2_0, which decode to 0 as well with such a scale.
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
