//go:build nibblesimd && !purego

package quantize

var errorsSIMD128 = errorKernels{
	addErrors: func(s *laneSums, original, decoded *float32, n int) {
		addErrorsSIMD(s, original, decoded, int32(n))
	},
}

// Called by its name, as those of amd64 are.

func addErrors(s *laneSums, original, decoded []float32) int {
	n := min(len(original), len(decoded)) / lanes
	if n == 0 || len(available) == 0 {
		return 0
	}
	addErrorsSIMD(s, &original[0], &decoded[0], int32(n))
	return lanes * n
}

//go:wasmimport nibble_kernels addErrors
//go:noescape
func addErrorsSIMD(s *laneSums, original, decoded *float32, n int32)
