package half

import (
	"encoding/binary"
	"math"
)

// EncodeF32 writes the bits of src into dst, four bytes a value.
func EncodeF32(dst []byte, src []float32) {
	dst = dst[:4*len(src)]
	for len(src) >= 8 && len(dst) >= 32 {
		d, s := (*[32]byte)(dst), (*[8]float32)(src)
		binary.LittleEndian.PutUint64(d[0:], pair(s[0], s[1]))
		binary.LittleEndian.PutUint64(d[8:], pair(s[2], s[3]))
		binary.LittleEndian.PutUint64(d[16:], pair(s[4], s[5]))
		binary.LittleEndian.PutUint64(d[24:], pair(s[6], s[7]))
		dst, src = dst[32:], src[8:]
	}
	for i, f := range src {
		binary.LittleEndian.PutUint32(dst[4*i:], math.Float32bits(f))
	}
}

// DecodeF32 reads the bits of dst from src.
func DecodeF32(dst []float32, src []byte) {
	src = src[:4*len(dst)]
	for len(dst) >= 8 && len(src) >= 32 {
		d, s := (*[8]float32)(dst), (*[32]byte)(src)
		d[0], d[1] = split(binary.LittleEndian.Uint64(s[0:]))
		d[2], d[3] = split(binary.LittleEndian.Uint64(s[8:]))
		d[4], d[5] = split(binary.LittleEndian.Uint64(s[16:]))
		d[6], d[7] = split(binary.LittleEndian.Uint64(s[24:]))
		dst, src = dst[8:], src[32:]
	}
	for i := range dst {
		dst[i] = math.Float32frombits(binary.LittleEndian.Uint32(src[4*i:]))
	}
}

// pair returns the bits of two values, those of a below.
func pair(a, b float32) uint64 { return uint64(math.Float32bits(a)) | uint64(math.Float32bits(b))<<32 }

// split takes apart what pair puts together.
func split(u uint64) (a, b float32) {
	return math.Float32frombits(uint32(u)), math.Float32frombits(uint32(u >> 32))
}
