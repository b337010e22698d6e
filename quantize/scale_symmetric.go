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

	// The first candidate puts the peak at -most, the others near it.
	inverse := float32(-most) / peak
	wxq, wqq := projection(x, w, wx, inverse, most)
	var scale float32
	if wqq != 0 {
		scale = wxq / wqq
	}
	best := scale * wxq
	for c := int32(-9); c <= 9; c++ {
		if c == 0 {
			continue
		}
		candidate := -(float32(most) + float32(tenth*float32(c))) / peak
		wxq, wqq := projection(x, w, wx, candidate, most)
		if wqq > 0 && wxq*wxq > best*wqq {
			scale = wxq / wqq
			best = scale * wxq
			inverse = candidate
		}
	}
	for i, f := range x {
		quants[i] = uint8(min(max(nearest(inverse*f), -most), most-1) + most)
	}
	return scale
}

// tenth is the step of the candidates. It has a type so that its products round
// as float32 products do.
const tenth float32 = 0.1

// projection returns Σwxq and Σwq² for q = x·inverse rounded, where wx holds the
// products of w and x.
func projection(x, w, wx []float32, inverse float32, most int32) (wxq, wqq float32) {
	w, wx = w[:len(x)], wx[:len(x)]
	for i, f := range x {
		q := float32(min(max(nearest(inverse*f), -most), most-1))
		wxq += float32(wx[i] * q)
		wqq += float32(float32(w[i]*q) * q)
	}
	return wxq, wqq
}
