package edit

import (
	"fmt"
	"strings"

	"github.com/nibble-go/nibble/gguf"
)

// A Type is the type of a value that a text can stand for.
type Type struct {
	Elem  gguf.ValueType // of the value or, of an array, of its elements
	Array bool
}

// String returns the name of the type: u32, or u32[] for an array.
func (t Type) String() string {
	if t.Array {
		return t.Elem.String() + arraySuffix
	}
	return t.Elem.String()
}

// arraySuffix makes the name of an array's type of that of its elements.
const arraySuffix = "[]"

// TypeOf returns the type of v.
func TypeOf(v gguf.Value) Type { return Type{v.ElemType(), v.Type() == gguf.TypeArray} }

// typeNames are the names of the types that are no arrays: those of the format
// and those of gguf-py.
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
// u32, i32, u64, i64, f32, f64, bool or str, or gguf-py's names of them; of an
// array with [] behind it.
func ParseType(name string) (Type, error) {
	elem, isArray := strings.CutSuffix(name, arraySuffix)
	t, ok := typeNames[strings.ToLower(elem)]
	if !ok {
		return Type{}, fmt.Errorf("there is no type %q", name)
	}
	return Type{t, isArray}, nil
}
