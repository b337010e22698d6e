package quantize

// Q6_K: a super-block of 256 values in 210 bytes, 6.5625 bits per weight.
//
//	bytes    field
//	0-127    bits 0-3 of the quants
//	128-191  bits 4-5 of the quants
//	192-207  scales of 16 sub-blocks of 16, int8
//	208-209  scale of the scales, F16
//
// Each half of 128 values has 64 bytes of the first field and 32 of the second.
// For i < 32, in the half's bytes:
//
//	quant     bits 0-3            bits 4-5
//	i         byte i, low half    byte i, bits 0-1
//	i+32      byte i+32, low      byte i, bits 2-3
//	i+64      byte i, high half   byte i, bits 4-5
//	i+96      byte i+32, high     byte i, bits 6-7
//
//	value = (scale of scales · scale) · (quant - 32)

func decodeQ6K(dst *[256]float32, src *[210]byte) {
	scales := decodeScalesQ6K(src)
	for h := range 2 {
		low, high := (*[64]byte)(src[64*h:]), (*[32]byte)(src[128+32*h:])
		out, scale := (*[128]float32)(dst[128*h:]), (*[8]float32)(scales[8*h:])
		for i, b := range high {
			j := i / 16
			out[i] = scale[j] * float32(int32(low[i]&15|b&3<<4)-32)
			out[i+32] = scale[j+2] * float32(int32(low[i+32]&15|b>>2&3<<4)-32)
			out[i+64] = scale[j+4] * float32(int32(low[i]>>4|b>>4&3<<4)-32)
			out[i+96] = scale[j+6] * float32(int32(low[i+32]>>4|b>>6<<4)-32)
		}
	}
}

// decodeScalesQ6K returns the scale of each sub-block.
func decodeScalesQ6K(src *[210]byte) (scales [16]float32) {
	ofScales := getF16(src[208:])
	for j, b := range (*[16]byte)(src[192:]) {
		scales[j] = ofScales * float32(int8(b))
	}
	return scales
}

// encodeQ6K minimises the square error of each sub-block, weighted by the
// squares of the values.
func encodeQ6K(dst *[210]byte, x *[256]float32) {
	var w [256]float32
	squareWeights(w[:], x[:])
	encodeQ6KImportance(dst, x, &w)
}

// encodeQ6KImportance weighs the errors by importance alone.
func encodeQ6KImportance(dst *[210]byte, x, importance *[256]float32) {
	var quants [256]uint8
	var scales [16]float32
	for j := range scales {
		scales[j] = symmetricScale(quants[16*j:16*j+16], x[16*j:16*j+16], importance[16*j:16*j+16], 32)
	}
	if !putScalesQ6K(dst, &scales) {
		clear(dst[:])
		return
	}
	for j, scale := range decodeScalesQ6K(dst) {
		if scale != 0 {
			roundSymmetric(quants[16*j:16*j+16], x[16*j:16*j+16], scale, 32)
		}
	}
	packSixBits((*[192]byte)(dst[:]), &quants)
}

// putScalesQ6K rounds the scales with the extreme one at -128 and writes them. It
// reports false where they count as zeros.
func putScalesQ6K(dst *[210]byte, scales *[16]float32) bool {
	peak := extreme(scales[:])
	if magnitude(peak) < nothing {
		return false
	}
	inv := -128 / peak
	putF16(dst[208:], 1/inv)
	for j, f := range scales {
		dst[192+j] = byte(int8(min(nearest(inv*f), 127)))
	}
	return true
}

func packSixBits(dst *[192]byte, quants *[256]uint8) {
	for h := range 2 {
		const low, high = 15 * eachByte, 3 * eachByte
		q := (*[128]uint8)(quants[128*h:])
		for i := 0; i < 32; i += 8 {
			q0, q1, q2, q3 := eight(q[i:]), eight(q[i+32:]), eight(q[i+64:]), eight(q[i+96:])
			putEight(dst[64*h+i:], q0&low|q2&low<<4)
			putEight(dst[64*h+32+i:], q1&low|q3&low<<4)
			putEight(dst[128+32*h+i:], q0>>4&high|q1>>4&high<<2|q2>>4&high<<4|q3>>4&high<<6)
		}
	}
}

// roundSymmetric sets quants to x/scale, rounded and clamped to -most...most-1,
// plus most.
func roundSymmetric(quants []uint8, x []float32, scale float32, most int32) {
	quants = quants[:len(x)]
	for i, f := range x {
		quants[i] = uint8(min(max(nearest(f/scale), -most), most-1) + most)
	}
}
