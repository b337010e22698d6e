package quantize

import "math"

// The IQ1, IQ2 and IQ3 types quantize 8 or 4 values together, to a point of a
// lattice: a fixed list of the vectors that occur most. A block holds indexes
// into the list. The coordinates of a point are small digits, packed into a
// uint16; what a digit stands for, its level, is magnitude times scale. The signs
// are stored apart, one bit a value, set where the value is negative. Types that
// store seven sign bits for eight values make the number of negative ones even.

// decodePoint8 sets out to the levels of a point of eight digits of two bits.
func decodePoint8(out *[8]float32, levels *[4]float32, point uint16, signs uint8) {
	for i := range out {
		level := math.Float32bits(levels[point>>(2*i)&3])
		out[i] = math.Float32frombits(level ^ uint32(signs)>>i<<31)
	}
}

// decodePoint4 sets out to the levels of a point of four digits of three bits.
func decodePoint4(out *[4]float32, levels *[8]float32, point uint16, signs uint8) {
	for i := range out {
		level := math.Float32bits(levels[point>>(3*i)&7])
		out[i] = math.Float32frombits(level ^ uint32(signs)>>i<<31)
	}
}

// iq2ScaledLevels returns the levels of a sub-block of an IQ2 type.
func iq2ScaledLevels(scale float32) [4]float32 {
	return [4]float32{scale * iq2Levels[0], scale * iq2Levels[1], scale * iq2Levels[2]}
}

// iq2SubScale returns the scale of a sub-block of an IQ2 type from its four bits.
func iq2SubScale(scale float32, quant uint8) float32 {
	return scale * (0.5 + float32(quant)) * 0.25
}

// iq1Levels returns the levels of the digits 0, 1 and 2: -1, 0 and 1, all shifted
// by 1/8 up or down.
func iq1Levels(scale float32, down bool) [4]float32 {
	shift := float32(0.125)
	if down {
		shift = -shift
	}
	return [4]float32{scale * (shift - 1), scale * shift, scale * (shift + 1)}
}
