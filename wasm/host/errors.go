package host

import (
	"errors"

	"github.com/nibble-go/nibble/wasm"
)

// What a call can be answered with; an [Error] is one of them.
var (
	ErrFormat      = errors.New("malformed input")
	ErrUnsupported = errors.New("unsupported input")
	ErrUsage       = errors.New("wrong request")
	ErrLimit       = errors.New("limit exceeded")
	ErrInput       = errors.New("input cannot be read")
	ErrInternal    = errors.New("fault of the module")
	ErrElsewhere   = errors.New("not in the small module")
)

var (
	// ErrMemory reports that the guest needed more memory than it may have.
	ErrMemory = errors.New("more memory needed than the limit allows")

	// ErrTrap reports that the guest did not survive a call.
	ErrTrap = errors.New("the module failed")

	// ErrDead reports a call of a guest that did not survive an earlier one, or
	// that was closed.
	ErrDead = errors.New("the module's instance is gone")
)

// An Error is a call's answer that it did not end well. It wraps the sentinel of
// its status.
type Error struct {
	Status  wasm.Status
	Message string // as the command line prints it
}

func (e *Error) Error() string { return e.Message }

func (e *Error) Unwrap() error {
	switch e.Status {
	case wasm.StatusFormat:
		return ErrFormat
	case wasm.StatusUnsupported:
		return ErrUnsupported
	case wasm.StatusUsage:
		return ErrUsage
	case wasm.StatusLimit:
		return ErrLimit
	case wasm.StatusInput:
		return ErrInput
	case wasm.StatusElsewhere:
		return ErrElsewhere
	}
	return ErrInternal
}
