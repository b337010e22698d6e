//go:build !amd64 || purego

package quantize

// machineKernels returns none: the plain code does it all.
func machineKernels() []*kernels { return nil }

// addErrors leaves all values to the plain code.
func addErrors(*laneSums, []float32, []float32) int { return 0 }
