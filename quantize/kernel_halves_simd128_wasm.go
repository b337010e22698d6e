//go:build nibblesimd && !purego

package quantize

var halvesSIMD128 = halfKernels{
	widenF16:   func(dst *float32, src *byte, n int) { widenF16SIMD(dst, src, int32(n)) },
	widenBF16:  func(dst *float32, src *byte, n int) { widenBF16SIMD(dst, src, int32(n)) },
	narrowF16:  func(dst *byte, src *float32, n int) { narrowF16SIMD(dst, src, int32(n)) },
	narrowBF16: func(dst *byte, src *float32, n int) { narrowBF16SIMD(dst, src, int32(n)) },

	widenF8E4M3: func(dst *float32, src *byte, n int) { widenF8E4M3SIMD(dst, src, int32(n)) },
	widenF8E5M2: func(dst *float32, src *byte, n int) { widenF8E5M2SIMD(dst, src, int32(n)) },
}

// Called by their names, as those of amd64 are.

func widenF16(dst []float32, src []byte) int {
	n := min(len(dst), len(src)/2) / 16
	if n == 0 || len(available) == 0 {
		return 0
	}
	widenF16SIMD(&dst[0], &src[0], int32(n))
	return 16 * n
}

func widenBF16(dst []float32, src []byte) int {
	n := min(len(dst), len(src)/2) / 16
	if n == 0 || len(available) == 0 {
		return 0
	}
	widenBF16SIMD(&dst[0], &src[0], int32(n))
	return 16 * n
}

func narrowF16(dst []byte, src []float32) int {
	n := min(len(dst)/2, len(src)) / 16
	if n == 0 || len(available) == 0 {
		return 0
	}
	narrowF16SIMD(&dst[0], &src[0], int32(n))
	return 16 * n
}

func narrowBF16(dst []byte, src []float32) int {
	n := min(len(dst)/2, len(src)) / 16
	if n == 0 || len(available) == 0 {
		return 0
	}
	narrowBF16SIMD(&dst[0], &src[0], int32(n))
	return 16 * n
}

func widenF8E4M3(dst []float32, src []byte) int {
	n := min(len(dst), len(src)) / 16
	if n == 0 || len(available) == 0 {
		return 0
	}
	widenF8E4M3SIMD(&dst[0], &src[0], int32(n))
	return 16 * n
}

func widenF8E5M2(dst []float32, src []byte) int {
	n := min(len(dst), len(src)) / 16
	if n == 0 || len(available) == 0 {
		return 0
	}
	widenF8E5M2SIMD(&dst[0], &src[0], int32(n))
	return 16 * n
}

//go:wasmimport nibble_kernels widenF16
//go:noescape
func widenF16SIMD(dst *float32, src *byte, n int32)

//go:wasmimport nibble_kernels widenBF16
//go:noescape
func widenBF16SIMD(dst *float32, src *byte, n int32)

//go:wasmimport nibble_kernels narrowF16
//go:noescape
func narrowF16SIMD(dst *byte, src *float32, n int32)

//go:wasmimport nibble_kernels narrowBF16
//go:noescape
func narrowBF16SIMD(dst *byte, src *float32, n int32)

//go:wasmimport nibble_kernels widenF8E4M3
//go:noescape
func widenF8E4M3SIMD(dst *float32, src *byte, n int32)

//go:wasmimport nibble_kernels widenF8E5M2
//go:noescape
func widenF8E5M2SIMD(dst *float32, src *byte, n int32)
