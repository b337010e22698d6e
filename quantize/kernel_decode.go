package quantize

// A decodeKernel decodes n blocks, at least one.
type decodeKernel = func(dst *float32, src *byte, n int)

// decodeKernels decode blocks of the types that they are named for, each to the values
// of the plain code bit by bit.
type decodeKernels struct {
	decodeQ40, decodeQ41, decodeQ50, decodeQ51, decodeQ80, decodeQ81                        decodeKernel
	decodeQ2K, decodeQ3K, decodeQ4K, decodeQ5K, decodeQ6K, decodeQ8K                        decodeKernel
	decodeIQ4NL, decodeIQ4XS                                                                decodeKernel
	decodeIQ1S, decodeIQ1M, decodeIQ2XXS, decodeIQ2XS, decodeIQ2S, decodeIQ3XXS, decodeIQ3S decodeKernel
	decodeTQ10, decodeTQ20, decodeMXFP4, decodeNVFP4, decodeQ10, decodeQ20                  decodeKernel
}

// A decodeFunc decodes whole blocks. dst and src fit each other.
type decodeFunc = func(dst []float32, src []byte)

// decoders returns the decoders of the types that k serves.
func (k *kernels) decoders() map[Type]decodeFunc {
	decoders := map[Type]decodeFunc{}
	for t, kernel := range map[Type]decodeKernel{
		Q4_0: k.decodeQ40,
		Q4_1: k.decodeQ41,
		Q5_0: k.decodeQ50,
		Q5_1: k.decodeQ51,
		Q8_0: k.decodeQ80,
		Q8_1: k.decodeQ81,

		Q2_K: k.decodeQ2K,
		Q3_K: k.decodeQ3K,
		Q4_K: k.decodeQ4K,
		Q5_K: k.decodeQ5K,
		Q6_K: k.decodeQ6K,
		Q8_K: k.decodeQ8K,

		IQ4_NL: k.decodeIQ4NL,
		IQ4_XS: k.decodeIQ4XS,

		IQ1_S:   k.decodeIQ1S,
		IQ1_M:   k.decodeIQ1M,
		IQ2_XXS: k.decodeIQ2XXS,
		IQ2_XS:  k.decodeIQ2XS,
		IQ2_S:   k.decodeIQ2S,
		IQ3_XXS: k.decodeIQ3XXS,
		IQ3_S:   k.decodeIQ3S,

		TQ1_0: k.decodeTQ10,
		TQ2_0: k.decodeTQ20,
		MXFP4: k.decodeMXFP4,
		NVFP4: k.decodeNVFP4,
		Q1_0:  k.decodeQ10,
		Q2_0:  k.decodeQ20,
	} {
		if kernel != nil {
			decoders[t] = kernelDecoder(t.geometry(), kernel)
		}
	}
	return decoders
}

// kernelDecoder returns a decoder by a kernel.
func kernelDecoder(g geometry, kernel decodeKernel) decodeFunc {
	return func(dst []float32, src []byte) {
		decodeBatches(dst, src, g, func(dst []float32, src []byte) { kernel(&dst[0], &src[0], len(dst)/g.blockSize) })
	}
}

// decodeBatches decodes some microseconds' work at a time: until a kernel returns, the
// garbage collector cannot stop its goroutine.
func decodeBatches(dst []float32, src []byte, g geometry, decode decodeFunc) {
	for len(dst) > 0 {
		n := min(len(dst), batchValues)
		size := n / g.blockSize * g.blockBytes
		decode(dst[:n], src[:size])
		dst, src = dst[n:], src[size:]
	}
}

// fastestDecoders has the decoders of the types for which there is a kernel.
var fastestDecoders = fastestOf((*kernels).decoders)

// decoderOf returns the decoder of t, nil if there is none.
func decoderOf(t Type) decodeFunc {
	if decode := fastestDecoders[t]; decode != nil {
		return decode
	}
	return codecOf(t).decode
}
