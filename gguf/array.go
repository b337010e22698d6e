package gguf

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"strings"

	"github.com/nibble-go/nibble/internal/binio"
	"github.com/nibble-go/nibble/internal/fault"
)

// An array is a run of elements in the form that they have in a file, either
// in memory or still in the file: fixed-size numbers one after the other, or
// strings, each behind its length of 8 bytes. One form for both means that
// writing is copying.
type array struct {
	elem  ValueType
	n     int
	size  int64            // bytes of all elements
	src   io.ReaderAt      // where the elements are
	off   int64            // where they start in src
	order binary.ByteOrder // of the numbers and lengths in src
	limit arrayLimit       // what may be brought into memory
}

// An arrayLimit bounds what an array may take in memory. Zeros are no bound.
type arrayLimit struct {
	elements int
	bytes    int64
}

func newArray(elem ValueType, n int, encoded []byte) Value {
	return Value{typ: TypeArray, array: &array{
		elem: elem, n: n, size: int64(len(encoded)),
		src: bytes.NewReader(encoded), order: binary.LittleEndian,
	}}
}

// numbers makes an array of numbers that put appends.
func numbers[T any](elem ValueType, v []T, put func([]byte, T) []byte) Value {
	encoded := make([]byte, 0, int64(len(v))*elem.size())
	for _, x := range v {
		encoded = put(encoded, x)
	}
	return newArray(elem, len(v), encoded)
}

var le = binary.LittleEndian

// Strings returns an array of strings.
func Strings(v []string) Value {
	size := 0
	for _, s := range v {
		size += 8 + len(s)
	}
	encoded := make([]byte, 0, size)
	for _, s := range v {
		encoded = le.AppendUint64(encoded, uint64(len(s)))
		encoded = append(encoded, s...)
	}
	return newArray(TypeString, len(v), encoded)
}

// Bools returns an array of bools.
func Bools(v []bool) Value {
	return numbers(TypeBool, v, func(b []byte, x bool) []byte { return Bool(x).appendScalar(b, le) })
}

// Uint8s returns an array of uint8.
func Uint8s(v []uint8) Value { return newArray(TypeUint8, len(v), bytes.Clone(v)) }

// Int8s returns an array of int8.
func Int8s(v []int8) Value {
	return numbers(TypeInt8, v, func(b []byte, x int8) []byte { return append(b, byte(x)) })
}

// Uint16s returns an array of uint16.
func Uint16s(v []uint16) Value { return numbers(TypeUint16, v, le.AppendUint16) }

// Int16s returns an array of int16.
func Int16s(v []int16) Value {
	return numbers(TypeInt16, v, func(b []byte, x int16) []byte { return le.AppendUint16(b, uint16(x)) })
}

// Uint32s returns an array of uint32.
func Uint32s(v []uint32) Value { return numbers(TypeUint32, v, le.AppendUint32) }

// Int32s returns an array of int32.
func Int32s(v []int32) Value {
	return numbers(TypeInt32, v, func(b []byte, x int32) []byte { return le.AppendUint32(b, uint32(x)) })
}

// Uint64s returns an array of uint64.
func Uint64s(v []uint64) Value { return numbers(TypeUint64, v, le.AppendUint64) }

// Int64s returns an array of int64.
func Int64s(v []int64) Value {
	return numbers(TypeInt64, v, func(b []byte, x int64) []byte { return le.AppendUint64(b, uint64(x)) })
}

// Float32s returns an array of float32.
func Float32s(v []float32) Value {
	return numbers(TypeFloat32, v, func(b []byte, x float32) []byte { return le.AppendUint32(b, math.Float32bits(x)) })
}

// Float64s returns an array of float64.
func Float64s(v []float64) Value {
	return numbers(TypeFloat64, v, func(b []byte, x float64) []byte { return le.AppendUint64(b, math.Float64bits(x)) })
}

// Strings returns the elements of an array of strings. It fails with ErrType
// for any other value, with ErrUnsupported for an array above the reader's
// limit, and with the file's error where the file can no longer be read.
func (v Value) Strings() ([]string, error) {
	if v.typ != TypeArray || v.array.elem != TypeString {
		return nil, v.typeError("an array of strings")
	}
	a := v.array
	if err := a.checkLimit(); err != nil {
		return nil, err
	}
	// All strings are cut from one, so that a vocabulary costs two
	// allocations and not one for each token.
	var all strings.Builder
	all.Grow(int(a.size - 8*int64(a.n)))
	ends := make([]int, 0, a.n)
	r := a.reader()
	for range a.n {
		n, err := r.Uint64()
		if err != nil {
			return nil, a.readError(err)
		}
		// The lengths were checked when the file was read; it may have
		// changed since.
		if n > uint64(r.Remaining()) {
			return nil, a.readError(binio.ErrShort)
		}
		for left := int64(n); left > 0; {
			b, err := r.Window(left)
			if err != nil {
				return nil, a.readError(err)
			}
			all.Write(b)
			left -= int64(len(b))
		}
		ends = append(ends, all.Len())
	}
	text, start := all.String(), 0
	out := make([]string, a.n)
	for i, end := range ends {
		out[i], start = text[start:end], end
	}
	return out, nil
}

// Ints returns the elements of an array of integers. It fails as
// [Value.Strings] does, and with ErrType for a uint64 that int64 cannot hold.
func (v Value) Ints() ([]int64, error) {
	if v.typ != TypeArray || !v.array.elem.signed() && !v.array.elem.unsigned() {
		return nil, v.typeError("an array of integers")
	}
	out, err := elements(v.array, Value.Int)
	if errors.Is(err, errElement) {
		err = v.typeError("an array of integers below 2^63")
	}
	return out, err
}

// Floats returns the elements of an array of floating-point numbers. It fails
// as [Value.Strings] does.
func (v Value) Floats() ([]float64, error) {
	if v.typ != TypeArray || v.array.elem != TypeFloat32 && v.array.elem != TypeFloat64 {
		return nil, v.typeError("an array of floats")
	}
	return elements(v.array, Value.Float)
}

// Bools returns the elements of an array of bools. It fails as
// [Value.Strings] does.
func (v Value) Bools() ([]bool, error) {
	if v.typ != TypeArray || v.array.elem != TypeBool {
		return nil, v.typeError("an array of bools")
	}
	return elements(v.array, Value.Bool)
}

// errElement is the answer of elements to an element that get refuses.
var errElement = errors.New("element out of range")

// elements reads all elements of an array of numbers or bools.
func elements[T any](a *array, get func(Value) (T, bool)) ([]T, error) {
	if err := a.checkLimit(); err != nil {
		return nil, err
	}
	out := make([]T, a.n)
	r := a.reader()
	for i := range out {
		v, err := readScalar(r, a.elem)
		if err != nil {
			return nil, a.readError(err)
		}
		x, ok := get(v)
		if !ok {
			return nil, errElement
		}
		out[i] = x
	}
	return out, nil
}

// readScalar reads a number or bool, whose type the caller has checked.
func readScalar(r *binio.Reader, t ValueType) (Value, error) {
	var bits uint64
	var err error
	switch t.size() {
	case 1:
		var b uint8
		b, err = r.Uint8()
		bits = uint64(b)
	case 2:
		var b uint16
		b, err = r.Uint16()
		bits = uint64(b)
	case 4:
		var b uint32
		b, err = r.Uint32()
		bits = uint64(b)
	default:
		bits, err = r.Uint64()
	}
	return scalarFromBits(t, bits), err
}

func (a *array) reader() *binio.Reader {
	return binio.NewReader(a.src, a.order, a.off, a.off+a.size)
}

func (a *array) checkLimit() error {
	switch {
	case a.limit.elements > 0 && a.n > a.limit.elements:
		return unsupported("array of " + decimal(a.n) + " elements is above the limit of " + decimal(a.limit.elements))
	case a.limit.bytes > 0 && a.size > a.limit.bytes:
		return unsupported("array of " + decimal(a.size) + " bytes is above the limit of " + decimal(a.limit.bytes))
	}
	return nil
}

func (a *array) readError(err error) error {
	return fault.At("array at byte "+decimal(a.off), err)
}

func (v Value) typeError(want string) error {
	is := v.typ.String()
	if v.typ == TypeArray {
		is = "an array of " + v.array.elem.String()
	}
	return &fault.Reason{Text: "value is " + is + ", not " + want, Sentinel: ErrType}
}

// writeTo writes the elements in the byte order of w.
func (a *array) writeTo(w *headerWriter) error {
	r := a.reader()
	if a.order.String() == w.order.String() {
		for r.Remaining() > 0 {
			b, err := r.Window(r.Remaining())
			if err != nil {
				return a.readError(err)
			}
			w.bytes(b)
		}
		return nil
	}
	for range a.n {
		if a.elem != TypeString {
			v, err := readScalar(r, a.elem)
			if err != nil {
				return a.readError(err)
			}
			w.scalar(v)
			continue
		}
		n, err := r.Uint64()
		if err != nil {
			return a.readError(err)
		}
		w.uint64(n)
		for left := int64(n); left > 0; {
			b, err := r.Window(left)
			if err != nil {
				return a.readError(err)
			}
			w.bytes(b)
			left -= int64(len(b))
		}
	}
	return nil
}

// Head returns the array of the first n elements of v, and v itself where it
// has no more or is no array. It reads the lengths of strings from the file,
// and fails where the file can no longer be read.
func (v Value) Head(n int) (Value, error) {
	if v.typ != TypeArray || n >= v.array.n {
		return v, nil
	}
	head := *v.array
	head.n = max(n, 0)
	head.size = int64(head.n) * head.elem.size()
	if head.elem == TypeString {
		r := v.array.reader()
		passed, err := r.SkipStrings(head.n, math.MaxInt64)
		if err == nil && passed < head.n {
			err = binio.ErrShort // the file has changed since it was checked
		}
		if err != nil {
			return Value{}, v.array.readError(err)
		}
		head.size = r.Pos() - v.array.off
	}
	return Value{typ: TypeArray, array: &head}, nil
}
