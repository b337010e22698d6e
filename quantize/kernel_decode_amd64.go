//go:build !purego

package quantize

var decodeAVX512 = decodeKernels{
	decodeQ40: decodeQ40AVX512,
	decodeQ41: decodeQ41AVX512,
	decodeQ50: decodeQ50AVX512,
	decodeQ51: decodeQ51AVX512,
	decodeQ80: decodeQ80AVX512,
	decodeQ81: decodeQ81AVX512,

	decodeQ2K: decodeQ2KAVX512,
	decodeQ3K: decodeQ3KAVX512,
	decodeQ4K: decodeQ4KAVX512,
	decodeQ5K: decodeQ5KAVX512,
	decodeQ6K: decodeQ6KAVX512,
	decodeQ8K: decodeQ8KAVX512,

	decodeIQ4NL: decodeIQ4NLAVX512,
	decodeIQ4XS: decodeIQ4XSAVX512,

	decodeIQ1S:   decodeIQ1SAVX512,
	decodeIQ1M:   decodeIQ1MAVX512,
	decodeIQ2XXS: decodeIQ2XXSAVX512,
	decodeIQ2XS:  decodeIQ2XSAVX512,
	decodeIQ2S:   decodeIQ2SAVX512,
	decodeIQ3XXS: decodeIQ3XXSAVX512,
	decodeIQ3S:   decodeIQ3SAVX512,

	decodeTQ10:  decodeTQ10AVX512,
	decodeTQ20:  decodeTQ20AVX512,
	decodeMXFP4: decodeMXFP4AVX512,
	decodeNVFP4: decodeNVFP4AVX512,
	decodeQ10:   decodeQ10AVX512,
	decodeQ20:   decodeQ20AVX512,
}

var decodeAVX2 = decodeKernels{
	decodeQ40: decodeQ40AVX2,
	decodeQ41: decodeQ41AVX2,
	decodeQ50: decodeQ50AVX2,
	decodeQ51: decodeQ51AVX2,
	decodeQ80: decodeQ80AVX2,
	decodeQ81: decodeQ81AVX2,

	decodeQ2K: decodeQ2KAVX2,
	decodeQ3K: decodeQ3KAVX2,
	decodeQ4K: decodeQ4KAVX2,
	decodeQ5K: decodeQ5KAVX2,
	decodeQ6K: decodeQ6KAVX2,
	decodeQ8K: decodeQ8KAVX2,

	decodeIQ4NL: decodeIQ4NLAVX2,
	decodeIQ4XS: decodeIQ4XSAVX2,

	decodeIQ1S:   decodeIQ1SAVX2,
	decodeIQ1M:   decodeIQ1MAVX2,
	decodeIQ2XXS: decodeIQ2XXSAVX2,
	decodeIQ2XS:  decodeIQ2XSAVX2,
	decodeIQ2S:   decodeIQ2SAVX2,
	decodeIQ3XXS: decodeIQ3XXSAVX2,
	decodeIQ3S:   decodeIQ3SAVX2,

	decodeTQ10:  decodeTQ10AVX2,
	decodeTQ20:  decodeTQ20AVX2,
	decodeMXFP4: decodeMXFP4AVX2,
	decodeNVFP4: decodeNVFP4AVX2,
	decodeQ10:   decodeQ10AVX2,
	decodeQ20:   decodeQ20AVX2,
}
