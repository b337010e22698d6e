//go:build !purego

package quantize

import "golang.org/x/sys/cpu"

// machineKernels returns the kernels that this processor and its operating system
// support. GODEBUG=cpu.avx512f=off and cpu.avx2=off take them away.
func machineKernels() []*kernels {
	var k []*kernels
	if cpu.X86.HasAVX2 && cpu.X86.HasAVX512F {
		k = append(k, &kernelsAVX512)
	}
	if cpu.X86.HasAVX2 {
		k = append(k, &kernelsAVX2)
	}
	return k
}

var kernelsAVX512 = kernels{
	name:           "AVX-512",
	searchKernels:  searchAVX512,
	blockKernels:   blocksAVX512,
	halfKernels:    halvesAVX512,
	decodeKernels:  decodeAVX512,
	errorKernels:   errorsAVX512,
	latticeKernels: latticeAVX512,
	ternaryKernels: ternaryAVX512,
	finiteKernels:  finiteAVX512,
}

var kernelsAVX2 = kernels{
	name:           "AVX2",
	searchKernels:  searchAVX2,
	blockKernels:   blocksAVX2,
	halfKernels:    halvesAVX2,
	decodeKernels:  decodeAVX2,
	errorKernels:   errorsAVX2,
	latticeKernels: latticeAVX2,
	ternaryKernels: ternaryAVX2,
	finiteKernels:  finiteAVX2,
}
