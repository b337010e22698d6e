//go:build !purego

package quantize

var blocksAVX512 = blockKernels{
	blocksQ40: blocksQ40AVX512,
	blocksQ80: blocksQ80AVX512,
}

var blocksAVX2 = blockKernels{
	blocksQ40: blocksQ40AVX2,
	blocksQ80: blocksQ80AVX2,
}
