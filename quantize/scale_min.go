package quantize

// A minSearch says what scaleAndMin tries: quants from 0 to most, and after the
// plain rounding the inverse scales (first+step·t+most)/range, t = 0...steps.
type minSearch struct {
	most        int32
	first, step float32
	steps       int
	absolute    bool // minimise Σw·|e| in place of Σw·e²
}

// numerator returns what candidate t divides by the range.
func (s *minSearch) numerator(t int) float32 {
	return s.first + float32(s.step*float32(t)) + float32(s.most)
}

// scaleAndMin finds the scale and the min, not negative, that minimise the error
//
//	Σ w·e²,   e = scale·q - min - x,   with integers 0 <= q <= most,
//
// and sets quants to q. Each candidate rounds x to integers and solves the
// weighted least squares for them.
//
// An accepted candidate's min takes effect at once: the next candidates round
// relative to it. So they cannot be tried out of order. Up to 32 values; the
// weights are not negative.
func scaleAndMin(quants []uint8, x, w []float32, search *minSearch) (scale, lowest float32) {
	quants, w = quants[:len(x)], w[:len(x)]
	low, high := extent(x)
	var sumW, sumX float32
	for i, f := range x {
		sumW += w[i]
		sumX += float32(w[i] * f)
	}
	if low > 0 {
		low = 0
	}
	if high == low {
		clear(quants)
		return 0, -low
	}

	var try minCandidate
	most := float32(search.most)
	inverse := most / (high - low)
	scale = 1 / inverse
	try.round(x, w, inverse, low, search.most)
	best := try.weightedError(x, w, scale, low, search.absolute)
	kept := try.quants

	for t := range search.steps + 1 {
		inverse := search.numerator(t) / (high - low)
		s := try.round(x, w, inverse, low, search.most)
		if !s.changed && t > 0 {
			// The same quants as of the last candidate have the same solution.
			// If that one was taken its error is best, if not it was no better.
			continue
		}
		determinant := float32(sumW*s.wqq) - float32(s.wq*s.wq)
		if !(determinant > 0) {
			continue
		}
		tryScale := (float32(sumW*s.wqx) - float32(sumX*s.wq)) / determinant
		tryLow := (float32(s.wqq*sumX) - float32(s.wq*s.wqx)) / determinant
		if tryLow > 0 {
			tryLow = 0
			tryScale = s.wqx / s.wqq
		}
		if e := try.weightedError(x, w, tryScale, tryLow, search.absolute); e < best {
			best, scale, low = e, tryScale, tryLow
			kept = try.quants
		}
	}
	for i := range quants {
		quants[i] = uint8(kept[i])
	}
	return scale, -low
}

// A minCandidate is one way to round the values of a sub-block.
type minCandidate struct {
	quants [32]float32
	bits   [32]int32 // the same as biased leaves them
}

// quantSums are what the least squares need to know of the quants.
type quantSums struct {
	wq, wqq, wqx float32 // Σwq, Σwq², Σwqx
	changed      bool    // some quant differs from the one before
}

// round sets the quants to (x-low)·inverse, rounded and clamped to 0...most. This
// and weightedError take nearly all of the time of the types with mins. They go
// in steps of two, which halves what a step costs; x has an even length.
func (c *minCandidate) round(x, w []float32, inverse, low float32, most int32) (s quantSums) {
	lowest, highest := int32(biasedZero), biasedZero+most
	w, quants, bits := w[:len(x)], c.quants[:len(x)], c.bits[:len(x)]
	var changed int32
	for i := 0; i < len(x)-1; i += 2 {
		x0, x1 := x[i], x[i+1]
		b0 := min(max(biased(inverse*(x0-low)), lowest), highest)
		b1 := min(max(biased(inverse*(x1-low)), lowest), highest)
		changed |= (b0 ^ bits[i]) | (b1 ^ bits[i+1])
		bits[i], bits[i+1] = b0, b1
		q0, q1 := unbiased(b0), unbiased(b1)
		quants[i], quants[i+1] = q0, q1

		wq0, wq1 := float32(w[i]*q0), float32(w[i+1]*q1)
		s.wq = s.wq + wq0 + wq1
		s.wqq = s.wqq + float32(wq0*q0) + float32(wq1*q1)
		s.wqx = s.wqx + float32(wq0*x0) + float32(wq1*x1)
	}
	s.changed = changed != 0
	return s
}

// weightedError returns Σ w·e², or Σ w·|e| if absolute, for e = scale·q + low - x.
func (c *minCandidate) weightedError(x, w []float32, scale, low float32, absolute bool) (sum float32) {
	w, quants := w[:len(x)], c.quants[:len(x)]
	if absolute {
		for i, f := range x {
			e := float32(scale*quants[i]) + low - f
			sum += float32(w[i] * magnitude(e))
		}
		return sum
	}
	for i := 0; i < len(x)-1; i += 2 {
		e0 := float32(scale*quants[i]) + low - x[i]
		e1 := float32(scale*quants[i+1]) + low - x[i+1]
		sum = sum + float32(w[i]*float32(e0*e0)) + float32(w[i+1]*float32(e1*e1))
	}
	return sum
}
