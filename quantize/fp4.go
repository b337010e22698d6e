package quantize

import "math"

// The four-bit floats of MXFP4 and NVFP4 (E2M1: sign, two bits of exponent, one
// of mantissa). fp4Values holds their values times two; the scales are halved
// instead.

// fp4Bounds are the bits of the magnitudes above which the next larger value is
// nearer, the midpoints between neighbours times the scale. On a tie the smaller
// one is taken.
type fp4Bounds [7]uint32

// newFP4Bounds returns the bounds for a scale above zero. The products are
// exact: a scale is a power of two or has four bits. Values whose product with
// the scale overflows are nearest to nothing, nor are midpoints below them.
func newFP4Bounds(scale float32) fp4Bounds {
	const infinity = 0x7F800000
	b := fp4Bounds{
		math.Float32bits(0.5 * scale),
		math.Float32bits(1.5 * scale),
		math.Float32bits(2.5 * scale),
		math.Float32bits(3.5 * scale),
		math.Float32bits(5 * scale),
		math.Float32bits(7 * scale),
		math.Float32bits(10 * scale),
	}
	if !finite(8 * scale) {
		b[5] = infinity
	}
	if !finite(12 * scale) {
		b[6] = infinity
	}
	return b
}

// quant returns the code of the value nearest to f. Negative zero, code 8, is
// not used.
func (b *fp4Bounds) quant(f float32) uint8 {
	u := math.Float32bits(f)
	a := u & 0x7FFFFFFF
	// Both are below 2^31, so that the difference has the top bit set where a
	// is the larger one.
	n := (b[0]-a)>>31 + (b[1]-a)>>31 + (b[2]-a)>>31 + (b[3]-a)>>31 +
		(b[4]-a)>>31 + (b[5]-a)>>31 + (b[6]-a)>>31
	sign := u >> 28 & 8 & ((b[0] - a) >> 28)
	return uint8(n | sign)
}

// fp4Levels returns the value of each code.
func fp4Levels(scale float32) [16]float32 {
	var levels [16]float32
	for code, v := range fp4Values {
		levels[code] = float32(v) * scale
	}
	return levels
}
