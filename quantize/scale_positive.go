package quantize

// positiveScale finds the scale that minimises the error
//
//	Σ w·(x - scale·q)²    with integers 0 <= q <= most
//
// for x that are scales or mins themselves, not negative, and sets quants to q:
// it takes the best of nine roundings and then moves single quants for as long
// as that helps, at most five times around. The weights are not negative.
//
// A negative x gives a quant that wraps to 255 and below, in the quants as in the
// sums of the second part.
func positiveScale(quants []uint8, x, w []float32, most int32) float32 {
	quants, w = quants[:len(x)], w[:len(x)]
	peak := largest(x)
	if peak < nothing {
		clear(quants)
		return 0
	}

	return improvePositive(quants, x, w, most, positiveInverse(x, w, most, peak))
}

// positiveInverse returns the inverse of the scale that positiveScale improves.
func positiveInverse(x, w []float32, most int32, peak float32) float32 {
	inverse := float32(most) / peak
	best := plainPositiveError(x, w, inverse)
	for c := int32(-4); c <= 4; c++ {
		if c == 0 {
			continue
		}
		candidate := (float32(tenth*float32(c)) + float32(most)) / peak
		scale := 1 / candidate
		var sum float32
		for i, f := range x {
			e := f - float32(scale*float32(min(nearest(candidate*f), most)))
			sum += float32(float32(w[i]*e) * e)
		}
		if sum < best {
			best, inverse = sum, candidate
		}
	}
	return inverse
}

// plainPositiveError is the error of the first rounding, which is not clamped.
func plainPositiveError(x, w []float32, inverse float32) float32 {
	scale := 1 / inverse
	var sum float32
	for i, f := range x {
		e := f - float32(scale*float32(uint8(nearest(inverse*f))))
		sum += float32(float32(w[i]*e) * e)
	}
	return sum
}

// improvePositive is positiveScale from the best rounding on.
func improvePositive(quants []uint8, x, w []float32, most int32, inverse float32) float32 {
	var wxq, wqq float32
	for i, f := range x {
		n := min(nearest(inverse*f), most)
		quants[i] = uint8(n)
		q := float32(n)
		wxq += float32(float32(w[i]*f) * q)
		wqq += float32(float32(w[i]*q) * q)
	}
	for range 5 {
		changed := false
		for i, f := range x {
			// The sums without i, then the quant that suits them best.
			wx, q := w[i]*f, float32(quants[i])
			restX := wxq - float32(wx*q)
			restQ := wqq - float32(float32(w[i]*q)*q)
			if !(restX > 0 && restQ > 0) {
				continue
			}
			n := min(nearest(float32(f*restQ)/restX), most)
			if n == int32(quants[i]) {
				continue
			}
			q = float32(n)
			restX += float32(wx * q)
			restQ += float32(float32(w[i]*q) * q)
			if float32(restX*restX)*wqq > float32(wxq*wxq)*restQ {
				quants[i] = uint8(n)
				wxq, wqq = restX, restQ
				changed = true
			}
		}
		if !changed {
			break
		}
	}
	if !(wqq > 0) {
		return 0
	}
	return wxq / wqq
}
