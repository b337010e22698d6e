package imatrix

import (
	"errors"
	"fmt"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/internal/fault"
)

var (
	// ErrFormat reports a file that breaks the format: it is no importance
	// matrix, was truncated or damaged, or holds numbers that no model gives.
	ErrFormat = errors.New("malformed importance matrix")

	// ErrUnsupported reports a file that may be well formed but that this
	// package does not read.
	ErrUnsupported = errors.New("unsupported importance matrix")
)

// A FormatError says where a file breaks the format, or where it asks for what
// is not supported.
type FormatError struct {
	// Offset is where the offending field starts, in bytes from the start of
	// the file.
	Offset int64

	// Path names the field, such as `entry "blk.0.attn_q.weight" value 3`.
	Path string

	// Err is the reason. It wraps ErrFormat or ErrUnsupported.
	Err error
}

func (e *FormatError) Error() string {
	return fmt.Sprintf("byte %d: %s: %v", e.Offset, e.Path, e.Err)
}

func (e *FormatError) Unwrap() error { return e.Err }

// malformed returns a FormatError for what stands at the given place.
func malformed(at int64, path, format string, args ...any) error {
	return &FormatError{at, path, fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), ErrFormat)}
}

// foreign returns a FormatError for a file that is something else, in words that
// say so without those of ErrFormat.
func foreign(path, format string, args ...any) error {
	return &FormatError{0, path, fault.Also(fmt.Errorf(format, args...), ErrFormat)}
}

func unsupported(at int64, path, format string, args ...any) error {
	return &FormatError{at, path, fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), ErrUnsupported)}
}

// containerError gives an error of package gguf its counterpart of this package.
// The path counts where it has no place of its own.
func containerError(path string, err error) error {
	at, reason := int64(0), err
	if located, ok := errors.AsType[*gguf.FormatError](err); ok {
		at, path, reason = located.Offset, located.Path, located.Err
	}
	switch {
	case errors.Is(err, gguf.ErrUnsupported):
		return &FormatError{at, path, fault.Also(reason, ErrUnsupported)}
	case errors.Is(err, gguf.ErrFormat), errors.Is(err, gguf.ErrType):
		return &FormatError{at, path, fault.Also(reason, ErrFormat)}
	}
	return fmt.Errorf("%s: %w", path, err)
}

// entryPath names an entry in errors.
func entryPath(name string) string { return "entry " + fault.Quote(name) }
