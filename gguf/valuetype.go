package gguf

import "strconv"

// ValueType is the type of a metadata value. Its value is the number that
// stands in the file.
type ValueType uint32

// The types of metadata values, in the order of the format's numbers.
const (
	TypeUint8 ValueType = iota
	TypeInt8
	TypeUint16
	TypeInt16
	TypeUint32
	TypeInt32
	TypeFloat32
	TypeBool // one byte, 0 or 1
	TypeString
	TypeArray // of values of one type, no array among them
	TypeUint64
	TypeInt64
	TypeFloat64
)

// valueTypes is indexed by ValueType; size is the number of bytes of a value,
// 0 where it varies.
var valueTypes = [...]struct {
	name string
	size int64
}{
	TypeUint8:   {"u8", 1},
	TypeInt8:    {"i8", 1},
	TypeUint16:  {"u16", 2},
	TypeInt16:   {"i16", 2},
	TypeUint32:  {"u32", 4},
	TypeInt32:   {"i32", 4},
	TypeFloat32: {"f32", 4},
	TypeBool:    {"bool", 1},
	TypeString:  {"str", 0},
	TypeArray:   {"arr", 0},
	TypeUint64:  {"u64", 8},
	TypeInt64:   {"i64", 8},
	TypeFloat64: {"f64", 8},
}

// Valid reports whether the format knows t.
func (t ValueType) Valid() bool { return uint64(t) < uint64(len(valueTypes)) }

// String returns ggml's name of the type, such as "u32" or "str".
func (t ValueType) String() string {
	if t.Valid() {
		return valueTypes[t].name
	}
	return "type(" + strconv.FormatUint(uint64(t), 10) + ")"
}

// size returns the bytes that a value takes, 0 for strings and arrays.
func (t ValueType) size() int64 {
	if t.Valid() {
		return valueTypes[t].size
	}
	return 0
}

func (t ValueType) signed() bool {
	return t == TypeInt8 || t == TypeInt16 || t == TypeInt32 || t == TypeInt64
}

func (t ValueType) unsigned() bool {
	return t == TypeUint8 || t == TypeUint16 || t == TypeUint32 || t == TypeUint64
}
