package quantize

// Q2_K: a super-block of 256 values in 84 bytes, 2.625 bits per weight.
//
//	bytes  field
//	0-15   16 sub-blocks of 16: scale in the low half, min in the high half
//	16-79  quants, two bits each (packTwoBits)
//	80-81  scale of the scales, F16
//	82-83  scale of the mins, F16
//
//	value = (scale of scales · scale) · quant - scale of mins · min

func decodeQ2K(dst *[256]float32, src *[84]byte) {
	ofScales, ofMins := getF16(src[80:]), getF16(src[82:])
	for h := range 2 {
		packed := (*[32]byte)(src[16+32*h:])
		for k := range 4 {
			out := (*[32]float32)(dst[128*h+32*k:])
			b0, b1 := src[8*h+2*k], src[8*h+2*k+1]
			scale0, min0 := ofScales*float32(b0&15), float32(ofMins*float32(b0>>4))
			scale1, min1 := ofScales*float32(b1&15), float32(ofMins*float32(b1>>4))
			for i := range 16 {
				out[i] = float32(scale0*float32(packed[i]>>(2*k)&3)) - min0
				out[i+16] = float32(scale1*float32(packed[i+16]>>(2*k)&3)) - min1
			}
		}
	}
}

var (
	searchQ2K           = minSearch{most: 3, first: -0.5, step: 0.1, steps: 15, absolute: true}
	searchQ2KImportance = minSearch{most: 3, first: -0.9, step: 0.05, steps: 36}
)

// encodeQ2K minimises, for each sub-block, the absolute error weighted by the
// magnitudes, then rounds the scales and mins evenly up to the largest.
func encodeQ2K(dst *[84]byte, x *[256]float32) {
	var quants [256]uint8
	var w [16]float32
	var scales, mins [16]float32
	for j := range 16 {
		sub := (*[16]float32)(x[16*j:])
		for i, f := range sub {
			w[i] = magnitude(f)
		}
		scales[j], mins[j] = scaleAndMin(quants[16*j:16*j+16], sub[:], w[:], &searchQ2K)
	}
	putScalesQ2K(dst, &scales, &mins)
	finishQ2K(dst, &quants, x)
}

// encodeQ2KImportance minimises the weighted square error, that of the scales
// and mins with the sums of the weights.
func encodeQ2KImportance(dst *[84]byte, x, importance *[256]float32) {
	var quants [256]uint8
	var w [256]float32
	importanceWeights(w[:], x[:], importance[:], sumSquares(x[:])/256)
	var scales, mins, sums [16]float32
	for j := range 16 {
		w := w[16*j : 16*j+16]
		sums[j] = sum(w)
		scales[j], mins[j] = scaleAndMin(quants[16*j:16*j+16], x[16*j:16*j+16], w, &searchQ2KImportance)
	}
	putScalesQ2KImportance(dst, &scales, &mins, &sums)
	finishQ2K(dst, &quants, x)
}

// putScalesQ2K rounds the scales and mins and packs them.
func putScalesQ2K(dst *[84]byte, scales, mins *[16]float32) {
	var scaleQuants, minQuants [16]uint8
	putF16(dst[80:], roundFourBits(&scaleQuants, scales))
	putF16(dst[82:], roundFourBits(&minQuants, mins))
	packScalesQ2K((*[16]byte)(dst[:]), &scaleQuants, &minQuants)
}

// putScalesQ2KImportance is putScalesQ2K for errors that weigh the given sums.
func putScalesQ2KImportance(dst *[84]byte, scales, mins, sums *[16]float32) {
	var scaleQuants, minQuants [16]uint8
	putF16(dst[80:], positiveScale(scaleQuants[:], scales[:], sums[:], 15))
	putF16(dst[82:], positiveScale(minQuants[:], mins[:], sums[:], 15))
	packScalesQ2K((*[16]byte)(dst[:]), &scaleQuants, &minQuants)
}

func packScalesQ2K(dst *[16]byte, scales, mins *[16]uint8) {
	for j := range dst {
		dst[j] = scales[j] | mins[j]<<4
	}
}

// roundFourBits rounds x evenly up to its largest value and returns the scale.
func roundFourBits(quants *[16]uint8, x *[16]float32) float32 {
	peak := largest(x[:])
	if !(peak > 0) {
		return 0
	}
	inv := 15 / peak
	for j, f := range x {
		quants[j] = uint8(nearest(inv * f))
	}
	return peak / 15
}

// decodeScalesQ2K returns the scale and min of each sub-block.
func decodeScalesQ2K(src *[84]byte) (scales, mins [16]float32) {
	ofScales, ofMins := getF16(src[80:]), getF16(src[82:])
	for j := range scales {
		scales[j] = ofScales * float32(src[j]&15)
		mins[j] = float32(ofMins * float32(src[j]>>4))
	}
	return scales, mins
}

// finishQ2K rounds x anew with what the scales and mins decode to, and packs the
// quants. Where a scale is 0 the quants of the search remain.
func finishQ2K(dst *[84]byte, quants *[256]uint8, x *[256]float32) {
	scales, mins := decodeScalesQ2K(dst)
	for j, scale := range scales {
		if scale != 0 {
			roundWithMin(quants[16*j:16*j+16], x[16*j:16*j+16], scale, mins[j], 3)
		}
	}
	packTwoBits((*[64]byte)(dst[16:]), quants)
}

// packTwoBits packs the low two bits of the quants: 32 bytes for each half of 128
// values, of which byte i holds quant i in bits 0-1, i+32 in bits 2-3, i+64 in
// bits 4-5 and i+96 in bits 6-7.
func packTwoBits(dst *[64]byte, quants *[256]uint8) {
	for h := range 2 {
		q := (*[128]uint8)(quants[128*h:])
		const low = 3 * eachByte
		for i := 0; i < 32; i += 8 {
			putEight(dst[32*h+i:], eight(q[i:])&low|eight(q[i+32:])&low<<2|eight(q[i+64:])&low<<4|eight(q[i+96:])&low<<6)
		}
	}
}
