package quantize

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// Infinities, NaN and values that overflow in sums spoil the same blocks in the same
// way, since errors without a least one are found by the rules of the plain code.
func TestLatticeKernelsNonFinite(t *testing.T) {
	odd := []float32{float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1)), math.MaxFloat32, -math.MaxFloat32, 1e30, 1e-30, 0}
	eachKernel(t, func(t *testing.T, k *kernels) {
		if k.sweep8 == nil {
			t.Skip("no such kernels")
		}
		random := rand.New(rand.NewPCG(11, 12))
		for _, typ := range []Type{IQ2_XXS, IQ2_XS, IQ2_S, IQ3_XXS, IQ3_S} {
			for range 200 {
				x := make([]float32, 2*typ.BlockSize())
				kernelInput(random, "mixture", x)
				for range random.IntN(6) {
					x[random.IntN(len(x))] = odd[random.IntN(len(odd))]
				}
				importance := importanceFor(random, typ, len(x))
				want, got := encodeRows(t, nil, typ, x, importance), encodeRows(t, k, typ, x, importance)
				if !slices.Equal(got, want) {
					t.Fatalf("%v, importance %v: % x, plainly % x", typ, importance != nil, got, want)
				}
			}
		}
	})
}
