package edit

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/nibble-go/nibble/gguf"
)

// typeNames are the names of the types that a text can be a value of: those of
// the format and those of gguf-py.
var typeNames = map[string]gguf.ValueType{
	"u8": gguf.TypeUint8, "uint8": gguf.TypeUint8,
	"i8": gguf.TypeInt8, "int8": gguf.TypeInt8,
	"u16": gguf.TypeUint16, "uint16": gguf.TypeUint16,
	"i16": gguf.TypeInt16, "int16": gguf.TypeInt16,
	"u32": gguf.TypeUint32, "uint32": gguf.TypeUint32,
	"i32": gguf.TypeInt32, "int32": gguf.TypeInt32,
	"u64": gguf.TypeUint64, "uint64": gguf.TypeUint64,
	"i64": gguf.TypeInt64, "int64": gguf.TypeInt64,
	"f32": gguf.TypeFloat32, "float32": gguf.TypeFloat32,
	"f64": gguf.TypeFloat64, "float64": gguf.TypeFloat64,
	"bool": gguf.TypeBool,
	"str":  gguf.TypeString, "string": gguf.TypeString,
}

// ParseType returns the type of the given name, in any case: u8, i8, u16, i16,
// u32, i32, u64, i64, f32, f64, bool or str, or gguf-py's names of them. There
// is no text for an array.
func ParseType(name string) (gguf.ValueType, error) {
	t, ok := typeNames[strings.ToLower(name)]
	if !ok {
		return 0, fmt.Errorf("there is no type %q of a single value", name)
	}
	return t, nil
}

// ParseValue returns the value of type t that text stands for. Numbers are
// decimal and must fit the type; a bool is true or false; a string is the text
// itself, in UTF-8 and without NUL.
func ParseValue(t gguf.ValueType, text string) (gguf.Value, error) {
	signed := func(bits int) (int64, error) { return strconv.ParseInt(text, 10, bits) }
	unsigned := func(bits int) (uint64, error) { return strconv.ParseUint(text, 10, bits) }
	var v gguf.Value
	var err error
	var i int64
	var u uint64
	var f float64
	switch t {
	case gguf.TypeUint8:
		u, err = unsigned(8)
		v = gguf.Uint8(uint8(u))
	case gguf.TypeUint16:
		u, err = unsigned(16)
		v = gguf.Uint16(uint16(u))
	case gguf.TypeUint32:
		u, err = unsigned(32)
		v = gguf.Uint32(uint32(u))
	case gguf.TypeUint64:
		u, err = unsigned(64)
		v = gguf.Uint64(u)
	case gguf.TypeInt8:
		i, err = signed(8)
		v = gguf.Int8(int8(i))
	case gguf.TypeInt16:
		i, err = signed(16)
		v = gguf.Int16(int16(i))
	case gguf.TypeInt32:
		i, err = signed(32)
		v = gguf.Int32(int32(i))
	case gguf.TypeInt64:
		i, err = signed(64)
		v = gguf.Int64(i)
	case gguf.TypeFloat32:
		f, err = strconv.ParseFloat(text, 32)
		v = gguf.Float32(float32(f))
	case gguf.TypeFloat64:
		f, err = strconv.ParseFloat(text, 64)
		v = gguf.Float64(f)
	case gguf.TypeBool:
		if text != "true" && text != "false" {
			err = strconv.ErrSyntax
		}
		v = gguf.Bool(text == "true")
	case gguf.TypeString:
		if !utf8.ValidString(text) || strings.IndexByte(text, 0) >= 0 {
			err = strconv.ErrSyntax
		}
		v = gguf.String(text)
	default:
		err = strconv.ErrSyntax
	}
	if err != nil {
		return gguf.Value{}, fmt.Errorf("%q is no value of type %s", text, t)
	}
	return v, nil
}

// numericGeneral are the keys below general. that are no strings.
var numericGeneral = map[string]gguf.ValueType{
	alignmentKey:                   gguf.TypeUint32,
	"general.file_type":            gguf.TypeUint32,
	"general.quantization_version": gguf.TypeUint32,
}

// GuessType returns the type that text most likely has as the value of a key
// that a file does not have yet: a string below general., where all but a few
// are strings; else bool for true and false, u32 and i32 for whole numbers, f32
// for others, and a string for what is no number. It reports false for whole
// numbers of more than 32 bits, whose type the caller must know.
func GuessType(key, text string) (gguf.ValueType, bool) {
	if t, ok := numericGeneral[key]; ok {
		return t, true
	}
	if strings.HasPrefix(key, "general.") {
		return gguf.TypeString, true
	}
	if text == "true" || text == "false" {
		return gguf.TypeBool, true
	}
	switch n, err := strconv.ParseInt(text, 10, 64); {
	case err == nil && n >= 0 && n <= math.MaxUint32:
		return gguf.TypeUint32, true
	case err == nil && n < 0 && n >= math.MinInt32:
		return gguf.TypeInt32, true
	case err == nil, errors.Is(err, strconv.ErrRange):
		return 0, false
	}
	if f, err := strconv.ParseFloat(text, 32); err == nil && !math.IsInf(f, 0) && !math.IsNaN(f) {
		return gguf.TypeFloat32, true
	}
	return gguf.TypeString, true
}
