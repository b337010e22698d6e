package quantize

import "math"

// NVFP4: 64 values in 36 bytes, 4.5 bits per weight, four sub-blocks of 16 with
// a scale each. Importance is ignored.
//
//	bytes  field
//	0-3    scales, unsigned floats of four exponent and three mantissa bits (UE4M3)
//	4-35   quants, E2M1: quant i of sub-block s in the low half of byte 4+8s+i,
//	       quant i+8 in the high half
//
//	value = scale · E2M1(quant)

func decodeNVFP4(dst *[64]float32, src *[36]byte) {
	for s, scale := range src[:4] {
		levels := fp4Levels(halfUE4M3(scale))
		out := (*[16]float32)(dst[16*s:])
		for i, b := range (*[8]byte)(src[4+8*s:]) {
			out[i] = levels[b&15]
			out[i+8] = levels[b>>4]
		}
	}
}

// encodeNVFP4 scales the largest magnitude of a sub-block to 6, the most that
// E2M1 has.
func encodeNVFP4(dst *[36]byte, x *[64]float32) {
	for s := range 4 {
		in, out := (*[16]float32)(x[16*s:]), (*[8]byte)(dst[4+8*s:])
		most := peak(in[:])
		dst[s] = ue4m3(most / 6)
		scale := halfUE4M3(dst[s])
		if scale == 0 {
			clear(out[:])
			continue
		}
		var quants [16]uint8
		if most > 0x1p20*scale {
			fp4Search(quants[:], in[:], scale)
		} else {
			fp4Quants(quants[:], in[:], scale)
		}
		for i := range out {
			out[i] = quants[i] | quants[i+8]<<4
		}
	}
}

// halfUE4M3 returns half of what v means, since fp4Values are doubled. Bit 7 does
// not count, but of the two NaN only 0x7F gives 0.
func halfUE4M3(v byte) float32 {
	if v == 0x7F {
		return 0
	}
	exponent, mantissa := v>>3&15, float32(v&7)
	if exponent == 0 {
		return mantissa * 0x1p-10
	}
	return (8 + mantissa) * math.Float32frombits((uint32(exponent)+127-11)<<23)
}

// ue4m3 returns f as UE4M3, 0 if f is not above zero. Only the first bit beyond
// the mantissa counts, and rounds up; from 256 on, after rounding, all is 448.
func ue4m3(f float32) byte {
	const most = 0x7E // 448
	if !(f > 0) {
		return 0
	}
	u := math.Float32bits(f)
	exponent := int(u>>23) - 127 + 7
	if exponent >= 15 {
		return most
	}
	if exponent <= 0 {
		return byte(min(int32(float32(f*512)+0.5), 7))
	}
	v := byte(exponent)<<3 | byte(u>>20&7)
	v += byte(u >> 19 & 1) // carries into the exponent
	if v >= 15<<3 {
		return most
	}
	return v
}
