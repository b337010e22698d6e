package quantize

// Scales of values that are not negative, by kernels.

// positiveScale is the function of that name. It uses the first rows of s.work.
func (k *kernels) positiveScale(s *laneSet, quants []uint8, x, w []float32, most int32) float32 {
	if k.positiveErrors == nil {
		return positiveScale(quants, x, w, most)
	}
	peak := largest(x)
	if peak < nothing {
		clear(quants)
		return 0
	}
	return improvePositive(quants, x, w, most, k.positiveInverse(&s.work[0], &s.work[1], x, w, most, peak))
}

// positiveInverse is the function of that name, but the roundings are tried side by side:
// each has a lane of inverses and errors. There must be a kernel for it.
func (k *kernels) positiveInverse(inverses, errors *row, x, w []float32, most int32, peak float32) float32 {
	k.positiveErrors(inverses, errors, &x[0], &w[0], len(x), peak, float32(most))
	inverse, best := inverses[0], errors[0]
	for i, e := range errors[:9] {
		if e < best {
			inverse, best = inverses[i], e
		}
	}
	return inverse
}

// fitScalesMins is the function of that name for eight scales and mins of s from first on.
func (k *kernels) fitScalesMins(dst *[16]byte, s *laneSet, first int, most int32) scalesMins {
	scales, mins, sums := s.scale[first:first+8], s.min[first:first+8], s.sumW[first:first+8]
	scaleQuants, minQuants := (*[8]uint8)(s.quants[:]), (*[8]uint8)(s.quants[8:])
	ofScales := k.positiveScale(s, scaleQuants[:], scales, sums, 63)
	ofMins := k.positiveScale(s, minQuants[:], mins, sums, 63)
	return putFittedScalesMins(dst, ofScales, ofMins, scaleQuants, minQuants, most)
}

// putScalesQ2KImportance is the function of that name for the scales and mins of s.
func (k *kernels) putScalesQ2KImportance(dst *[84]byte, s *laneSet) {
	scaleQuants, minQuants := (*[16]uint8)(s.quants[:]), (*[16]uint8)(s.quants[16:])
	putF16(dst[80:], k.positiveScale(s, scaleQuants[:], s.scale[:], s.sumW[:], 15))
	putF16(dst[82:], k.positiveScale(s, minQuants[:], s.min[:], s.sumW[:], 15))
	packScalesQ2K((*[16]byte)(dst[:]), scaleQuants, minQuants)
}
