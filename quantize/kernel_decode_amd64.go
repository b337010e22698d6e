//go:build !purego

package quantize

var decodeAVX512 = decodeKernels{
	decodeQ40: decodeQ40AVX512,
	decodeQ80: decodeQ80AVX512,
}

var decodeAVX2 = decodeKernels{
	decodeQ40: decodeQ40AVX2,
	decodeQ80: decodeQ80AVX2,
}
