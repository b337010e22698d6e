package quantize

// The types without a search, by kernels: they go from block to block in the order of
// memory.

// blockKernels encode n blocks, at least one, but for what a block begins with in F16,
// its scale and the min of those that have one: that goes to header as float32, and
// narrowF16, which the same machines have, narrows it.
type blockKernels struct {
	blocksQ40, blocksQ41, blocksQ50, blocksQ51, blocksQ80 func(dst *byte, x, header *float32, n int)
}

func (k *kernels) encodeQ80(dst []byte, x, _ []float32) {
	k.encodePlainBlocks(dst, x, 34, 1, k.blocksQ80)
}

// encodePlainBlocks encodes x, whole blocks of 32 values in size bytes, the first of them
// one or two numbers in F16.
func (k *kernels) encodePlainBlocks(dst []byte, x []float32, size, numbers int, encode func(dst *byte, x, header *float32, n int)) {
	pair := lanePairs.Get().(*lanePair)
	defer lanePairs.Put(pair)
	header, narrowed := &pair[0].values, &pair[0].quants
	for len(x) > 0 {
		n := min(len(x)/32, 64) // few, so that the blocks are still in the cache
		encode(&dst[0], &x[0], &header[0], n)
		k.narrowF16(&narrowed[0], &header[0], (n*numbers+15)/16)
		for i := range n {
			if numbers == 1 {
				copy(dst[:2], narrowed[2*i:])
			} else {
				copy(dst[:4], narrowed[4*i:])
			}
			dst = dst[size:]
		}
		x = x[32*n:]
	}
}
