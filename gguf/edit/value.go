package edit

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/internal/jsonread"
)

// ParseValue returns the value of type t that text stands for. Numbers are
// decimal and must fit the type; a bool is true or false; a string is the text
// itself, in UTF-8 and without NUL. An array is one in JSON, of numbers, bools
// or strings, with the words NaN, Infinity and -Infinity for floats.
func ParseValue(t Type, text string) (gguf.Value, error) {
	if t.Array {
		return parseArray(t.Elem, text)
	}
	return parseSingle(t.Elem, text)
}

func parseSingle(t gguf.ValueType, text string) (gguf.Value, error) {
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

// parseArray returns the array of elements of type elem that a JSON text has.
func parseArray(elem gguf.ValueType, text string) (gguf.Value, error) {
	var values []gguf.Value
	err := readArray(text, func(d *jsonread.Decoder) error {
		literal, err := readElement(d, elem)
		if err != nil {
			return err
		}
		v, err := parseSingle(elem, literal)
		values = append(values, v)
		return err
	})
	if err != nil {
		return gguf.Value{}, fmt.Errorf("no array of type %s: %w", Type{elem, true}, err)
	}
	return gguf.ArrayOf(elem, values)
}

// readArray reads a JSON text that is an array, and calls element for each
// element, which must read that.
func readArray(text string, element func(*jsonread.Decoder) error) error {
	d := jsonread.NewDecoder(strings.NewReader(text), jsonread.Options{NonFinite: true, MaxString: max(len(text), 1)})
	if err := d.ReadArray(func(int) error { return element(d) }); err != nil {
		return err
	}
	return d.End()
}

// readElement reads an element of the kind that elem has in JSON, and returns
// it as parseSingle takes it.
func readElement(d *jsonread.Decoder, elem gguf.ValueType) (string, error) {
	switch elem {
	case gguf.TypeString:
		return d.ReadString()
	case gguf.TypeBool:
		b, err := d.ReadBool()
		return strconv.FormatBool(b), err
	}
	n, err := d.ReadNumber()
	return string(n), err
}
