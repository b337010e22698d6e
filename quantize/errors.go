package quantize

import (
	"errors"
	"strconv"
)

var (
	// ErrShape reports lengths that do not fit each other: a row that is not a
	// whole number of blocks, or a destination of the wrong size.
	ErrShape = errors.New("shape does not fit")

	// ErrUnsupported reports a Type or FileType that is well formed but that
	// this package cannot encode or decode.
	ErrUnsupported = errors.New("unsupported")

	// ErrImportance reports importance weights that are missing where the
	// format needs them, of the wrong length, or not finite.
	ErrImportance = errors.New("importance weights")

	// ErrInvalid reports encoded bytes, or values to encode, that hold NaN or
	// an infinity where the format allows none.
	ErrInvalid = errors.New("invalid data")
)

// A nameError is the answer to a name that stands for nothing.
type nameError struct{ kind, name string }

func (e *nameError) Error() string { return "no " + e.kind + " is named " + strconv.Quote(e.name) }

func (e *nameError) Unwrap() error { return ErrUnsupported }
