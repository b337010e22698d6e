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
