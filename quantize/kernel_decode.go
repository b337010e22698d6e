package quantize

// A decodeKernel decodes n blocks, at least one.
type decodeKernel = func(dst *float32, src *byte, n int)

// decodeKernels decode blocks of the types that they are named for, each to the values
// of the plain code bit by bit.
type decodeKernels struct {
	decodeQ40 decodeKernel
	decodeQ80 decodeKernel
}

// A decodeFunc decodes whole blocks. dst and src fit each other.
type decodeFunc = func(dst []float32, src []byte)

// decoders returns the decoders of the types that k serves.
func (k *kernels) decoders() map[Type]decodeFunc {
	decoders := map[Type]decodeFunc{}
	for t, kernel := range map[Type]decodeKernel{
		Q4_0: k.decodeQ40,
		Q8_0: k.decodeQ80,
	} {
		if kernel != nil {
			decoders[t] = kernelDecoder(t.geometry(), kernel)
		}
	}
	return decoders
}

// kernelDecoder returns a decoder by a kernel, which gets some microseconds' work at a
// time: until it returns, the garbage collector cannot stop its goroutine.
func kernelDecoder(g geometry, kernel decodeKernel) decodeFunc {
	return func(dst []float32, src []byte) {
		for len(dst) > 0 {
			n := min(len(dst), batchValues) / g.blockSize
			kernel(&dst[0], &src[0], n)
			dst, src = dst[n*g.blockSize:], src[n*g.blockBytes:]
		}
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
