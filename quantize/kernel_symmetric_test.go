package quantize

import (
	"bytes"
	"math"
	"math/rand/v2"
	"testing"
)

// Small multiples of a power of two, whose sums are exact, so that quotients get to the
// midpoints between quants and to where products are too small to be normal.
func TestKernelsDescentTies(t *testing.T) {
	eachKernel(t, func(t *testing.T, k *kernels) {
		random := rand.New(rand.NewPCG(10, 11))
		for exponent := -50; exponent < 10; exponent++ {
			for _, steps := range []int{1, 2, 4, 32} {
				x := make([]float32, 5*256)
				for i := range x {
					x[i] = float32(math.Ldexp(float64(random.IntN(8*steps+1)-4*steps)/float64(steps), exponent))
				}
				want := encodeRows(t, nil, Q3_K, x, nil)
				if got := encodeRows(t, k, Q3_K, x, nil); !bytes.Equal(got, want) {
					t.Fatalf("multiples of 2^%d/%d: the bytes differ from the plain code's", exponent, steps)
				}
			}
		}
	})
}
