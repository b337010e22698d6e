package vocab

import (
	"errors"
	"strconv"

	"github.com/nibble-go/nibble/internal/fault"
	"github.com/nibble-go/nibble/internal/jsonread"
)

var (
	// ErrFormat reports a file that breaks its format or contradicts itself,
	// such as a merge of tokens that the vocabulary does not have.
	ErrFormat = errors.New("malformed vocabulary")

	// ErrUnsupported reports a file that may be well formed but that this
	// package does not read: an unknown kind of model, or a size above a limit.
	ErrUnsupported = errors.New("unsupported vocabulary")
)

// A FormatError says where a file is at fault.
type FormatError struct {
	Offset       int64  // of the offending value, in bytes from the start of the file
	Line, Column int    // of the same, from 1; 0 in a binary file
	Path         string // of the same, such as model.merges[1203] or pieces[7].score
	Err          error  // the reason; it wraps ErrFormat or ErrUnsupported
}

func (e *FormatError) Error() string {
	s := "byte " + strconv.FormatInt(e.Offset, 10)
	if e.Line > 0 {
		s = "line " + strconv.Itoa(e.Line) + ", column " + strconv.Itoa(e.Column)
	}
	if e.Path != "" {
		s += ": " + e.Path
	}
	return s + ": " + e.Err.Error()
}

func (e *FormatError) Unwrap() error { return e.Err }

func malformed(text string) error { return &fault.Reason{Text: text, Sentinel: ErrFormat} }

func unsupported(text string) error { return &fault.Reason{Text: text, Sentinel: ErrUnsupported} }

// formatError turns a fault of a JSON document into a FormatError. Other
// errors, from reading, stay as they are.
func formatError(err error) error {
	at, ok := errors.AsType[*jsonread.Error](err)
	if !ok {
		return err
	}
	cause := at.Err
	if _, ours := cause.(*fault.Reason); !ours { //nolint:errorlint // only what was not wrapped yet
		sentinel := ErrFormat
		if errors.Is(cause, jsonread.ErrSize) {
			sentinel = ErrUnsupported
		}
		cause = fault.Of(sentinel, cause)
	}
	return &FormatError{Offset: at.Offset, Line: at.Line, Column: at.Column, Path: at.Path, Err: cause}
}

func decimal(n int64) string { return strconv.FormatInt(n, 10) }
