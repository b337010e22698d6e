package quantize

import "math"

// The four-bit floats of MXFP4 and NVFP4 (E2M1: sign, two bits of exponent, one
// of mantissa). fp4Values holds their values times two; the scales are halved
// instead.

// fp4Quants sets dst to the codes of the values nearest to x under a scale above
// zero. On a tie the smaller magnitude is taken; negative zero, code 8, is not
// used. dst and x have the same length.
func fp4Quants(dst []uint8, x []float32, scale float32) {
	// The code of a magnitude is the number of midpoints between neighbours that
	// it exceeds. The products are exact: a scale is a power of two or has four
	// bits. Magnitudes order as their bits do.
	m0 := math.Float32bits(0.5 * scale)
	m1 := math.Float32bits(1.5 * scale)
	m2 := math.Float32bits(2.5 * scale)
	m3 := math.Float32bits(3.5 * scale)
	m4 := math.Float32bits(5 * scale)
	m5 := math.Float32bits(7 * scale)
	m6 := math.Float32bits(10 * scale)
	// A value whose product with the scale overflows is nearest to nothing.
	const infinity = 0x7F800000
	if !finite(8 * scale) {
		m5 = infinity
	}
	if !finite(12 * scale) {
		m6 = infinity
	}
	dst = dst[:len(x)]
	for i, f := range x {
		u := math.Float32bits(f)
		a := u & 0x7FFFFFFF
		// All are below 2^31: a difference has the top bit set where a is larger.
		first := (m0 - a) >> 31
		n := first + (m1-a)>>31 + (m2-a)>>31 + (m3-a)>>31 + (m4-a)>>31 + (m5-a)>>31 + (m6-a)>>31
		dst[i] = uint8(n | u>>28&(first<<3))
	}
}

// fp4Search is fp4Quants as the formats define it: the first code whose value is
// at the smallest distance. Beyond 2^24 times the scale a distance has no bits left
// for the value, and fp4Quants would tell apart what the formats do not.
func fp4Search(dst []uint8, x []float32, scale float32) {
	levels := fp4Levels(scale)
	dst = dst[:len(x)]
	for i, f := range x {
		best := magnitude(levels[0] - f)
		dst[i] = 0
		for code, level := range levels {
			if e := magnitude(level - f); e < best {
				best, dst[i] = e, uint8(code)
			}
		}
	}
}

// fp4Nearest returns the code of the value nearest to f, whose magnitude is below
// 8, under a scale of 1. It agrees with fp4Quants.
func fp4Nearest(f float32) uint8 { return fp4Codes[(math.Float32bits(f)-1)>>21] }

// fp4Codes holds codes by the bits of sign, exponent and the upper two of the
// mantissa of a float32: the midpoints between values, 0.25, 0.75, 1.25, 1.75, 2.5,
// 3.5 and 5, have no more. One is taken off the bits before, so that a midpoint
// itself belongs to the value below it. Entry 500 is for what is above 0.25, entry
// 519 the last one for what is below 8; 1024 more for negative values.
var fp4Codes = [2048]uint8{
	500: 1, 1, 1, 1, 1, 1, 2, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 7,
	1524: 9, 9, 9, 9, 9, 9, 10, 10, 10, 11, 11, 12, 12, 13, 13, 14, 14, 15, 15, 15,
}

// fp4Levels returns the value of each code.
func fp4Levels(scale float32) [16]float32 {
	var levels [16]float32
	for code, v := range fp4Values {
		levels[code] = float32(v) * scale
	}
	return levels
}
