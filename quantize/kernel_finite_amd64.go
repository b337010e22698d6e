//go:build !purego

package quantize

var finiteAVX512 = finiteKernels{
	nonFinite:      nonFiniteAVX512,
	nonFiniteBytes: nonFiniteBytesAVX512,
}

var finiteAVX2 = finiteKernels{
	nonFinite:      nonFiniteAVX2,
	nonFiniteBytes: nonFiniteBytesAVX2,
}

// Called by their names, as the kernels of half floats are.

// finiteFloats returns how many of the first values are known to be finite.
func finiteFloats(x []float32) int {
	n := len(x) / 16
	switch {
	case n == 0 || len(available) == 0:
		return 0
	case available[0] == &kernelsAVX512:
		if nonFiniteAVX512(&x[0], n) {
			return 0
		}
	default:
		if nonFiniteAVX2(&x[0], n) {
			return 0
		}
	}
	return 16 * n
}

// finiteBytes returns how many of the first bytes are known to be of finite floats.
func finiteBytes(data []byte, f floatFormat) int {
	n := len(data) / 64
	switch {
	case n == 0 || len(available) == 0:
		return 0
	case available[0] == &kernelsAVX512:
		if nonFiniteBytesAVX512(&data[0], n, f.exponents, f.signs) {
			return 0
		}
	default:
		if nonFiniteBytesAVX2(&data[0], n, f.exponents, f.signs) {
			return 0
		}
	}
	return 64 * n
}
