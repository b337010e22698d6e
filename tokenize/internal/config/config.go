// Package config reads how the stages of a tokenizer.json are set up: small
// objects with a type and members of a few kinds. Its errors say which member
// is at fault.
package config

import (
	"errors"
	"strconv"

	"github.com/nibble-go/nibble/internal/jsonread"
)

var (
	// ErrFormat reports a setting that is malformed: a member that is missing,
	// of the wrong type, or contradicts another.
	ErrFormat = errors.New("malformed setting")

	// ErrUnsupported reports a setting that may be well formed, but that nibble
	// does not know or that is beyond a limit.
	ErrUnsupported = errors.New("unsupported setting")

	// ErrReduced reports what a program leaves out that is built with the tag
	// nibbletext, and does not occur in others.
	ErrReduced = errors.New("not in this reduced build")
)

// MaxDepth bounds how deep stages of type Sequence may stand in each other.
const MaxDepth = 16

// An Error is a setting at fault.
type Error struct {
	Path string // such as pre_tokenizer.pretokenizers[1].pattern
	Err  error  // wraps ErrFormat or ErrUnsupported
}

func (e *Error) Error() string {
	if e.Path == "" {
		return e.Err.Error()
	}
	return e.Path + ": " + e.Err.Error()
}

func (e *Error) Unwrap() error { return e.Err }

// reason is a text that stands for one of the sentinels.
type reason struct {
	text     string
	sentinel error
	cause    error // in the text already; nil: none
}

func (r *reason) Error() string { return r.text }

func (r *reason) Unwrap() []error {
	if r.cause == nil {
		return []error{r.sentinel}
	}
	return []error{r.sentinel, r.cause}
}

// Malformed returns an error of that text that wraps ErrFormat.
func Malformed(text string) error { return &reason{text: text, sentinel: ErrFormat} }

// Unsupported returns an error of that text that wraps ErrUnsupported.
func Unsupported(text string) error { return &reason{text: text, sentinel: ErrUnsupported} }

// MalformedBy returns an error that wraps ErrFormat and cause, with the text of
// cause.
func MalformedBy(cause error) error {
	return &reason{text: cause.Error(), sentinel: ErrFormat, cause: cause}
}

// UnsupportedBy returns an error that wraps ErrUnsupported and cause, with the
// text of cause.
func UnsupportedBy(cause error) error {
	return &reason{text: cause.Error(), sentinel: ErrUnsupported, cause: cause}
}

// In prefixes the path of an *Error with a member's name or an index such as
// [1]; any other error becomes an *Error with that path.
func In(path string, err error) error {
	if err == nil {
		return nil
	}
	e, ok := err.(*Error) //nolint:errorlint // made here, and wrapped by nothing else
	switch {
	case !ok:
		return &Error{Path: path, Err: err}
	case e.Path == "":
		return &Error{Path: path, Err: e.Err}
	case e.Path[0] == '[':
		return &Error{Path: path + e.Path, Err: e.Err}
	}
	return &Error{Path: path + "." + e.Path, Err: e.Err}
}

// Index returns the path of an element.
func Index(i int) string { return "[" + strconv.Itoa(i) + "]" }

// Type returns the member "type" of o, which says what a stage is.
func Type(o *jsonread.Object) (string, error) { return String(o, "type") }

// String returns a string that must be there.
func String(o *jsonread.Object, key string) (string, error) {
	v, _ := o.Get(key)
	return want[string](key, v, "a string")
}

// Int returns an integer from 0 to 2^31-1 that must be there.
func Int(o *jsonread.Object, key string) (int, error) {
	v, _ := o.Get(key)
	n, err := want[jsonread.Number](key, v, "a number")
	if err != nil {
		return 0, err
	}
	i, err := n.Int()
	if err != nil || i < 0 || i > 1<<31-1 {
		return 0, In(key, Malformed(string(n)+" is not an integer from 0 to 2147483647"))
	}
	return int(i), nil
}

// Bool returns a boolean that must be there.
func Bool(o *jsonread.Object, key string) (bool, error) {
	v, _ := o.Get(key)
	return want[bool](key, v, "true or false")
}

// Array returns an array that must be there.
func Array(o *jsonread.Object, key string) (jsonread.Array, error) {
	v, _ := o.Get(key)
	return want[jsonread.Array](key, v, "an array")
}

// Object returns an object that must be there.
func Object(o *jsonread.Object, key string) (*jsonread.Object, error) {
	v, _ := o.Get(key)
	return want[*jsonread.Object](key, v, "an object")
}

// Or returns what read finds at key, or absent where there is nothing or null.
func Or[T any](o *jsonread.Object, key string, read func(*jsonread.Object, string) (T, error), absent T) (T, error) {
	if v, ok := o.Get(key); !ok || v == nil {
		return absent, nil
	}
	return read(o, key)
}

func want[T any](key string, v jsonread.Value, what string) (T, error) {
	t, ok := v.(T)
	switch {
	case ok:
		return t, nil
	case v == nil:
		return t, In(key, Malformed("missing"))
	}
	return t, In(key, Malformed("not "+what))
}
