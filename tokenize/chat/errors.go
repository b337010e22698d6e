package chat

import (
	"errors"

	"github.com/nibble-go/nibble/tokenize/chat/internal/jinja"
)

// An Error is a fault of a template, or of what it makes of its input, with its
// place in the template.
type Error struct {
	Template     string // its name
	Line, Column int    // from 1; Column in characters
	Source       string // the line, cut to a length that a message can bear
	Caret        int    // characters of Source in front of the place
	Message      string
	Err          error // one of the errors below, or a context's
}

// Error returns the place and the message, the line, and a caret below the
// place.
func (e *Error) Error() string { return (*jinja.Error)(e).Error() }

func (e *Error) Unwrap() error { return e.Err }

// public returns an error of the interpreter as one of this package.
func public(err error) error {
	var e *jinja.Error
	if errors.As(err, &e) {
		return (*Error)(e)
	}
	return err
}

// What an [Error] wraps, besides the error of a context.
var (
	ErrSyntax      = jinja.ErrSyntax      // the template is malformed, or names filters or tests that there are not
	ErrUndefined   = jinja.ErrUndefined   // a variable or attribute that is not there is used
	ErrType        = jinja.ErrType        // a value is of the wrong type
	ErrValue       = jinja.ErrValue       // a value is out of range
	ErrRaised      = jinja.ErrRaised      // the template refuses the input by raise_exception
	ErrSecurity    = jinja.ErrSecurity    // the template uses what the sandbox keeps from it
	ErrLimit       = jinja.ErrLimit       // the template goes beyond [Limits], or the conversation beyond those of [ParseInput]
	ErrUnsupported = jinja.ErrUnsupported // what Jinja has and nibble does not; see RATIONALE.md
)

var (
	// ErrFormat reports a file or a conversation that breaks its format.
	ErrFormat = errors.New("malformed")

	// ErrNoTemplate reports a model without a chat template: a base model. Also
	// a name that no template has, and a set of templates of which none fits.
	ErrNoTemplate = errors.New("no chat template")
)
