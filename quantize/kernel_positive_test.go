package quantize

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// eachPositiveKernel runs a test for every implementation of positiveErrors.
func eachPositiveKernel(t *testing.T, test func(t *testing.T, k *kernels)) {
	t.Helper()
	eachKernelWith(t, func(k *kernels) bool { return k.positiveErrors != nil }, test)
}

// plainRoundings returns what positiveScale finds out about its roundings, the first of
// which is not clamped.
func plainRoundings(x, w []float32, most int32, peak float32) (inverses, errors []float32) {
	for c := float32(-4); c <= 4; c++ {
		inverse := (float32(tenth*c) + float32(most)) / peak
		if c == 0 {
			inverses = slices.Insert(inverses, 0, inverse)
			errors = slices.Insert(errors, 0, plainPositiveError(x, w, inverse))
			continue
		}
		scale := 1 / inverse
		var sum float32
		for i, f := range x {
			e := f - float32(scale*float32(min(nearest(inverse*f), most)))
			sum += float32(float32(w[i]*e) * e)
		}
		inverses, errors = append(inverses, inverse), append(errors, sum)
	}
	return inverses, errors
}

func TestPositiveKernels(t *testing.T) {
	odd := []float32{0, float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1)), math.MaxFloat32, -1, 1e15, 0x1p-149}
	eachPositiveKernel(t, func(t *testing.T, k *kernels) {
		rapid.Check(t, func(t *rapid.T) {
			n := 4 * rapid.IntRange(1, 8).Draw(t, "fours")
			x, w := drawSubBlock(t, 32)
			x, w = x[:n], w[:n]
			if rapid.Bool().Draw(t, "magnitudes") {
				for i, f := range x {
					x[i] = magnitude(f)
				}
			}
			for range rapid.IntRange(0, 2).Draw(t, "odd values") {
				x[rapid.IntRange(0, n-1).Draw(t, "place")] = rapid.SampledFrom(odd).Draw(t, "value")
			}
			if rapid.Bool().Draw(t, "far below") { // quants that wrap
				factor := rapid.SampledFrom([]float32{-1, -100, -1e6, -2e6, -3e7}).Draw(t, "factor")
				x[rapid.IntRange(0, n-1).Draw(t, "place")] = factor * largest(x)
			}
			most := rapid.SampledFrom([]int32{4, 15, 63}).Draw(t, "most")

			if peak := largest(x); peak >= nothing {
				var inverses, errors row
				k.positiveErrors(&inverses, &errors, &x[0], &w[0], n, peak, float32(most))
				wantInverses, wantErrors := plainRoundings(x, w, most, peak)
				if !slices.EqualFunc(inverses[:9], wantInverses, sameNumber) || !slices.EqualFunc(errors[:9], wantErrors, sameNumber) {
					t.Fatalf("inverses %v, errors %v, plainly %v, %v", inverses, errors, wantInverses, wantErrors)
				}
			}

			want, got := make([]uint8, n), make([]uint8, n)
			wantScale, gotScale := positiveScale(want, x, w, most), k.positiveScale(new(laneSet), got, x, w, most)
			if !sameNumber(gotScale, wantScale) || !slices.Equal(got, want) {
				t.Fatalf("scale %v, quants %v, plainly %v, %v", gotScale, got, wantScale, want)
			}
		})
	})
}

// Of roundings that are equally good the first remains.
func TestPositiveKernelsEqualErrors(t *testing.T) {
	eachPositiveKernel(t, func(t *testing.T, k *kernels) {
		random := rand.New(rand.NewPCG(16, 17))
		equal := 0
		for range 1000 {
			x, w := make([]float32, 8), make([]float32, 8)
			for i := range x {
				x[i], w[i] = float32(random.IntN(2)), float32(random.IntN(4)/3)
			}
			peak := largest(x)
			if peak == 0 {
				continue
			}
			_, errors := plainRoundings(x, w, 4, peak)
			slices.Sort(errors)
			if errors[0] == errors[1] {
				equal++
			}
			var inverses, errorRow row
			if got, want := k.positiveInverse(&inverses, &errorRow, x, w, 4, peak), positiveInverse(x, w, 4, peak); got != want {
				t.Fatalf("inverse %v of %v, weights %v, plainly %v", got, x, w, want)
			}
		}
		if equal < 100 {
			t.Errorf("equally good roundings in %d cases only", equal)
		}
	})
}
