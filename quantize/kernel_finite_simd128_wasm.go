//go:build nibblesimd && !purego

package quantize

var finiteSIMD128 = finiteKernels{
	nonFinite: func(x *float32, n int) bool { return nonFiniteSIMD(x, int32(n)) != 0 },
	nonFiniteBytes: func(data *byte, n int, exponents, signs uint32) bool {
		return nonFiniteBytesSIMD(data, int32(n), exponents, signs) != 0
	},
}

// Called by their names, as those of amd64 are.

func finiteFloats(x []float32) int {
	n := len(x) / 16
	if n == 0 || len(available) == 0 || nonFiniteSIMD(&x[0], int32(n)) != 0 {
		return 0
	}
	return 16 * n
}

func finiteBytes(data []byte, f floatFormat) int {
	n := len(data) / 64
	if n == 0 || len(available) == 0 || nonFiniteBytesSIMD(&data[0], int32(n), f.exponents, f.signs) != 0 {
		return 0
	}
	return 64 * n
}

//go:wasmimport nibble_kernels nonFinite
//go:noescape
func nonFiniteSIMD(x *float32, n int32) int32

//go:wasmimport nibble_kernels nonFiniteBytes
//go:noescape
func nonFiniteBytesSIMD(data *byte, n int32, exponents, signs uint32) int32
