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

// fp4Levels returns the value of each code.
func fp4Levels(scale float32) [16]float32 {
	var levels [16]float32
	for code, v := range fp4Values {
		levels[code] = float32(v) * scale
	}
	return levels
}
