package quantize

import (
	"encoding/binary"
	"math"
	"strconv"
)

// An InvalidError says where encoded data holds NaN or an infinity that its
// format does not allow. It wraps ErrInvalid.
type InvalidError struct {
	Type  Type
	Block int    // index of the block; of types without blocks, of the value
	Byte  int    // offset of the field in the data
	Field string // such as "scale"; empty for types without blocks
	Value string // what it holds: "NaN" or "an infinity"
}

func (e *InvalidError) Error() string {
	place := "block "
	if e.Type.BlockSize() == 1 {
		place = "value "
	}
	place += strconv.Itoa(e.Block) + " (byte " + strconv.Itoa(e.Byte) + ")"
	if e.Field != "" {
		place += ": " + e.Field
	}
	return e.Type.String() + ": " + place + " is " + e.Value + ": " + ErrInvalid.Error()
}

func (e *InvalidError) Unwrap() error { return ErrInvalid }

// Validate checks that no value in data, whole blocks of t, decodes to NaN or an
// infinity, by the rules of llama.cpp, which look at the scales alone: any
// pattern of quants is valid. Of MXFP4 they refuse no scale but 255, although the
// next two below can overflow too.
//
// The error is an [*InvalidError]. It wraps ErrShape where data is not whole
// blocks, and ErrUnsupported where t is not a type that files hold.
func Validate(t Type, data []byte) error {
	g := t.geometry()
	switch {
	case g.blockSize == 0:
		return &TypeError{Type: t, Err: ErrUnsupported}
	case t == Q8_1:
		return &TypeError{Type: t, Detail: activations, Err: ErrUnsupported}
	case len(data)%g.blockBytes != 0:
		return shapeError(t, strconv.Itoa(len(data))+" bytes are not a whole number of blocks of "+strconv.Itoa(g.blockBytes))
	}
	switch t {
	case F32:
		if allFiniteBytes(data, formatF32) {
			return nil
		}
		return checkF32(t, data, g.blockBytes, "")
	case Q8_K:
		return checkF32(t, data, g.blockBytes, "scale")
	case F64:
		return checkF64(data)
	case BF16:
		return checkBF16(data)
	case MXFP4:
		return checkMXFP4(data, g.blockBytes)
	case IQ1_M:
		return checkIQ1M(data)
	}
	if t == F16 && allFiniteBytes(data, formatF16) {
		return nil
	}
	for _, f := range f16Fields[t] {
		if err := checkF16(t, data, g.blockBytes, f); err != nil {
			return err
		}
	}
	return nil
}

// An f16Field is a field of a block that must be finite.
type f16Field struct {
	name   string
	offset int
}

var (
	scaleField     = []f16Field{{"scale", 0}}
	scaleMinFields = []f16Field{{"scale", 0}, {"min", 2}}
	twoScaleFields = []f16Field{{"scale of the scales", 0}, {"scale of the mins", 2}}
)

// f16Fields are the F16 fields of the blocks of each type.
var f16Fields = map[Type][]f16Field{
	F16: {{"", 0}},

	Q4_0: scaleField, Q5_0: scaleField, Q8_0: scaleField, Q1_0: scaleField, Q2_0: scaleField,
	Q4_1: scaleMinFields, Q5_1: scaleMinFields,

	Q2_K: {{"scale of the scales", 80}, {"scale of the mins", 82}},
	Q3_K: {{"scale of the scales", 108}},
	Q4_K: twoScaleFields, Q5_K: twoScaleFields,
	Q6_K: {{"scale of the scales", 208}},

	IQ1_S: scaleField, IQ2_XXS: scaleField, IQ2_XS: scaleField, IQ2_S: scaleField,
	IQ3_XXS: scaleField, IQ3_S: scaleField, IQ4_NL: scaleField, IQ4_XS: scaleField,

	TQ1_0: {{"scale", 52}},
	TQ2_0: {{"scale", 64}},
}

func checkF16(t Type, data []byte, stride int, f f16Field) error {
	for at := f.offset; at < len(data); at += stride {
		if h := binary.LittleEndian.Uint16(data[at:]); h&0x7C00 == 0x7C00 {
			return invalid(t, at, f.name, h&0x3FF != 0)
		}
	}
	return nil
}

func checkBF16(data []byte) error {
	if allFiniteBytes(data, formatBF16) {
		return nil
	}
	for at := 0; at < len(data); at += 2 {
		if b := binary.LittleEndian.Uint16(data[at:]); b&0x7F80 == 0x7F80 {
			return invalid(BF16, at, "", b&0x7F != 0)
		}
	}
	return nil
}

// checkF32 checks the float32 that each block starts with.
func checkF32(t Type, data []byte, stride int, field string) error {
	for at := 0; at < len(data); at += stride {
		if u := binary.LittleEndian.Uint32(data[at:]); u&0x7F800000 == 0x7F800000 {
			return invalid(t, at, field, u&0x7FFFFF != 0)
		}
	}
	return nil
}

// checkF64 narrows to float32 first: what is too large for that counts as an
// infinity.
func checkF64(data []byte) error {
	for at := 0; at < len(data); at += 8 {
		if f := float32(math.Float64frombits(binary.LittleEndian.Uint64(data[at:]))); !finite(f) {
			return invalid(F64, at, "", f != f)
		}
	}
	return nil
}

func checkMXFP4(data []byte, stride int) error {
	for at := 0; at < len(data); at += stride {
		if data[at] == 255 {
			return invalid(MXFP4, at, "scale", true)
		}
	}
	return nil
}

func checkIQ1M(data []byte) error {
	for at := 0; at < len(data); at += 56 {
		if h := iq1mScale((*[56]byte)(data[at:])); h&0x7C00 == 0x7C00 {
			return invalid(IQ1_M, at+49, "scale", h&0x3FF != 0)
		}
	}
	return nil
}

func invalid(t Type, at int, field string, nan bool) error {
	value := "an infinity"
	if nan {
		value = "NaN"
	}
	return &InvalidError{Type: t, Block: at / t.BlockBytes(), Byte: at, Field: field, Value: value}
}
