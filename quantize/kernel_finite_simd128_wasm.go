//go:build nibblesimd && !purego

package quantize

var finiteSIMD128 = finiteKernels{
	nonFinite: func(x *float32, n int) bool { return nonFiniteSIMD(x, int32(n)) != 0 },
	nonFiniteBytes: func(data *byte, n int, exponents, signs uint32) bool {
		return nonFiniteBytesSIMD(data, int32(n), exponents, signs) != 0
	},
}

//go:wasmimport nibble_kernels nonFinite
//go:noescape
func nonFiniteSIMD(x *float32, n int32) int32

//go:wasmimport nibble_kernels nonFiniteBytes
//go:noescape
func nonFiniteBytesSIMD(data *byte, n int32, exponents, signs uint32) int32
