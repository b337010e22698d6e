package half

import (
	"encoding/binary"
	"math"
)

// EncodeF32 writes the bits of src into dst, four bytes a value.
func EncodeF32(dst []byte, src []float32) {
	dst = dst[:4*len(src)]
	for len(src) >= 2 && len(dst) >= 8 {
		binary.LittleEndian.PutUint64(dst, uint64(math.Float32bits(src[0]))|uint64(math.Float32bits(src[1]))<<32)
		src, dst = src[2:], dst[8:]
	}
	for i, f := range src {
		binary.LittleEndian.PutUint32(dst[4*i:], math.Float32bits(f))
	}
}

// DecodeF32 reads the bits of dst from src.
func DecodeF32(dst []float32, src []byte) {
	src = src[:4*len(dst)]
	for len(dst) >= 2 && len(src) >= 8 {
		u := binary.LittleEndian.Uint64(src)
		dst[0] = math.Float32frombits(uint32(u))
		dst[1] = math.Float32frombits(uint32(u >> 32))
		dst, src = dst[2:], src[8:]
	}
	for i := range dst {
		dst[i] = math.Float32frombits(binary.LittleEndian.Uint32(src[4*i:]))
	}
}
