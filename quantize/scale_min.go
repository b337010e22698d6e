package quantize

// A minSearch says what scaleAndMin tries: quants from 0 to most, and after the
// plain rounding the inverse scales (first+step·t+most)/range, t = 0...steps.
type minSearch struct {
	most        int32
	first, step float32
	steps       int
	absolute    bool // minimise Σw·|e| in place of Σw·e²
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
func scaleAndMin(quants []uint8, x, w []float32, search minSearch) (scale, lowest float32) {
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

	// q holds the candidate's quants, kept those of the best one so far.
	var qs, keeps [32]float32
	q, kept := qs[:len(x)], keeps[:len(x)]
	most := float32(search.most)
	inverse := most / (high - low)
	scale = 1 / inverse
	roundToQuants(q, x, w, inverse, low, search.most)
	best := weightedError(q, x, w, scale, low, search.absolute)
	copy(kept, q)

	for t := range search.steps + 1 {
		inverse := (search.first + float32(search.step*float32(t)) + most) / (high - low)
		s := roundToQuants(q, x, w, inverse, low, search.most)
		if !s.changed && t > 0 {
			// The same quants have the same solution, whose error was not
			// below best then (or is best now).
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
		if e := weightedError(q, x, w, tryScale, tryLow, search.absolute); e < best {
			best, scale, low = e, tryScale, tryLow
			copy(kept, q)
		}
	}
	for i, f := range kept {
		quants[i] = uint8(f)
	}
	return scale, -low
}

// quantSums are what the least squares need to know of the quants.
type quantSums struct {
	wq, wqq, wqx float32 // Σwq, Σwq², Σwqx
	changed      bool    // some quant differs from the one before
}

// roundToQuants sets q to (x-low)·inverse rounded and clamped to 0...most.
func roundToQuants(q, x, w []float32, inverse, low float32, most int32) (s quantSums) {
	q, w = q[:len(x)], w[:len(x)]
	for i, f := range x {
		n := float32(min(max(nearest(inverse*(f-low)), 0), most))
		if n != q[i] {
			s.changed = true
		}
		q[i] = n
		wq := w[i] * n
		s.wq += wq
		s.wqq += float32(wq * n)
		s.wqx += float32(wq * f)
	}
	return s
}

// weightedError returns Σ w·e², or Σ w·|e| if absolute, for e = scale·q + low - x.
func weightedError(q, x, w []float32, scale, low float32, absolute bool) (sum float32) {
	q, w = q[:len(x)], w[:len(x)]
	if absolute {
		for i, f := range x {
			e := float32(scale*q[i]) + low - f
			sum += float32(w[i] * magnitude(e))
		}
		return sum
	}
	for i, f := range x {
		e := float32(scale*q[i]) + low - f
		sum += float32(w[i] * float32(e*e))
	}
	return sum
}
