package half

import "math"

// F8E4M3ToF32 returns the value of b in the format that the Open Compute
// Project calls E4M3 and others F8_E4M3FN: exponent bias 7, no infinities, NaN
// only where all seven lower bits are set.
func F8E4M3ToF32(b byte) float32 {
	const minNormal = 121 << 23 // 2^-6 as a float32
	a := uint32(b) & 0x7F << 20
	u := a + (127-7)<<23
	subnormal := math.Float32bits(math.Float32frombits(a+minNormal) - 0x1p-6)
	if b&0x78 == 0 {
		u = subnormal
	}
	if b&0x7F == 0x7F {
		u = 0x7FC00000
	}
	return math.Float32frombits(u | uint32(b)&0x80<<24)
}

// F8E5M2ToF32 returns the value of b, which is the upper half of an F16.
func F8E5M2ToF32(b byte) float32 { return F16ToF32(uint16(b) << 8) }

// DecodeF8E4M3 widens src into dst.
func DecodeF8E4M3(dst []float32, src []byte) {
	src = src[:len(dst)]
	for i, b := range src {
		dst[i] = F8E4M3ToF32(b)
	}
}

// DecodeF8E5M2 widens src into dst.
func DecodeF8E5M2(dst []float32, src []byte) {
	src = src[:len(dst)]
	for i, b := range src {
		dst[i] = F8E5M2ToF32(b)
	}
}
