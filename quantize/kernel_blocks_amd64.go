//go:build !purego

package quantize

var blocksAVX512 = blockKernels{
	blocksQ40: blocksQ40AVX512,
	blocksQ41: blocksQ41AVX512,
	blocksQ50: blocksQ50AVX512,
	blocksQ51: blocksQ51AVX512,
	blocksQ80: blocksQ80AVX512,
}

var blocksAVX2 = blockKernels{
	blocksQ40: blocksQ40AVX2,
	blocksQ41: blocksQ41AVX2,
	blocksQ50: blocksQ50AVX2,
	blocksQ51: blocksQ51AVX2,
	blocksQ80: blocksQ80AVX2,
}
