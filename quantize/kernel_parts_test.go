package quantize

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

// A machine may have some parts of the kernels and not others: each part by itself serves
// what it can, with the bytes of the plain code, and leaves the rest alone.
func TestKernelsInParts(t *testing.T) {
	eachKernel(t, func(t *testing.T, k *kernels) {
		for name, part := range map[string]struct {
			kernels
			encodes, decodes bool
		}{
			"none":      {},
			"searches":  {kernels: kernels{searchKernels: k.searchKernels}, encodes: true},
			"blocks":    {kernels: kernels{blockKernels: k.blockKernels}},
			"halves":    {kernels: kernels{halfKernels: k.halfKernels}},
			"both":      {kernels: kernels{blockKernels: k.blockKernels, halfKernels: k.halfKernels}, encodes: true},
			"lattices":  {kernels: kernels{latticeKernels: k.latticeKernels}, encodes: k.sweep8 != nil},
			"ternaries": {kernels: kernels{ternaryKernels: k.ternaryKernels}},
			"decoders":  {kernels: kernels{decodeKernels: k.decodeKernels}, decodes: true},
			"errors":    {kernels: kernels{errorKernels: k.errorKernels}},
			"finite":    {kernels: kernels{finiteKernels: k.finiteKernels}},
		} {
			t.Run(name, func(t *testing.T) {
				random := rand.New(rand.NewPCG(1, 2))
				encoders := part.encoders()
				if (len(encoders) > 0) != part.encodes || (len(part.decoders()) > 0) != part.decodes {
					t.Errorf("%d encoders, %d decoders", len(encoders), len(part.decoders()))
				}
				for typ := range encoders {
					x := make([]float32, 2*typ.BlockSize())
					kernelInput(random, "bell", x)
					weights := make([]float32, len(x))
					for i := range weights {
						weights[i] = random.Float32()
					}
					for _, importance := range [][]float32{nil, weights} {
						if importance == nil && codecOf(typ).weighted == importanceRequired {
							continue
						}
						want := encodeRows(t, nil, typ, x, importance)
						if got := encodeRows(t, &part.kernels, typ, x, importance); !bytes.Equal(got, want) {
							t.Errorf("%v, importance %v: the bytes differ from the plain code's", typ, importance != nil)
						}
					}
				}
			})
		}
	})
}
