//go:build !amd64 || purego

package quantize

// machineKernels returns none: the plain code does it all.
func machineKernels() []*kernels { return nil }
