//go:build !purego

package quantize

var halvesAVX512 = halfKernels{
	widenF16:   widenF16AVX512,
	widenBF16:  widenBF16AVX512,
	narrowF16:  narrowF16AVX512,
	narrowBF16: narrowBF16AVX512,

	widenF8E4M3: widenF8E4M3AVX512,
	widenF8E5M2: widenF8E5M2AVX512,
}

var halvesAVX2 = halfKernels{
	widenF16:   widenF16AVX2,
	widenBF16:  widenBF16AVX2,
	narrowF16:  narrowF16AVX2,
	narrowBF16: narrowBF16AVX2,

	widenF8E4M3: widenF8E4M3AVX2,
	widenF8E5M2: widenF8E5M2AVX2,
}

// Called by their names: what goes to a function that is not known escapes, and would be
// allocated for every row.

func widenF16(dst []float32, src []byte) int {
	n := min(len(dst), len(src)/2) / 16
	switch {
	case n == 0 || len(available) == 0:
		return 0
	case available[0] == &kernelsAVX512:
		widenF16AVX512(&dst[0], &src[0], n)
	default:
		widenF16AVX2(&dst[0], &src[0], n)
	}
	return 16 * n
}

func widenBF16(dst []float32, src []byte) int {
	n := min(len(dst), len(src)/2) / 16
	switch {
	case n == 0 || len(available) == 0:
		return 0
	case available[0] == &kernelsAVX512:
		widenBF16AVX512(&dst[0], &src[0], n)
	default:
		widenBF16AVX2(&dst[0], &src[0], n)
	}
	return 16 * n
}

func narrowF16(dst []byte, src []float32) int {
	n := min(len(dst)/2, len(src)) / 16
	switch {
	case n == 0 || len(available) == 0:
		return 0
	case available[0] == &kernelsAVX512:
		narrowF16AVX512(&dst[0], &src[0], n)
	default:
		narrowF16AVX2(&dst[0], &src[0], n)
	}
	return 16 * n
}

func narrowBF16(dst []byte, src []float32) int {
	n := min(len(dst)/2, len(src)) / 16
	switch {
	case n == 0 || len(available) == 0:
		return 0
	case available[0] == &kernelsAVX512:
		narrowBF16AVX512(&dst[0], &src[0], n)
	default:
		narrowBF16AVX2(&dst[0], &src[0], n)
	}
	return 16 * n
}

func widenF8E4M3(dst []float32, src []byte) int {
	n := min(len(dst), len(src)) / 16
	switch {
	case n == 0 || len(available) == 0:
		return 0
	case available[0] == &kernelsAVX512:
		widenF8E4M3AVX512(&dst[0], &src[0], n)
	default:
		widenF8E4M3AVX2(&dst[0], &src[0], n)
	}
	return 16 * n
}

func widenF8E5M2(dst []float32, src []byte) int {
	n := min(len(dst), len(src)) / 16
	switch {
	case n == 0 || len(available) == 0:
		return 0
	case available[0] == &kernelsAVX512:
		widenF8E5M2AVX512(&dst[0], &src[0], n)
	default:
		widenF8E5M2AVX2(&dst[0], &src[0], n)
	}
	return 16 * n
}
