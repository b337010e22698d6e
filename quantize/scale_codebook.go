package quantize

// codebook4 is what the quants of the four-bit IQ types stand for: integers that
// are denser around zero, as weights are.
var codebook4 = [16]int8{-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113}

// codebookScale finds the scale that minimises the error
//
//	Σ w·(x - scale·codebook4[q])²
//
// by the same criterion as symmetricScale, over 16 ways to round x to the
// codebook. Where all of x counts as zero, the scale is 0.
func codebookScale(x, w *[32]float32) float32 {
	peak := extreme32(x)
	if magnitude(peak) < nothing {
		return 0
	}
	wxv, wvv := codebookProjection(x, w, 1/(-peak/-127))
	var scale float32
	if wvv > 0 {
		scale = wxv / wvv
	}
	best := scale * wxv
	for c := int32(-7); c <= 7; c++ {
		wxv, wvv := codebookProjection(x, w, float32(c-127)/peak)
		if wvv > 0 && wxv*wxv > best*wvv {
			scale = wxv / wvv
			best = scale * wxv
		}
	}
	return scale
}

// codebookProjection returns Σwxv and Σwv² for the codebook's values v next to
// x·inverse.
func codebookProjection(x, w *[32]float32, inverse float32) (wxv, wvv float32) {
	for i, f := range x {
		v := float32(codebook4[pick(inverse*f)])
		wv := w[i] * v
		wxv += float32(wv * f)
		wvv += float32(wv * v)
	}
	return wxv, wvv
}

// pick returns the index of the codebook's value next to t; midway between two,
// and for NaN, the higher one.
func pick(t float32) uint8 {
	if t < -115.5 {
		return 0
	}
	if !(t < 101) {
		return 15
	}
	// The midpoints are multiples of a half: compare the floor of 2t.
	t = 2 * float32(t)
	n := int32(t)
	if float32(n) > t {
		n--
	}
	q := bucketFirst[uint32(n+240)/16%32]
	if n >= midpoints[q&15] {
		q++
	}
	return q
}

var (
	// midpoints holds twice the middle of codebook4[q] and codebook4[q+1].
	midpoints = [16]int32{-231, -187, -148, -114, -84, -57, -32, -9, 14, 38, 63, 91, 122, 158, 202, 1 << 30}

	// bucketFirst[b] is the number of midpoints below 16b-240. They lie further
	// apart than 16, so a bucket holds at most one more.
	bucketFirst = [32]uint8{0, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 8, 9, 9, 10, 11, 11, 12, 12, 13, 13, 14, 14, 14, 15, 15, 15, 15}
)
