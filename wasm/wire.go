package wasm

import (
	"bytes"
	"math"
	"strconv"
	"unicode/utf8"

	"github.com/nibble-go/nibble/internal/jsonread"
)

// Outgoing is a request or a reply on its way out: part 0 of a message.
type Outgoing interface {
	// AppendJSON appends the value as a JSON object.
	AppendJSON(dst []byte) []byte
}

// Incoming is a request or a reply on its way in. In the small guest only
// requests are, and only replies are Outgoing: the other half of the methods is
// not linked.
type Incoming interface {
	readJSON(d *decoder) error
}

// ParseJSON sets w to the JSON object in data. A key that w does not have is an
// error, and so is one that is there twice; keys may be missing.
func ParseJSON(data []byte, w Incoming) error {
	d := &decoder{jsonread.NewDecoder(bytes.NewReader(data), jsonread.Options{}), data}
	if err := w.readJSON(d); err != nil {
		return err
	}
	return d.End()
}

// decoder is a jsonread.Decoder that knows the document.
type decoder struct {
	*jsonread.Decoder
	document []byte
}

// readRaw returns a value as the document has it.
func (d *decoder) readRaw() (Raw, error) {
	start := d.Offset()
	err := d.Skip()
	return bytes.TrimLeft(d.document[start:d.Offset()], ": \t\r\n"), err
}

type unknownKey string

func (k unknownKey) Error() string { return "unknown key " + strconv.Quote(string(k)) }

// appendKey appends a key, behind a comma if it is not an object's first. It is
// not inlined, for the size of the module: there are hundreds of keys.
//
//go:noinline
func appendKey(dst []byte, key string) []byte {
	if dst[len(dst)-1] != '{' {
		dst = append(dst, ',')
	}
	return append(dst, key...)
}

// appendFloat appends a number, or null for what JSON cannot hold.
func appendFloat(dst []byte, f float64) []byte {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return append(dst, "null"...)
	}
	return strconv.AppendFloat(dst, f, 'g', -1, 64)
}

// appendString appends a string. Each byte that is not UTF-8 becomes U+FFFD.
func appendString(dst []byte, s string) []byte {
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case c < ' ':
			dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		case c < utf8.RuneSelf:
			dst = append(dst, c)
		default:
			r, size := utf8.DecodeRuneInString(s[i:])
			dst = utf8.AppendRune(dst, r)
			i += size
			continue
		}
		i++
	}
	return append(dst, '"')
}

func appendList[T any](dst []byte, list []T, element func([]byte, T) []byte) []byte {
	dst = append(dst, '[')
	for i, e := range list {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = element(dst, e)
	}
	return append(dst, ']')
}

func appendRaw(dst []byte, raw Raw) []byte {
	if len(raw) == 0 {
		return append(dst, "null"...)
	}
	return append(dst, raw...)
}

// readFloat reads what appendFloat appends.
func readFloat(d *decoder) (float64, error) {
	if null, err := d.ReadNull(); null || err != nil {
		return math.NaN(), err
	}
	return d.ReadFloat()
}

func readInt[T int | uint32](d *decoder) (T, error) {
	v, err := d.ReadInt()
	if err == nil && int64(T(v)) != v {
		err = jsonread.ErrRange
	}
	return T(v), err
}
