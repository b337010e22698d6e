package gguf

import (
	"encoding/binary"
	"math"
	"strconv"
)

// A Value is one typed value of the metadata. It is immutable. The zero Value
// is the uint8 0.
//
// A long array that was read from a file stays in the file until it is asked
// for; the file must be open then.
type Value struct {
	typ   ValueType
	bits  uint64 // of a number or bool: sign-extended integers, IEEE bits of floats
	text  string // of a string
	array *array // of an array
}

// Uint8 returns a value of type [TypeUint8].
func Uint8(v uint8) Value { return Value{typ: TypeUint8, bits: uint64(v)} }

// Int8 returns a value of type [TypeInt8].
func Int8(v int8) Value { return Value{typ: TypeInt8, bits: uint64(v)} }

// Uint16 returns a value of type [TypeUint16].
func Uint16(v uint16) Value { return Value{typ: TypeUint16, bits: uint64(v)} }

// Int16 returns a value of type [TypeInt16].
func Int16(v int16) Value { return Value{typ: TypeInt16, bits: uint64(v)} }

// Uint32 returns a value of type [TypeUint32].
func Uint32(v uint32) Value { return Value{typ: TypeUint32, bits: uint64(v)} }

// Int32 returns a value of type [TypeInt32].
func Int32(v int32) Value { return Value{typ: TypeInt32, bits: uint64(v)} }

// Uint64 returns a value of type [TypeUint64].
func Uint64(v uint64) Value { return Value{typ: TypeUint64, bits: v} }

// Int64 returns a value of type [TypeInt64].
func Int64(v int64) Value { return Value{typ: TypeInt64, bits: uint64(v)} }

// Float32 returns a value of type [TypeFloat32].
func Float32(v float32) Value { return Value{typ: TypeFloat32, bits: uint64(math.Float32bits(v))} }

// Float64 returns a value of type [TypeFloat64].
func Float64(v float64) Value { return Value{typ: TypeFloat64, bits: math.Float64bits(v)} }

// Bool returns a value of type [TypeBool].
func Bool(v bool) Value {
	if v {
		return Value{typ: TypeBool, bits: 1}
	}
	return Value{typ: TypeBool}
}

// String returns a value of type [TypeString]. The format wants UTF-8 and
// readers cut at a NUL, but any bytes can be stored.
func String(v string) Value { return Value{typ: TypeString, text: v} }

// Type returns the type of the value.
func (v Value) Type() ValueType { return v.typ }

// ElemType returns the type of an array's elements, and the type of the value
// itself where it is no array.
func (v Value) ElemType() ValueType {
	if v.typ == TypeArray {
		return v.array.elem
	}
	return v.typ
}

// Len returns the number of elements of an array, and 1 for any other value.
func (v Value) Len() int {
	if v.typ == TypeArray {
		return v.array.n
	}
	return 1
}

// Uint returns an integer of any type that is not negative.
func (v Value) Uint() (uint64, bool) {
	switch {
	case v.typ.unsigned(), v.typ.signed() && int64(v.bits) >= 0:
		return v.bits, true
	}
	return 0, false
}

// Int returns an integer of any type that int64 can hold.
func (v Value) Int() (int64, bool) {
	switch {
	case v.typ.signed(), v.typ.unsigned() && v.bits <= math.MaxInt64:
		return int64(v.bits), true
	}
	return 0, false
}

// Float returns a floating-point number. Integers are none.
func (v Value) Float() (float64, bool) {
	switch v.typ {
	case TypeFloat32:
		return float64(math.Float32frombits(uint32(v.bits))), true
	case TypeFloat64:
		return math.Float64frombits(v.bits), true
	}
	return 0, false
}

// Bool returns a bool.
func (v Value) Bool() (value, ok bool) { return v.bits != 0, v.typ == TypeBool }

// Text returns a string.
func (v Value) Text() (string, bool) { return v.text, v.typ == TypeString }

// String returns the value for people to read: a string in quotes, an array
// as its element type and length. It never reads from the file.
func (v Value) String() string {
	switch v.typ {
	case TypeString:
		return strconv.Quote(v.text)
	case TypeArray:
		return v.array.elem.String() + "[" + strconv.Itoa(v.array.n) + "]"
	case TypeBool:
		return strconv.FormatBool(v.bits != 0)
	case TypeFloat32:
		return strconv.FormatFloat(float64(math.Float32frombits(uint32(v.bits))), 'g', -1, 32)
	case TypeFloat64:
		return strconv.FormatFloat(math.Float64frombits(v.bits), 'g', -1, 64)
	}
	if v.typ.signed() {
		return strconv.FormatInt(int64(v.bits), 10)
	}
	return strconv.FormatUint(v.bits, 10)
}

// encodedSize returns the bytes that the value takes in a file, without its
// type.
func (v Value) encodedSize() int64 {
	switch v.typ {
	case TypeString:
		return 8 + int64(len(v.text))
	case TypeArray:
		return 4 + 8 + v.array.size
	}
	return v.typ.size()
}

// appendScalar appends a number or bool as it stands in a file.
func (v Value) appendScalar(dst []byte, order binary.AppendByteOrder) []byte {
	switch v.typ.size() {
	case 1:
		return append(dst, byte(v.bits))
	case 2:
		return order.AppendUint16(dst, uint16(v.bits))
	case 4:
		return order.AppendUint32(dst, uint32(v.bits))
	}
	return order.AppendUint64(dst, v.bits)
}

// scalarFromBits makes a value of the low bytes of bits, as they stand in a
// file.
func scalarFromBits(t ValueType, bits uint64) Value {
	switch t {
	case TypeInt8:
		bits = uint64(int8(bits))
	case TypeInt16:
		bits = uint64(int16(bits))
	case TypeInt32:
		bits = uint64(int32(bits))
	}
	return Value{typ: t, bits: bits}
}
