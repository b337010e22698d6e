package quantize

// Q3_K: a super-block of 256 values in 110 bytes, 3.4375 bits per weight.
//
//	bytes    field
//	0-31     bit 2 of the quants: that of quant 32·k+i in bit k of byte i
//	32-95    bits 0-1 of the quants (packTwoBits)
//	96-107   scales of 16 sub-blocks of 16, six bits each
//	108-109  scale of the scales, F16
//
// Bits 0-3 of scale j are the low half of scale byte j for j < 8, the high half
// of byte j-8 from there on; bits 4-5 stand in byte 8 + j mod 4, from bit
// 2·(j div 4).
//
//	value = (scale of scales · (scale - 32)) · (quant - 4)

func decodeQ3K(dst *[256]float32, src *[110]byte) {
	third := (*[32]byte)(src[:])
	scales := decodeScalesQ3K(src)
	for h := range 2 {
		packed := (*[32]byte)(src[32+32*h:])
		for k := range 4 {
			out := (*[32]float32)(dst[128*h+32*k:])
			scale0, scale1 := scales[8*h+2*k], scales[8*h+2*k+1]
			bit := 4*h + k
			for i := range 16 {
				out[i] = scale0 * float32(int32(packed[i]>>(2*k)&3|third[i]>>bit&1<<2)-4)
				out[i+16] = scale1 * float32(int32(packed[i+16]>>(2*k)&3|third[i+16]>>bit&1<<2)-4)
			}
		}
	}
}

// decodeScalesQ3K returns the scale of each sub-block.
func decodeScalesQ3K(src *[110]byte) (scales [16]float32) {
	ofScales := getF16(src[108:])
	packed := (*[12]byte)(src[96:])
	for j := range scales {
		q := packed[j%8] >> (j / 8 * 4) & 15
		q |= packed[8+j%4] >> (j / 4 * 2) & 3 << 4
		scales[j] = ofScales * float32(int32(q)-32)
	}
	return scales
}

func packScalesQ3K(dst *[12]byte, quants *[16]uint8) {
	for j := range 8 {
		dst[j] = quants[j]&15 | quants[j+8]<<4
	}
	for j := range 4 {
		dst[8+j] = quants[j]>>4 | quants[j+4]>>4<<2 | quants[j+8]>>4<<4 | quants[j+12]>>4<<6
	}
}

// encodeQ3K minimises, for each sub-block, the square error weighted by the
// squares of the values, then rounds the scales with the extreme one at -32.
func encodeQ3K(dst *[110]byte, x *[256]float32) {
	var quants [256]uint8
	var scales [16]float32
	for j := range scales {
		scales[j] = descendScale((*[16]uint8)(quants[16*j:]), (*[16]float32)(x[16*j:]))
	}
	scales = putScalesQ3K(dst, &scales)
	finishQ3K(dst, &scales, &quants, x)
}

// putScalesQ3K rounds the scales with the extreme one at -32, writes them and returns
// what decodeScalesQ3K will.
func putScalesQ3K(dst *[110]byte, scales *[16]float32) [16]float32 {
	var scaleQuants [16]uint8
	var ofScales float32
	if peak := extreme(scales[:]); peak != 0 {
		inv := -32 / peak
		ofScales = 1 / inv
		for j, f := range scales {
			scaleQuants[j] = uint8(min(max(int8(nearest(inv*f)), -32), 31) + 32)
		}
	}
	return putRoundedQ3K(dst, ofScales, &scaleQuants)
}

func putRoundedQ3K(dst *[110]byte, ofScales float32, quants *[16]uint8) (scales [16]float32) {
	putF16(dst[108:], ofScales)
	ofScales = getF16(dst[108:])
	packScalesQ3K((*[12]byte)(dst[96:]), quants)
	for j, q := range quants {
		scales[j] = ofScales * float32(int32(q)-32)
	}
	return scales
}

// encodeQ3KImportance weighs the errors by importance, those of the scales with
// the sums of the weights.
func encodeQ3KImportance(dst *[110]byte, x, importance *[256]float32) {
	var quants [256]uint8
	var w [256]float32
	importanceWeights(w[:], x[:], importance[:], 2*sumSquares(x[:])/256)
	var scales, sums [16]float32
	for j := range scales {
		w := w[16*j : 16*j+16]
		sums[j] = sum(w)
		scales[j] = symmetricScale(quants[16*j:16*j+16], x[16*j:16*j+16], w, 4)
	}
	scales = putScalesQ3KImportance(dst, &scales, &sums)
	finishQ3K(dst, &scales, &quants, x)
}

// putScalesQ3KImportance is putScalesQ3K with a scale of the scales for errors that weigh
// the given sums.
func putScalesQ3KImportance(dst *[110]byte, scales, sums *[16]float32) [16]float32 {
	var scaleQuants [16]uint8
	ofScales := symmetricScale(scaleQuants[:], scales[:], sums[:], 32)
	return putRoundedQ3K(dst, ofScales, &scaleQuants)
}

// finishQ3K rounds x anew with what the scales decode to and packs the quants. Where
// a scale is 0 the quants of the search remain.
func finishQ3K(dst *[110]byte, scales *[16]float32, quants *[256]uint8, x *[256]float32) {
	for j, scale := range scales {
		if scale != 0 {
			roundSymmetric(quants[16*j:16*j+16], x[16*j:16*j+16], scale, 4)
		}
	}
	packThreeBits((*[96]byte)(dst[:]), quants)
}

func packThreeBits(dst *[96]byte, quants *[256]uint8) {
	const low, third = 3 * eachByte, 4 * eachByte
	first, second := (*[128]uint8)(quants[:]), (*[128]uint8)(quants[128:])
	for i := 0; i < 32; i += 8 {
		a, b, c, d := eight(first[i:]), eight(first[i+32:]), eight(first[i+64:]), eight(first[i+96:])
		e, f, g, h := eight(second[i:]), eight(second[i+32:]), eight(second[i+64:]), eight(second[i+96:])
		putEight(dst[i:], a&third>>2|b&third>>1|c&third|d&third<<1|e&third<<2|f&third<<3|g&third<<4|h&third<<5)
		putEight(dst[i+32:], a&low|b&low<<2|c&low<<4|d&low<<6)
		putEight(dst[i+64:], e&low|f&low<<2|g&low<<4|h&low<<6)
	}
}
