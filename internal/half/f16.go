package half

import (
	"encoding/binary"
	"math"
)

// Limits of F16 as the bits of float32 magnitudes.
const (
	f16Overflow  = 0x477FF000 // 65520: half way from the largest F16 to the next power of two
	f16MinNormal = 0x38800000 // 2^-14
	f32Infinity  = 0x7F800000

	// rebias is what the exponent biases of float32 and F16 differ by, 127-15,
	// in place.
	rebias = 112 << 23

	// One unit in the last place of the floats from 0.5 to 1 is 2^-24, the
	// smallest F16: adding 0.5 rounds a subnormal to whole units.
	oneHalf = 0x3F000000
)

// F32ToF16 returns the F16 nearest to f, ties to even. A NaN gives 0x7E00 or
// 0xFE00.
func F32ToF16(f float32) uint16 {
	u := math.Float32bits(f)
	a := u &^ (1 << 31)
	// Every line is computed for every value: selecting costs less than
	// branching.
	h := (a - rebias + 0xFFF + a>>13&1) >> 13
	subnormal := math.Float32bits(math.Float32frombits(a)+0.5) - oneHalf
	if a < f16MinNormal {
		h = subnormal
	}
	if a >= f16Overflow {
		h = 0x7C00
	}
	if a > f32Infinity {
		h = 0x7E00
	}
	return uint16(u>>16&0x8000 | h)
}

// F16ToF32 returns the value of h. NaN payloads are kept and made quiet.
func F16ToF32(h uint16) float32 {
	const minNormal = 113 << 23 // 2^-14 as a float32
	a := uint32(h) & 0x7FFF << 13
	u := a + rebias
	// A subnormal under the exponent of 2^-14 is 2^-14 too large.
	subnormal := math.Float32bits(math.Float32frombits(a+minNormal) - 0x1p-14)
	if h&0x7C00 == 0 {
		u = subnormal
	}
	if h&0x7C00 == 0x7C00 {
		u += rebias
	}
	if h&0x7FFF > 0x7C00 {
		u |= 1 << 22
	}
	return math.Float32frombits(u | uint32(h)&0x8000<<16)
}

// EncodeF16 narrows src into dst, two bytes a value.
func EncodeF16(dst []byte, src []float32) {
	dst = dst[:2*len(src)]
	for len(src) >= 4 && len(dst) >= 8 {
		binary.LittleEndian.PutUint64(dst, uint64(F32ToF16(src[0]))|uint64(F32ToF16(src[1]))<<16|
			uint64(F32ToF16(src[2]))<<32|uint64(F32ToF16(src[3]))<<48)
		src, dst = src[4:], dst[8:]
	}
	for i, f := range src {
		binary.LittleEndian.PutUint16(dst[2*i:], F32ToF16(f))
	}
}

// DecodeF16 widens src into dst.
func DecodeF16(dst []float32, src []byte) {
	src = src[:2*len(dst)]
	for len(dst) >= 4 && len(src) >= 8 {
		u := binary.LittleEndian.Uint64(src)
		dst[0] = F16ToF32(uint16(u))
		dst[1] = F16ToF32(uint16(u >> 16))
		dst[2] = F16ToF32(uint16(u >> 32))
		dst[3] = F16ToF32(uint16(u >> 48))
		dst, src = dst[4:], src[8:]
	}
	for i := range dst {
		dst[i] = F16ToF32(binary.LittleEndian.Uint16(src[2*i:]))
	}
}
