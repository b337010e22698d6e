package gguf

import (
	"errors"
	"strconv"

	"github.com/nibble-go/nibble/internal/binio"
	"github.com/nibble-go/nibble/internal/fault"
)

var (
	// ErrFormat reports a file that breaks the format: it is no GGUF file, was
	// truncated, was damaged on its way, or was made to do harm. Another copy
	// of the file may be good.
	ErrFormat = errors.New("malformed GGUF file")

	// ErrUnsupported reports a file that may be well formed but that this
	// package does not read: another version, a tensor type of the future or
	// one that ggml has removed, or a size above a limit of [ReaderOptions].
	ErrUnsupported = errors.New("unsupported GGUF file")

	// ErrType reports a metadata value that was asked for as something that
	// it is not, such as the strings of an array of integers.
	ErrType = errors.New("value has another type")

	// ErrLayout reports tensors or metadata that no GGUF file may hold, such
	// as two tensors of one name. Nothing was written.
	ErrLayout = errors.New("cannot be laid out as a GGUF file")
)

// A FormatError says where a file breaks the format, or where it asks for
// what is not supported.
type FormatError struct {
	// Offset is where the offending field starts, in bytes from the start of
	// the file.
	Offset int64

	// Path names the field, such as `tensor "output.weight".dims` or
	// `metadata "general.alignment"`.
	Path string

	// Err is the reason. It wraps ErrFormat or ErrUnsupported.
	Err error
}

func (e *FormatError) Error() string {
	s := "byte " + strconv.FormatInt(e.Offset, 10)
	if e.Path != "" {
		s += ": " + e.Path
	}
	return s + ": " + e.Err.Error()
}

func (e *FormatError) Unwrap() error { return e.Err }

func malformed(text string) error { return &fault.Reason{Text: text, Sentinel: ErrFormat} }

// truncated is malformed for a file that ends before what it says it holds.
func truncated(text string) error {
	return &fault.Reason{Text: text, Sentinel: ErrFormat, Cause: binio.ErrShort}
}

func unsupported(text string) error { return &fault.Reason{Text: text, Sentinel: ErrUnsupported} }

func unfit(text string) error { return &fault.Reason{Text: text, Sentinel: ErrLayout} }

// decimal writes an integer in error messages.
func decimal[T ~int | ~int32 | ~int64 | ~uint8 | ~uint16 | ~uint32](n T) string {
	return strconv.FormatInt(int64(n), 10)
}

// reasonText returns the words of an error without its sentinel.
func reasonText(err error) string {
	if r, ok := errors.AsType[*fault.Reason](err); ok {
		return r.Text
	}
	return err.Error()
}

func metadataPath(key string) string { return "metadata " + fault.Quote(key) }

func tensorPath(name string) string { return "tensor " + fault.Quote(name) }

func unsignedDecimal(n uint64) string { return strconv.FormatUint(n, 10) }
