package quantize

// The scales of scales, by kernels.

// positiveSteps are the candidates of positiveScale beside the plain rounding, in tenths.
var positiveSteps = [8]float32{-4, -3, -2, -1, 1, 2, 3, 4}

// positiveScale is the function of that name, but for the roundings, which are tried side
// by side. It uses the first rows of s.work.
func (k *kernels) positiveScale(s *laneSet, quants []uint8, x, w []float32, most int32) float32 {
	peak := largest(x)
	if peak < nothing {
		clear(quants)
		return 0
	}
	inverse := float32(most) / peak
	best := plainPositiveError(x, w, inverse)
	inverses, errors := (*[8]float32)(s.work[0][:]), (*[8]float32)(s.work[1][:])
	for i, c := range positiveSteps {
		inverses[i] = float32(tenth*c) + float32(most)
	}
	k.positiveSearch(s, &x[0], &w[0], len(x), peak, magic+float32(most))
	for i, e := range errors {
		if e < best {
			best, inverse = e, inverses[i]
		}
	}
	return improvePositive(quants, x, w, most, inverse)
}

// fitScalesMins is the function of that name for eight scales and mins of s from first on.
func (k *kernels) fitScalesMins(dst *[16]byte, s *laneSet, first int, most int32) scalesMins {
	scales, mins, sums := (*[8]float32)(s.scale[first:]), (*[8]float32)(s.min[first:]), (*[8]float32)(s.sumW[first:])
	if k.positiveSearch == nil {
		return fitScalesMins(dst, scales, mins, sums, most)
	}
	scaleQuants, minQuants := (*[8]uint8)(s.quants[:]), (*[8]uint8)(s.quants[8:])
	ofScales := k.positiveScale(s, scaleQuants[:], scales[:], sums[:], 63)
	ofMins := k.positiveScale(s, minQuants[:], mins[:], sums[:], 63)
	return putFittedScalesMins(dst, ofScales, ofMins, scaleQuants, minQuants, most)
}

// putScalesQ2KImportance is the function of that name for the scales and mins of s.
func (k *kernels) putScalesQ2KImportance(dst *[84]byte, s *laneSet) {
	scales, mins, sums := (*[16]float32)(&s.scale), (*[16]float32)(&s.min), (*[16]float32)(&s.sumW)
	if k.positiveSearch == nil {
		putScalesQ2KImportance(dst, scales, mins, sums)
		return
	}
	scaleQuants, minQuants := (*[16]uint8)(s.quants[:]), (*[16]uint8)(s.quants[16:])
	putF16(dst[80:], k.positiveScale(s, scaleQuants[:], scales[:], sums[:], 15))
	putF16(dst[82:], k.positiveScale(s, minQuants[:], mins[:], sums[:], 15))
	packScalesQ2K((*[16]byte)(dst[:]), scaleQuants, minQuants)
}
