package quantize

// descendScale finds a scale that makes the error
//
//	Σ x²·(x - scale·q)²    with integers -4 <= q < 4
//
// small, and sets quants to q+4: from the plain rounding it moves single quants
// for as long as that helps, at most five times around. Where all of x counts as
// zero, the scale and every quant are 0.
func descendScale(quants *[16]uint8, x *[16]float32) float32 {
	peak := extreme(x[:])
	if magnitude(peak) < nothing {
		clear(quants[:])
		return 0
	}
	var w, wx, q [16]float32
	inv := -4 / peak
	var wxq, wqq float32
	for i, f := range x {
		w[i] = f * f
		wx[i] = w[i] * f
		q[i] = float32(min(max(nearest(inv*f), -4), 3))
		wxq += float32(wx[i] * q[i])
		wqq += float32(float32(w[i]*q[i]) * q[i])
	}
	for range 5 {
		changed := false
		for i, f := range x {
			// The sums without i, then the quant that suits them best. The
			// format wants the sums carried along, rounding errors included.
			restX := wxq - float32(wx[i]*q[i])
			if !(restX > 0) {
				continue
			}
			restQ := wqq - float32(float32(w[i]*q[i])*q[i])
			n := float32(min(max(nearest(float32(f*restQ)/restX), -4), 3))
			if n == q[i] {
				continue
			}
			restX += float32(wx[i] * n)
			restQ += float32(float32(w[i]*n) * n)
			if restQ > 0 && float32(restX*restX)*wqq > float32(wxq*wxq)*restQ {
				q[i], wxq, wqq = n, restX, restQ
				changed = true
			}
		}
		if !changed {
			break
		}
	}
	for i, f := range q {
		quants[i] = uint8(int32(f) + 4)
	}
	if !(wqq > 0) {
		return 0
	}
	return wxq / wqq
}
