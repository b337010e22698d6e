package half

import (
	"encoding/binary"
	"math"
)

// Limits of F16 as the bits of float32 magnitudes.
const (
	f16MinNormal = 0x38800000 // 2^-14
	f32Infinity  = 0x7F800000
	f16Infinity  = 0x7C00 << 13 // shifted to where a float32 has its exponent

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
	a := u & 0x7FFFFFFF
	h := min((a+a>>13&1-(rebias-0xFFF))>>13, 0x7C00)
	// Computed for every value: selecting costs less than branching.
	subnormal := math.Float32bits(math.Float32frombits(a)+0.5) - oneHalf
	if a < f16MinNormal {
		h = subnormal
	}
	if a > f32Infinity {
		h = 0x7E00
	}
	return uint16(u>>16&0x8000 | h)
}

// F16ToF32 returns the value of h. NaN payloads are kept and made quiet.
func F16ToF32(h uint16) float32 {
	a := uint32(h) & 0x7FFF << 13
	// Read with a float32's bias the value is 2^112 too small. The product is
	// exact, subnormals included.
	u := math.Float32bits(math.Float32frombits(a) * 0x1p112)
	if a >= f16Infinity {
		u |= f32Infinity
		if a > f16Infinity {
			u |= 1 << 22
		}
	}
	return math.Float32frombits(u | uint32(h)&0x8000<<16)
}

// EncodeF16 narrows src into dst, two bytes a value.
func EncodeF16(dst []byte, src []float32) {
	dst = dst[:2*len(src)]
	for len(src) >= 8 && len(dst) >= 16 {
		d, s := (*[16]byte)(dst), (*[8]float32)(src)
		binary.LittleEndian.PutUint16(d[0:], F32ToF16(s[0]))
		binary.LittleEndian.PutUint16(d[2:], F32ToF16(s[1]))
		binary.LittleEndian.PutUint16(d[4:], F32ToF16(s[2]))
		binary.LittleEndian.PutUint16(d[6:], F32ToF16(s[3]))
		binary.LittleEndian.PutUint16(d[8:], F32ToF16(s[4]))
		binary.LittleEndian.PutUint16(d[10:], F32ToF16(s[5]))
		binary.LittleEndian.PutUint16(d[12:], F32ToF16(s[6]))
		binary.LittleEndian.PutUint16(d[14:], F32ToF16(s[7]))
		dst, src = dst[16:], src[8:]
	}
	for i, f := range src {
		binary.LittleEndian.PutUint16(dst[2*i:], F32ToF16(f))
	}
}

// DecodeF16 widens src into dst.
func DecodeF16(dst []float32, src []byte) {
	src = src[:2*len(dst)]
	for len(dst) >= 8 && len(src) >= 16 {
		d, s := (*[8]float32)(dst), (*[16]byte)(src)
		d[0] = F16ToF32(binary.LittleEndian.Uint16(s[0:]))
		d[1] = F16ToF32(binary.LittleEndian.Uint16(s[2:]))
		d[2] = F16ToF32(binary.LittleEndian.Uint16(s[4:]))
		d[3] = F16ToF32(binary.LittleEndian.Uint16(s[6:]))
		d[4] = F16ToF32(binary.LittleEndian.Uint16(s[8:]))
		d[5] = F16ToF32(binary.LittleEndian.Uint16(s[10:]))
		d[6] = F16ToF32(binary.LittleEndian.Uint16(s[12:]))
		d[7] = F16ToF32(binary.LittleEndian.Uint16(s[14:]))
		dst, src = dst[8:], src[16:]
	}
	for i := range dst {
		dst[i] = F16ToF32(binary.LittleEndian.Uint16(src[2*i:]))
	}
}
