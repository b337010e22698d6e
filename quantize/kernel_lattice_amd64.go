//go:build !purego

package quantize

var latticeAVX512 = latticeKernels{
	setValues: setValuesAVX2,
	sweep8:    sweep8AVX512,
	sweep4:    sweep4AVX512,
	refit8:    refit8AVX512,
	refit4:    refit4AVX512,
}

var latticeAVX2 = latticeKernels{
	setValues: setValuesAVX2,
	sweep8:    sweep8AVX2,
	sweep4:    sweep4AVX2,
	refit8:    refit8AVX2,
	refit4:    refit4AVX2,
}
