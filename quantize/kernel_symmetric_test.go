package quantize

import (
	"math"
	"math/rand/v2"
	"testing"
)

// The scales of descentSearch themselves, which six bits would round: for bells, for
// quotients close to the midpoints between quants, and for products too small to be
// normal.
func TestKernelsDescend(t *testing.T) {
	eachKernel(t, func(t *testing.T, k *kernels) {
		random := rand.New(rand.NewPCG(10, 11))
		var pair lanePair
		var x [2][256]float32
		compare := func(exponent int) {
			t.Helper()
			for g := range x {
				for j, scale := range pair[g].scale {
					var quants [16]uint8
					if want := descendScale(&quants, (*[16]float32)(x[g][16*j:])); scale != want {
						t.Fatalf("values of about 2^%d, %v: scale %v, plainly %v", exponent, x[g][16*j:][:16], scale, want)
					}
				}
			}
		}
		for round := range 900 {
			exponent := round%60 - 50
			for g := range x {
				for i := range x[g] {
					x[g][i] = float32(math.Ldexp(random.NormFloat64(), exponent))
				}
				s := &pair[g]
				s.setSymmetric(4)
				k.transpose(&s.x, &x[g][0], 16)
				k.squareWeights(s, 16)
				k.descentSearch(s)
			}
			compare(exponent)
			if k.descentSearchPair != nil {
				pair[0].scale, pair[1].scale = row{}, row{}
				k.descentSearchPair(&pair)
				compare(exponent)
			}
		}
	})
}
