package tiktoken

import (
	"errors"
	"strconv"

	"github.com/nibble-go/nibble/internal/jsonread"
	"github.com/nibble-go/nibble/tokenize/internal/config"
)

// An Error says where a file is at fault.
type Error struct {
	Line, Column int    // from 1; Column is 0 in a rank file
	Path         string // of a value in JSON, such as vocab[1203].token_bytes
	Err          error  // wraps config.ErrFormat or config.ErrUnsupported
}

func (e *Error) Error() string {
	s := "line " + strconv.Itoa(e.Line)
	if e.Column > 0 {
		s += ", column " + strconv.Itoa(e.Column)
	}
	if e.Path != "" {
		s += ": " + e.Path
	}
	return s + ": " + e.Err.Error()
}

func (e *Error) Unwrap() error { return e.Err }

// jsonError turns a fault of a JSON document into an Error. Other errors, from
// reading, stay as they are.
func jsonError(err error) error {
	var fault *jsonread.Error
	if !errors.As(err, &fault) {
		return err
	}
	cause := fault.Err
	switch {
	case errors.Is(cause, config.ErrFormat), errors.Is(cause, config.ErrUnsupported):
	case errors.Is(cause, jsonread.ErrSize):
		cause = config.UnsupportedBy(cause)
	default:
		cause = config.MalformedBy(cause)
	}
	return &Error{Line: fault.Line, Column: fault.Column, Path: fault.Path, Err: cause}
}
