package quantize

// What Q4_K and Q5_K share, the first 16 bytes of their super-blocks:
//
//	bytes  field
//	0-1    scale of the scales, F16
//	2-3    scale of the mins, F16
//	4-7    bits 0-5: scale of sub-block j = 0...3
//	       bits 6-7: bits 4-5 of the scale of sub-block j+4
//	8-11   bits 0-5: min of sub-block j
//	       bits 6-7: bits 4-5 of the min of sub-block j+4
//	12-15  bits 0-3: bits 0-3 of the scale of sub-block j+4
//	       bits 4-7: bits 0-3 of the min of sub-block j+4

type scalesMins struct {
	scales, mins [8]float32 // of the sub-blocks, as the file says
}

func decodeScalesMins(src *[16]byte) (s scalesMins) {
	ofScales, ofMins := getF16(src[:2]), getF16(src[2:4])
	for j := range 4 {
		s.scales[j] = ofScales * float32(src[4+j]&63)
		s.mins[j] = float32(ofMins * float32(src[8+j]&63))
		s.scales[j+4] = ofScales * float32(src[12+j]&15|src[4+j]>>6<<4)
		s.mins[j+4] = float32(ofMins * float32(src[12+j]>>4|src[8+j]>>6<<4))
	}
	return s
}

// put writes the header: the quants of the scales and of the mins, six bits
// each, and their own scales.
func putScalesMins(dst *[16]byte, ofScales, ofMins float32, scales, mins *[8]uint8) {
	putF16(dst[:2], ofScales)
	putF16(dst[2:4], ofMins)
	for j := range 4 {
		dst[4+j] = scales[j] | scales[j+4]>>4<<6
		dst[8+j] = mins[j] | mins[j+4]>>4<<6
		dst[12+j] = scales[j+4]&15 | mins[j+4]<<4
	}
}

// encodeScalesMins searches the scale and the min of each sub-block, with
// weights that grow from the root mean square by the magnitude, and rounds them
// evenly up to the largest. It returns what decodeScalesMins will.
func encodeScalesMins(dst *[16]byte, quants *[256]uint8, x *[256]float32, search *minSearch) scalesMins {
	var w [32]float32
	var scales, mins [8]float32
	for j := range 8 {
		sub := (*[32]float32)(x[32*j:])
		rmsWeights(&w, sub)
		scales[j], mins[j] = scaleAndMin(quants[32*j:32*j+32], sub[:], w[:], search)
	}
	return roundScalesMins(dst, &scales, &mins)
}

// rmsWeights sets w to the root mean square of x plus the magnitude of the value.
func rmsWeights(w, x *[32]float32) {
	rms := sqrt(sumSquares(x[:]) / 32)
	for i, f := range x {
		w[i] = rms + magnitude(f)
	}
}

// roundScalesMins rounds scales and mins evenly up to the largest, writes them and
// returns what decodeScalesMins will.
func roundScalesMins(dst *[16]byte, scales, mins *[8]float32) scalesMins {
	var scaleQuants, minQuants [8]uint8
	ofScales, ofMins := roundSixBits(&scaleQuants, scales), roundSixBits(&minQuants, mins)
	putScalesMins(dst, ofScales, ofMins, &scaleQuants, &minQuants)
	return decodeScalesMins(dst)
}

// encodeScalesMinsImportance is encodeScalesMins with weights from importance.
// The scales and mins are then rounded with the sums of those weights.
func encodeScalesMinsImportance(dst *[16]byte, quants *[256]uint8, x, importance *[256]float32, search *minSearch) scalesMins {
	var w [256]float32
	importanceWeights(w[:], x[:], importance[:], 2*sumSquares(x[:])/256)
	var scales, mins, sums [8]float32
	for j := range 8 {
		sub, w := x[32*j:32*j+32], w[32*j:32*j+32]
		sums[j] = sum(w)
		scales[j], mins[j] = scaleAndMin(quants[32*j:32*j+32], sub, w, search)
	}
	return fitScalesMins(dst, &scales, &mins, &sums, search.most)
}

// fitScalesMins is roundScalesMins for errors that weigh the given sums. Quants of
// negative scales, which wrap beyond the six bits, become 63 in Q5_K, whose values
// have quants up to 31; in Q4_K their upper bits run into those of sub-block j+4.
func fitScalesMins(dst *[16]byte, scales, mins, sums *[8]float32, most int32) scalesMins {
	var scaleQuants, minQuants [8]uint8
	ofScales := positiveScale(scaleQuants[:], scales[:], sums[:], 63)
	ofMins := positiveScale(minQuants[:], mins[:], sums[:], 63)
	return putFittedScalesMins(dst, ofScales, ofMins, &scaleQuants, &minQuants, most)
}

func putFittedScalesMins(dst *[16]byte, ofScales, ofMins float32, scaleQuants, minQuants *[8]uint8, most int32) scalesMins {
	if most == 31 {
		for j := range 8 {
			scaleQuants[j], minQuants[j] = min(scaleQuants[j], 63), min(minQuants[j], 63)
		}
	}
	putScalesMins(dst, ofScales, ofMins, scaleQuants, minQuants)
	return decodeScalesMins(dst)
}

// roundSixBits rounds x evenly up to its largest value and returns the scale.
func roundSixBits(quants *[8]uint8, x *[8]float32) float32 {
	peak := largest(x[:])
	var inv float32
	if peak > 0 {
		inv = 63 / peak
	}
	for j, f := range x {
		quants[j] = min(uint8(nearest(inv*f)), 63)
	}
	return peak / 63
}

// requantize rounds x anew, with the scales and mins as they stand in the file.
// Where a scale is 0 the quants of the search remain.
func (s *scalesMins) requantize(quants *[256]uint8, x *[256]float32, most int32) {
	for j, scale := range s.scales {
		if scale != 0 {
			roundWithMin(quants[32*j:32*j+32], x[32*j:32*j+32], scale, s.mins[j], most)
		}
	}
}

// roundWithMin sets quants to (x+min)/scale, rounded and clamped to 0...most.
func roundWithMin(quants []uint8, x []float32, scale, lowest float32, most int32) {
	quants = quants[:len(x)]
	for i, f := range x {
		quants[i] = uint8(min(max(nearest((f+float32(lowest))/scale), 0), most))
	}
}
