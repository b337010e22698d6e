//go:build nibblesimd && !purego

package quantize

var halvesSIMD128 = halfKernels{
	widenF16:   func(dst *float32, src *byte, n int) { widenF16SIMD(dst, src, int32(n)) },
	widenBF16:  func(dst *float32, src *byte, n int) { widenBF16SIMD(dst, src, int32(n)) },
	narrowF16:  func(dst *byte, src *float32, n int) { narrowF16SIMD(dst, src, int32(n)) },
	narrowBF16: func(dst *byte, src *float32, n int) { narrowBF16SIMD(dst, src, int32(n)) },

	widenF8E4M3: func(dst *float32, src *byte, n int) { widenF8E4M3SIMD(dst, src, int32(n)) },
	widenF8E5M2: func(dst *float32, src *byte, n int) { widenF8E5M2SIMD(dst, src, int32(n)) },

	widenF32:  func(dst *float32, src *byte, n int) { floatsOfBytesSIMD(dst, src, int32(16*n)) },
	narrowF32: func(dst *byte, src *float32, n int) { bytesOfFloatsSIMD(dst, src, int32(16*n)) },
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

//go:wasmimport nibble_kernels copyFloats
//go:noescape
func floatsOfBytesSIMD(dst *float32, src *byte, n int32)

//go:wasmimport nibble_kernels copyFloats
//go:noescape
func bytesOfFloatsSIMD(dst *byte, src *float32, n int32)
