package quantize

import "math"

// A ternaryFilter passes over splits that cannot be the best of a sub-block, for
// two shifts, or combinations of shifts, at a time. What it lets through is tried
// by the rules of the format.
//
// With X and W the sums of w·x and w of the values up to a place in their order,
// both sums that the criterion is made of fall into a part for each place of the
// split: neighbouring levels are 1 apart, so
//
//	Σwxq = level2·X(end) - X(one) - X(two)
//	Σwq² = (level0² - level1²)·W(one) + (level1² - level2²)·W(two) + level2²·W(end)
//
// where values of several shifts have a W each. Of a split that is accepted
// (Σwxq)² > best·Σwq². The sums above are not those that the format says in the
// last bits: they are added up in another order. So the filter lets through what
// comes close, too. Let K be Σw|x|, W be Σw and u be 2^-24. Both ways to compute
// Σwxq take no more than 50 roundings, of numbers below 3K, so that they differ by
// less than 2^-16·K, and their squares by less than 2^-14·K² · 1.2; both ways to
// compute best·Σwq² take as many roundings, of numbers below 1.3·best·W, and differ
// by less than 2^-17·best·W. The slack is 2^-13·(K² + best·W). Where K, W or best
// are so small or so large that products underflow or overflow, everything is let
// through.
type ternaryFilter struct {
	sumX       [33]float32    // Σw·x up to each place
	end        [2]float32     // level2·X(end)
	one, two   [33][2]float32 // the parts of Σwq²
	squareK, w float32

	best, short float32 // what a split must explain, and by how much it may miss
}

// slack is by how much of K² + best·W a split may fall short.
const slack = 0x1p-13

// open lets everything through.
func (f *ternaryFilter) open() { f.best, f.short = 0, float32(math.Inf(1)) }

// raise tells the filter what the best split so far explains.
func (f *ternaryFilter) raise(best float32) {
	scale := f.squareK + float32(best*f.w)
	if !(f.w > 0x1p-100 && best < 0x1p100 && scale > 0x1p-100 && scale < 0x1p100) {
		f.open()
		return
	}
	f.best, f.short = best, slack*scale
}

// next returns the first two, from the given one to end, at which either shift may
// be better than the best with the given place of one, and end where none is.
func (f *ternaryFilter) next(one, two, end int) int {
	best, x := f.best, f.sumX[one]
	end0, end1 := f.end[0]-x, f.end[1]-x
	least0, least1 := float32(best*f.one[one][0])-f.short, float32(best*f.one[one][1])-f.short
	if two >= end {
		return end
	}
	sums := f.sumX[two:end]
	parts := f.two[two:end]
	parts = parts[:len(sums)]
	for i, x := range sums {
		a, b := end0-x, end1-x
		// The negation lets NaN through.
		if !(float32(a*a) <= least0+float32(best*parts[i][0]) && float32(b*b) <= least1+float32(best*parts[i][1])) {
			return two + i
		}
	}
	return end
}

// passes reports whether a shift may be better than the best with a split.
func (f *ternaryFilter) passes(shift, one, two int) bool {
	x := f.end[shift] - f.sumX[one] - f.sumX[two]
	least := float32(f.best*f.one[one][shift]) - f.short + float32(f.best*f.two[two][shift])
	return !(float32(x*x) <= least)
}

// weightedMagnitudes returns Σw|x|.
func weightedMagnitudes(x, w []float32) (sum float32) {
	w = w[:len(x)]
	for i, f := range x {
		sum += float32(w[i] * magnitude(f))
	}
	return sum
}
