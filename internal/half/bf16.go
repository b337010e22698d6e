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
	for len(src) >= 4 && len(dst) >= 8 {
		binary.LittleEndian.PutUint64(dst, uint64(F32ToBF16(src[0]))|uint64(F32ToBF16(src[1]))<<16|
			uint64(F32ToBF16(src[2]))<<32|uint64(F32ToBF16(src[3]))<<48)
		src, dst = src[4:], dst[8:]
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
