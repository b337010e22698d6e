//go:build nibblesimd && !purego

package quantize

var blocksSIMD128 = blockKernels{
	blocksQ40: func(dst *byte, x, scales *float32, n int) { blocksQ40SIMD(dst, x, scales, int32(n)) },
	blocksQ80: func(dst *byte, x, scales *float32, n int) { blocksQ80SIMD(dst, x, scales, int32(n)) },
}

//go:wasmimport nibble_kernels blocksQ40
//go:noescape
func blocksQ40SIMD(dst *byte, x, scales *float32, n int32)

//go:wasmimport nibble_kernels blocksQ80
//go:noescape
func blocksQ80SIMD(dst *byte, x, scales *float32, n int32)
