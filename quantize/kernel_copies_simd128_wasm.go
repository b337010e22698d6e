//go:build nibblesimd && !purego

package quantize

// Called by their names, as the kernels of F16 are.

func widenF32(dst []float32, src []byte) int {
	n := min(len(dst), len(src)/4)
	if n == 0 || len(available) == 0 {
		return 0
	}
	floatsOfBytesSIMD(&dst[0], &src[0], int32(n))
	return n
}

func narrowF32(dst []byte, src []float32) int {
	n := min(len(dst)/4, len(src))
	if n == 0 || len(available) == 0 {
		return 0
	}
	bytesOfFloatsSIMD(&dst[0], &src[0], int32(n))
	return n
}

//go:wasmimport nibble_kernels copyFloats
//go:noescape
func floatsOfBytesSIMD(dst *float32, src *byte, n int32)

//go:wasmimport nibble_kernels copyFloats
//go:noescape
func bytesOfFloatsSIMD(dst *byte, src *float32, n int32)
