package quantize

// nothing is the largest magnitude, exclusive, of values that the searches take
// for zeros.
const nothing = 1e-15

// symmetricScale finds the scale that minimises the error
//
//	Σ w·(x - scale·q)²    with integers -most <= q < most,
//
// and sets quants to q+most. Of 19 ways to round x to integers it takes the one
// whose best scale, Σwxq/Σwq², explains most: the error is Σwx² - (Σwxq)²/Σwq²,
// and the first term does not depend on q.
//
// Where all of x counts as zero, the scale is 0 and so is every quant: -most, not
// the middle. Up to 32 values; the weights are not negative.
func symmetricScale(quants []uint8, x, w []float32, most int32) float32 {
	quants, w = quants[:len(x)], w[:len(x)]
	peak := extreme(x)
	if magnitude(peak) < nothing {
		clear(quants)
		return 0
	}
	var wxs [32]float32
	wx := wxs[:len(x)]
	for i := range x {
		wx[i] = w[i] * x[i]
	}

	// The first candidate puts the peak at -most, the others near it: two at a
	// time, because each sum waits for its last term.
	inverse := float32(-most) / peak
	first, _ := project(x, w, wx, inverse, inverse, most)
	var scale float32
	if first.wqq != 0 {
		scale = first.wxq / first.wqq
	}
	best := scale * first.wxq
	for _, c := range symmetricSteps {
		inverses := [2]float32{
			numerator(most, c[0]) / peak,
			numerator(most, c[1]) / peak,
		}
		var sums [2]projection
		sums[0], sums[1] = project(x, w, wx, inverses[0], inverses[1], most)
		for k, s := range sums {
			if s.wqq > 0 && s.wxq*s.wxq > best*s.wqq {
				scale = s.wxq / s.wqq
				best = scale * s.wxq
				inverse = inverses[k]
			}
		}
	}
	roundInverse(quants, x, inverse, most)
	return scale
}

// numerator returns what candidate c, in tenths, divides by the peak.
func numerator(most int32, c float32) float32 { return -(float32(most) + float32(tenth*c)) }

// tenth has a type so that its products round as float32 products do.
const tenth float32 = 0.1

// symmetricSteps are the candidates after the first, in tenths.
var symmetricSteps = [...][2]float32{{-9, -8}, {-7, -6}, {-5, -4}, {-3, -2}, {-1, 1}, {2, 3}, {4, 5}, {6, 7}, {8, 9}}

// projection is what the criterion needs to know of the quants.
type projection struct {
	wxq, wqq float32 // Σwxq, Σwq²
}

// project returns the projections for q = x·inverse, rounded and clamped to
// -most...most-1, of two inverse scales. wx holds the products of w and x.
func project(x, w, wx []float32, inverse0, inverse1 float32, most int32) (s0, s1 projection) {
	lowest, highest := biasedZero-most, biasedZero+most-1
	w, wx = w[:len(x)], wx[:len(x)]
	for i, f := range x {
		// Nothing in x is larger than the peak, which goes to most+1 at most.
		q0 := unbiased(min(max(biasedSmall(inverse0*f), lowest), highest))
		q1 := unbiased(min(max(biasedSmall(inverse1*f), lowest), highest))
		s0.wxq += float32(wx[i] * q0)
		s1.wxq += float32(wx[i] * q1)
		s0.wqq += float32(float32(w[i]*q0) * q0)
		s1.wqq += float32(float32(w[i]*q1) * q1)
	}
	return s0, s1
}

// roundInverse sets quants to x·inverse, rounded and clamped to -most...most-1,
// plus most.
func roundInverse(quants []uint8, x []float32, inverse float32, most int32) {
	quants = quants[:len(x)]
	for i, f := range x {
		quants[i] = uint8(min(max(nearest(inverse*f), -most), most-1) + most)
	}
}
