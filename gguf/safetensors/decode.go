package safetensors

import (
	"encoding/binary"
	"math"

	"github.com/nibble-go/nibble/internal/half"
)

// DecodeFloat32 widens values to float32. The types are F32, F16, BF16,
// F8_E4M3 and F8_E5M2, whose values float32 has, and F64, which is rounded to
// nearest even. For any other type the error wraps [ErrUnsupported]; src must
// hold exactly len(dst) values.
func DecodeFloat32(dst []float32, dtype DType, src []byte) error {
	if !dtype.IsFloat() {
		return unsupported("values of " + dtype.String() + " as float32")
	}
	if want := len(dst) * dtype.Bits() / 8; len(src) != want {
		return malformed(decimal(int64(len(src))) + " bytes for " + decimal(int64(len(dst))) + " values of " + dtype.String())
	}
	switch dtype {
	case F32:
		half.DecodeF32(dst, src)
	case F16:
		half.DecodeF16(dst, src)
	case BF16:
		half.DecodeBF16(dst, src)
	case F8_E4M3:
		half.DecodeF8E4M3(dst, src)
	case F8_E5M2:
		half.DecodeF8E5M2(dst, src)
	case F64:
		for i := range dst {
			dst[i] = float32(math.Float64frombits(binary.LittleEndian.Uint64(src[8*i:])))
		}
	}
	return nil
}

// IsFloat reports whether [DecodeFloat32] takes values of this type.
func (d DType) IsFloat() bool {
	switch d {
	case F64, F32, F16, BF16, F8_E4M3, F8_E5M2:
		return true
	}
	return false
}
