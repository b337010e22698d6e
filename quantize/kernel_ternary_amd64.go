//go:build !purego

package quantize

var ternaryAVX512 = ternaryKernels{
	sortTernary:    sortTernaryAVX512,
	splitsIQ1S:     splitsIQ1SAVX512,
	splitsIQ1M:     splitsIQ1MAVX512,
	ternaryPoints:  ternaryPointsAVX512,
	nearestTernary: nearestTernaryAVX512,
	refitTernary:   refitTernaryAVX512,
}

var ternaryAVX2 = ternaryKernels{
	sortTernary:    sortTernaryAVX2,
	splitsIQ1S:     splitsIQ1SAVX2,
	splitsIQ1M:     splitsIQ1MAVX2,
	ternaryPoints:  ternaryPointsAVX2,
	nearestTernary: nearestTernaryAVX2,
	refitTernary:   refitTernaryAVX2,
}
