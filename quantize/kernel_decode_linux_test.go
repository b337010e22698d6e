package quantize

import (
	"math/rand/v2"
	"testing"
)

// Decoders read and write nothing beside their operands: the process would end.
func TestKernelsDecodeWithinOperands(t *testing.T) {
	eachKernel(t, func(t *testing.T, k *kernels) {
		random := rand.New(rand.NewPCG(5, 6))
		for typ, decode := range k.decoders() {
			for _, blocks := range []int{1, 2, 3} {
				for _, atEnd := range []bool{false, true} {
					src := fenced(t, blocks*typ.BlockBytes(), atEnd)
					copy(src, encodedInput(random, typ, "uniform", blocks))
					decode(fencedFloats(t, make([]float32, blocks*typ.BlockSize()), atEnd), src)
				}
			}
		}
	})
}
