package quantize

import "math"

// peak returns the largest magnitude in x, whose length is a multiple of four. A
// NaN counts as larger than any number, so that it surfaces in the scale.
func peak(x []float32) float32 {
	// The bits of magnitudes order as the magnitudes do. Which of equals comes
	// first does not matter, so four scans run side by side.
	const magnitudes = 1<<31 - 1
	var a, b, c, d uint32
	for len(x) >= 4 {
		a = max(a, math.Float32bits(x[0])&magnitudes)
		b = max(b, math.Float32bits(x[1])&magnitudes)
		c = max(c, math.Float32bits(x[2])&magnitudes)
		d = max(d, math.Float32bits(x[3])&magnitudes)
		x = x[4:]
	}
	return math.Float32frombits(max(a, b, c, d))
}
