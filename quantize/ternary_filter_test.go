package quantize

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// drawTernary draws a sub-block, often such that several splits explain as much.
func drawTernary(t *rapid.T, n int) (x, w []float32) {
	x, w = drawTerms(t, n, true)
	if rapid.Bool().Draw(t, "mirrored") {
		for i := range n / 2 {
			x[n/2+i], w[n/2+i] = -x[i], w[i]
		}
	}
	return x, w
}

// searchSplits is the search by definition: it returns the best split and its scale
// of those that the filter lets through.
func searchSplits(n int, variants []iq1mShifts, project func(s ternarySplit, shifts iq1mShifts) projection, through func(s ternarySplit, variant int) bool, raise func(float32)) (best ternarySplit, shifts iq1mShifts, scale float32) {
	explained := float32(-math.MaxFloat32)
	for one := range n + 1 {
		for two := one; two <= n; two++ {
			s := ternarySplit{one, two}
			raised := false
			for k, v := range variants {
				if !through(s, k) {
					continue
				}
				if sums := project(s, v); sums.better(explained) {
					scale = sums.wxq / sums.wqq
					explained = scale * sums.wxq
					best, shifts, raised = s, v, true
				}
			}
			if raised {
				raise(explained)
			}
		}
	}
	return best, shifts, scale
}

func always(ternarySplit, int) bool { return true }

func TestIQ1MFilter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		xs, ws := drawTernary(t, 16)
		x, w := (*[16]float32)(xs), (*[16]float32)(ws)
		var order [16]uint8
		sortedOrder(order[:], xs)
		var terms iq1mTerms
		terms.set(x, w, &order)
		var filter iq1mFilter
		filter.set(x, w, &order)

		split, shifts, scale := searchSplits(16, iq1mAllShifts[:], terms.project, always, func(float32) {})
		gotSplit, gotShifts, gotScale := searchSplits(16, iq1mAllShifts[:], terms.project, func(s ternarySplit, k int) bool {
			return filter.next(s.one, s.two) == s.two && filter.passes(k, s.one, s.two)
		}, filter.raise)
		if gotSplit != split || gotShifts != shifts || gotScale != scale {
			t.Fatalf("split %v with shifts %v and scale %v, want %v, %v, %v", gotSplit, gotShifts, gotScale, split, shifts, scale)
		}
	})
}

func TestIQ1SFilter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		xs, ws := drawTernary(t, 32)
		var order [32]uint8
		sortedOrder(order[:], xs)
		var sums iq1sSums
		sums.set((*[32]float32)(xs), (*[32]float32)(ws), &order)
		var filter ternaryFilter
		filter.setIQ1S((*[32]float32)(xs), (*[32]float32)(ws), &sums)

		variants := []iq1mShifts{{false, false}, {true, true}}
		project := func(s ternarySplit, shifts iq1mShifts) projection { return sums.project(s, shifts[0]) }
		split, shifts, scale := searchSplits(32, variants, project, always, func(float32) {})
		gotSplit, gotShifts, gotScale := searchSplits(32, variants, project, func(s ternarySplit, k int) bool {
			return filter.next(s.one, s.two, 33) == s.two
		}, filter.raise)
		if gotSplit != split || gotShifts != shifts || gotScale != scale {
			t.Fatalf("split %v with shifts %v and scale %v, want %v, %v, %v", gotSplit, gotShifts, gotScale, split, shifts, scale)
		}
	})
}

// A filter that never filters would pass the tests above.
func TestTernaryFilterFilters(t *testing.T) {
	var x, w [16]float32
	for i := range x {
		x[i], w[i] = float32(i*7%16)-7.5, 1
	}
	var order [16]uint8
	sortedOrder(order[:], x[:])
	var terms iq1mTerms
	terms.set(&x, &w, &order)
	var filter iq1mFilter
	filter.set(&x, &w, &order)
	splits, through := 0, 0
	searchSplits(16, iq1mAllShifts[:], terms.project, func(s ternarySplit, k int) bool {
		splits++
		passes := filter.next(s.one, s.two) == s.two && filter.passes(k, s.one, s.two)
		if passes {
			through++
		}
		return passes
	}, filter.raise)
	if through == 0 || through > splits/4 {
		t.Errorf("%d of %d splits went through", through, splits)
	}
}

func TestSortedOrder(t *testing.T) {
	negativeZero := float32(math.Copysign(0, -1))
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOfN(rapid.OneOf(rapid.Float32(), rapid.SampledFrom([]float32{0, negativeZero, 1, -1})), 1, 32).Draw(t, "x")
		got, want := make([]uint8, len(x)), make([]uint8, len(x))
		sortedOrder(got, x)
		for i := range want {
			want[i] = uint8(i)
		}
		slices.SortStableFunc(want, func(a, b uint8) int {
			switch {
			case x[a] < x[b]:
				return -1
			case x[a] > x[b]:
				return 1
			}
			return 0
		})
		if !slices.Equal(got, want) {
			t.Fatalf("order %d, want %d", got, want)
		}
	})
}
