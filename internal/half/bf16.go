package half

import (
	"encoding/binary"
	"math"
)

// F32ToBF16 returns the BF16 nearest to f, ties to even. A NaN keeps its sign
// and the upper bits of its payload and becomes quiet.
func F32ToBF16(f float32) uint16 {
	u := math.Float32bits(f)
	b := (u + 0x7FFF + u>>16&1) >> 16
	if u&^(1<<31) > f32Infinity {
		b = u>>16 | 1<<6
	}
	return uint16(b)
}

// BF16ToF32 returns the value of b, which is the upper half of a float32.
func BF16ToF32(b uint16) float32 { return math.Float32frombits(uint32(b) << 16) }

// EncodeBF16 narrows src into dst, two bytes a value.
func EncodeBF16(dst []byte, src []float32) {
	dst = dst[:2*len(src)]
	for len(src) >= 8 && len(dst) >= 16 {
		d, s := (*[16]byte)(dst), (*[8]float32)(src)
		binary.LittleEndian.PutUint16(d[0:], F32ToBF16(s[0]))
		binary.LittleEndian.PutUint16(d[2:], F32ToBF16(s[1]))
		binary.LittleEndian.PutUint16(d[4:], F32ToBF16(s[2]))
		binary.LittleEndian.PutUint16(d[6:], F32ToBF16(s[3]))
		binary.LittleEndian.PutUint16(d[8:], F32ToBF16(s[4]))
		binary.LittleEndian.PutUint16(d[10:], F32ToBF16(s[5]))
		binary.LittleEndian.PutUint16(d[12:], F32ToBF16(s[6]))
		binary.LittleEndian.PutUint16(d[14:], F32ToBF16(s[7]))
		dst, src = dst[16:], src[8:]
	}
	for i, f := range src {
		binary.LittleEndian.PutUint16(dst[2*i:], F32ToBF16(f))
	}
}

// DecodeBF16 widens src into dst.
func DecodeBF16(dst []float32, src []byte) {
	src = src[:2*len(dst)]
	for len(dst) >= 4 && len(src) >= 8 {
		u := binary.LittleEndian.Uint64(src)
		dst[0] = math.Float32frombits(uint32(u) << 16)
		dst[1] = math.Float32frombits(uint32(u) & 0xFFFF0000)
		dst[2] = math.Float32frombits(uint32(u>>16) & 0xFFFF0000)
		dst[3] = math.Float32frombits(uint32(u>>32) & 0xFFFF0000)
		dst, src = dst[4:], src[8:]
	}
	for i := range dst {
		dst[i] = BF16ToF32(binary.LittleEndian.Uint16(src[2*i:]))
	}
}
