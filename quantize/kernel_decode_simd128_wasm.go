//go:build nibblesimd && !purego

package quantize

var decodeSIMD128 = decodeKernels{
	decodeQ40:   func(dst *float32, src *byte, n int) { decodeQ40SIMD(dst, src, int32(n)) },
	decodeQ41:   func(dst *float32, src *byte, n int) { decodeQ41SIMD(dst, src, int32(n)) },
	decodeQ50:   func(dst *float32, src *byte, n int) { decodeQ50SIMD(dst, src, int32(n)) },
	decodeQ51:   func(dst *float32, src *byte, n int) { decodeQ51SIMD(dst, src, int32(n)) },
	decodeQ80:   func(dst *float32, src *byte, n int) { decodeQ80SIMD(dst, src, int32(n)) },
	decodeQ81:   func(dst *float32, src *byte, n int) { decodeQ81SIMD(dst, src, int32(n)) },
	decodeQ2K:   func(dst *float32, src *byte, n int) { decodeQ2KSIMD(dst, src, int32(n)) },
	decodeQ3K:   func(dst *float32, src *byte, n int) { decodeQ3KSIMD(dst, src, int32(n)) },
	decodeQ4K:   func(dst *float32, src *byte, n int) { decodeQ4KSIMD(dst, src, int32(n)) },
	decodeQ5K:   func(dst *float32, src *byte, n int) { decodeQ5KSIMD(dst, src, int32(n)) },
	decodeQ6K:   func(dst *float32, src *byte, n int) { decodeQ6KSIMD(dst, src, int32(n)) },
	decodeQ8K:   func(dst *float32, src *byte, n int) { decodeQ8KSIMD(dst, src, int32(n)) },
	decodeIQ4NL: func(dst *float32, src *byte, n int) { decodeIQ4NLSIMD(dst, src, int32(n)) },
	decodeIQ4XS: func(dst *float32, src *byte, n int) { decodeIQ4XSSIMD(dst, src, int32(n)) },
	decodeMXFP4: func(dst *float32, src *byte, n int) { decodeMXFP4SIMD(dst, src, int32(n)) },
	decodeNVFP4: func(dst *float32, src *byte, n int) { decodeNVFP4SIMD(dst, src, int32(n)) },
}

//go:wasmimport nibble_kernels decodeQ40
//go:noescape
func decodeQ40SIMD(dst *float32, src *byte, n int32)

//go:wasmimport nibble_kernels decodeQ41
//go:noescape
func decodeQ41SIMD(dst *float32, src *byte, n int32)

//go:wasmimport nibble_kernels decodeQ50
//go:noescape
func decodeQ50SIMD(dst *float32, src *byte, n int32)

//go:wasmimport nibble_kernels decodeQ51
//go:noescape
func decodeQ51SIMD(dst *float32, src *byte, n int32)

//go:wasmimport nibble_kernels decodeQ80
//go:noescape
func decodeQ80SIMD(dst *float32, src *byte, n int32)

//go:wasmimport nibble_kernels decodeQ81
//go:noescape
func decodeQ81SIMD(dst *float32, src *byte, n int32)

//go:wasmimport nibble_kernels decodeQ2K
//go:noescape
func decodeQ2KSIMD(dst *float32, src *byte, n int32)

//go:wasmimport nibble_kernels decodeQ3K
//go:noescape
func decodeQ3KSIMD(dst *float32, src *byte, n int32)

//go:wasmimport nibble_kernels decodeQ4K
//go:noescape
func decodeQ4KSIMD(dst *float32, src *byte, n int32)

//go:wasmimport nibble_kernels decodeQ5K
//go:noescape
func decodeQ5KSIMD(dst *float32, src *byte, n int32)

//go:wasmimport nibble_kernels decodeQ6K
//go:noescape
func decodeQ6KSIMD(dst *float32, src *byte, n int32)

//go:wasmimport nibble_kernels decodeQ8K
//go:noescape
func decodeQ8KSIMD(dst *float32, src *byte, n int32)

//go:wasmimport nibble_kernels decodeIQ4NL
//go:noescape
func decodeIQ4NLSIMD(dst *float32, src *byte, n int32)

//go:wasmimport nibble_kernels decodeIQ4XS
//go:noescape
func decodeIQ4XSSIMD(dst *float32, src *byte, n int32)

//go:wasmimport nibble_kernels decodeMXFP4
//go:noescape
func decodeMXFP4SIMD(dst *float32, src *byte, n int32)

//go:wasmimport nibble_kernels decodeNVFP4
//go:noescape
func decodeNVFP4SIMD(dst *float32, src *byte, n int32)
