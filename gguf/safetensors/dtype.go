package safetensors

import (
	"math"
	"slices"
)

// A DType is the type of a tensor's values.
type DType uint8

// The types of the format, by increasing alignment: in this order, backwards,
// a writer lays tensors out.
const (
	Invalid DType = iota

	BOOL        // one byte, 0 or 1
	F4          // E2M1; two values a byte
	F6_E2M3     // four values in three bytes
	F6_E3M2     // likewise
	U8          // U: unsigned integers
	I8          // I: signed integers
	F8_E5M2     // as IEEE 754 would have it
	F8_E4M3     // without infinities
	F8_E8M0     // powers of two, the scales of MX formats
	F8_E4M3FNUZ // without infinities and negative zero
	F8_E5M2FNUZ // likewise
	I16
	U16
	F16
	BF16
	I32
	U32
	F32
	C64 // complex: two F32
	F64
	I64
	U64
)

// dtypes are the names and widths, by DType.
var dtypes = [...]struct {
	name string
	bits int
}{
	Invalid:     {"invalid", 0},
	BOOL:        {"BOOL", 8},
	F4:          {"F4", 4},
	F6_E2M3:     {"F6_E2M3", 6},
	F6_E3M2:     {"F6_E3M2", 6},
	U8:          {"U8", 8},
	I8:          {"I8", 8},
	F8_E5M2:     {"F8_E5M2", 8},
	F8_E4M3:     {"F8_E4M3", 8},
	F8_E8M0:     {"F8_E8M0", 8},
	F8_E4M3FNUZ: {"F8_E4M3FNUZ", 8},
	F8_E5M2FNUZ: {"F8_E5M2FNUZ", 8},
	I16:         {"I16", 16},
	U16:         {"U16", 16},
	F16:         {"F16", 16},
	BF16:        {"BF16", 16},
	I32:         {"I32", 32},
	U32:         {"U32", 32},
	F32:         {"F32", 32},
	C64:         {"C64", 64},
	F64:         {"F64", 64},
	I64:         {"I64", 64},
	U64:         {"U64", 64},
}

// ParseDType returns the DType of a name, as it stands in a file.
func ParseDType(name string) (DType, bool) {
	for d := BOOL; int(d) < len(dtypes); d++ {
		if dtypes[d].name == name {
			return d, true
		}
	}
	return Invalid, false
}

// String returns the name that stands in files.
func (d DType) String() string {
	if int(d) >= len(dtypes) {
		d = Invalid
	}
	return dtypes[d].name
}

// Bits returns the width of a value. It is below 8 for F4 and the F6 types,
// whose values are packed without gaps.
func (d DType) Bits() int {
	if int(d) >= len(dtypes) {
		d = Invalid
	}
	return dtypes[d].bits
}

// maxDims is the largest number of dimensions that a tensor may have here; it
// is that of numpy and torch.
const maxDims = 64

// byteSize returns the bytes that a tensor takes, or what is wrong with it.
// The product of any of the dimensions of a good shape fits an int64, even
// where one of them is zero.
func byteSize(d DType, shape []int64) (size int64, wrong string) {
	values := int64(1)
	for _, n := range shape {
		if n < 0 {
			return 0, "negative dimension " + decimal(n)
		}
		if n > 0 && values > math.MaxInt64/int64(d.Bits())/n {
			return 0, "more values than 2^63 bits hold"
		}
		values *= max(n, 1)
	}
	if slices.Contains(shape, 0) {
		return 0, ""
	}
	bits := values * int64(d.Bits())
	if bits%8 != 0 {
		return 0, decimal(values) + " values of " + d.String() + " do not fill whole bytes"
	}
	return bits / 8, ""
}
