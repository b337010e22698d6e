package quantize

import (
	"encoding/binary"
	"math"

	"github.com/nibble-go/nibble/internal/half"
)

// The types without blocks: the bytes of each value on their own, little endian.
//
//	type  bytes  encode
//	F32   4      exact
//	F16   2      nearest, ties to even
//	BF16  2      nearest, ties to even
//	F64   8      not offered
//	I8 I16 I32 I64   not offered
//
// Decoding F64, I32 and I64 rounds to the nearest float32.

// Kernels convert the first n values, as many as suit them. Encoders get batches already.

func encodeF32(dst []byte, x []float32) {
	n := narrow(machine.narrowF32, dst, x, 4)
	half.EncodeF32(dst[4*n:], x[n:])
}

func decodeF32(dst []float32, src []byte) {
	n := widen(machine.widenF32, dst, src, 4)
	half.DecodeF32(dst[n:], src[4*n:])
}

func encodeF16(dst []byte, x []float32) {
	n := narrow(machine.narrowF16, dst, x, 2)
	half.EncodeF16(dst[2*n:], x[n:])
}

func decodeF16(dst []float32, src []byte) {
	decodeBatches(dst, src, F16.geometry(), func(dst []float32, src []byte) {
		n := widen(machine.widenF16, dst, src, 2)
		half.DecodeF16(dst[n:], src[2*n:])
	})
}

func encodeBF16(dst []byte, x []float32) {
	n := narrow(machine.narrowBF16, dst, x, 2)
	half.EncodeBF16(dst[2*n:], x[n:])
}

func decodeBF16(dst []float32, src []byte) {
	decodeBatches(dst, src, BF16.geometry(), func(dst []float32, src []byte) {
		n := widen(machine.widenBF16, dst, src, 2)
		half.DecodeBF16(dst[n:], src[2*n:])
	})
}

func decodeI8(dst []float32, src []byte) {
	for i := range dst {
		dst[i] = float32(int8(src[i]))
	}
}

func decodeI16(dst []float32, src []byte) {
	for i := range dst {
		dst[i] = float32(int16(binary.LittleEndian.Uint16(src[2*i:])))
	}
}

func decodeI32(dst []float32, src []byte) {
	for i := range dst {
		dst[i] = float32(int32(binary.LittleEndian.Uint32(src[4*i:])))
	}
}

func decodeI64(dst []float32, src []byte) {
	for i := range dst {
		dst[i] = float32(int64(binary.LittleEndian.Uint64(src[8*i:])))
	}
}

func decodeF64(dst []float32, src []byte) {
	for i := range dst {
		dst[i] = float32(math.Float64frombits(binary.LittleEndian.Uint64(src[8*i:])))
	}
}
