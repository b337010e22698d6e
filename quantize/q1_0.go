package quantize

import "math"

// Q1_0: 128 values in 18 bytes, 1.125 bits per weight. Importance is ignored.
//
//	bytes  field
//	0-1    scale, F16
//	2-17   signs: bit i mod 8 of byte i/8 is set where value i is not negative
//
//	value = +scale or -scale

func decodeQ10(dst *[128]float32, src *[18]byte) {
	scale := getF16(src[:2])
	levels := [2]float32{-scale, scale}
	for i, b := range src[2:] {
		out := (*[8]float32)(dst[8*i:])
		for k := range out {
			out[k] = levels[b>>k&1]
		}
	}
}

// encodeQ10 takes the mean magnitude as the scale, which minimises the square
// error.
func encodeQ10(dst *[18]byte, x *[128]float32) {
	var total float32
	for _, f := range x {
		total += magnitude(f)
	}
	putF16(dst[:2], total/128)
	for i := range 16 {
		var negative uint32
		for k, f := range (*[8]float32)(x[8*i:]) {
			// Adding +0 makes -0 positive.
			negative |= math.Float32bits(f+0) >> 31 << k
		}
		dst[2+i] = ^byte(negative)
	}
}
