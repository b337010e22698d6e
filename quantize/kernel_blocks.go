package quantize

// The types without a search, by kernels: they go from block to block in the order of
// memory.

// blockKernels encode n blocks, at least one, but for the scales, which go to an array.
type blockKernels struct {
	blocksQ40, blocksQ80 func(dst *byte, x, scales *float32, n int)
}

func (k *kernels) encodeQ80(dst []byte, x, _ []float32) { encodePlainBlocks(dst, x, 34, k.blocksQ80) }

// encodePlainBlocks encodes x, whole blocks of 32 values in size bytes that begin with
// the scale.
func encodePlainBlocks(dst []byte, x []float32, size int, encode func(dst *byte, x, scales *float32, n int)) {
	pair := lanePairs.Get().(*lanePair)
	defer lanePairs.Put(pair)
	scales := pair[0].values[:64] // few, so that the blocks are still in the cache
	for len(x) > 0 {
		n := min(len(x)/32, len(scales))
		encode(&dst[0], &x[0], &scales[0], n)
		for _, scale := range scales[:n] {
			putF16(dst, scale)
			dst = dst[size:]
		}
		x = x[32*n:]
	}
}
