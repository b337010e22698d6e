//go:build nibblesimd && !purego

package quantize

var blocksSIMD128 = blockKernels{
	blocksQ40: func(dst *byte, x, header *float32, n int) { blocksQ40SIMD(dst, x, header, int32(n)) },
	blocksQ41: func(dst *byte, x, header *float32, n int) { blocksQ41SIMD(dst, x, header, int32(n)) },
	blocksQ50: func(dst *byte, x, header *float32, n int) { blocksQ50SIMD(dst, x, header, int32(n)) },
	blocksQ51: func(dst *byte, x, header *float32, n int) { blocksQ51SIMD(dst, x, header, int32(n)) },
	blocksQ80: func(dst *byte, x, header *float32, n int) { blocksQ80SIMD(dst, x, header, int32(n)) },
}

//go:wasmimport nibble_kernels blocksQ40
//go:noescape
func blocksQ40SIMD(dst *byte, x, header *float32, n int32)

//go:wasmimport nibble_kernels blocksQ41
//go:noescape
func blocksQ41SIMD(dst *byte, x, header *float32, n int32)

//go:wasmimport nibble_kernels blocksQ50
//go:noescape
func blocksQ50SIMD(dst *byte, x, header *float32, n int32)

//go:wasmimport nibble_kernels blocksQ51
//go:noescape
func blocksQ51SIMD(dst *byte, x, header *float32, n int32)

//go:wasmimport nibble_kernels blocksQ80
//go:noescape
func blocksQ80SIMD(dst *byte, x, header *float32, n int32)
