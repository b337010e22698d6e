package onig

import (
	"errors"
	"strconv"
)

var (
	// ErrSyntax: Oniguruma refuses the pattern too, for instance (a.
	ErrSyntax = errors.New("malformed pattern")
	// ErrUnsupported: Oniguruma knows this, but nibble does not, or the pattern
	// is larger than a pattern should be.
	ErrUnsupported = errors.New("unsupported pattern")
	// ErrTimeout: matching takes more time, or more memory for backtracking,
	// than a call may take, as (a+)+$ does on aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab.
	ErrTimeout = errors.New("pattern takes too long to match")
)

// An Error says where in a pattern a fault is. It wraps [ErrSyntax] or
// [ErrUnsupported].
type Error struct {
	Offset int // in bytes of the pattern
	Reason string
	Err    error
}

func (e *Error) Error() string {
	return e.Err.Error() + ", offset " + strconv.Itoa(e.Offset) + ": " + e.Reason
}

func (e *Error) Unwrap() error { return e.Err }
