//go:build nibblesimd && !purego

package quantize

// Go's compiler has no vectors on WebAssembly, so the kernels are a module of their own,
// kernel_simd128.wasm, which works on this module's memory: internal/simdgen makes it.
// This module imports its functions from its host, which calls the other's: hence the
// build tag, for modules whose hosts do. What the addresses point to does not move.

// simdAvailable returns 0 if the host has only stand-ins for the kernels.
//
//go:wasmimport nibble_kernels available
//go:noescape
func simdAvailable() int32

// machineKernels returns the kernels if the host has them.
func machineKernels() []*kernels {
	if simdAvailable() == 0 {
		return nil
	}
	return []*kernels{&kernelsSIMD128}
}

var kernelsSIMD128 = kernels{
	name:          "SIMD128",
	searchKernels: searchSIMD128,
	blockKernels:  blocksSIMD128,
	halfKernels:   halvesSIMD128,
	decodeKernels: decodeSIMD128,
	errorKernels:  errorsSIMD128,
	finiteKernels: finiteSIMD128,
}
