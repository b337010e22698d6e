//go:build !purego

package quantize

var finiteAVX512 = finiteKernels{
	nonFinite:      nonFiniteAVX512,
	nonFiniteBytes: nonFiniteBytesAVX512,
}

var finiteAVX2 = finiteKernels{
	nonFinite:      nonFiniteAVX2,
	nonFiniteBytes: nonFiniteBytesAVX2,
}
