package chat

import (
	"errors"

	"github.com/nibble-go/nibble/tokenize/chat/internal/jinja"
)

// An Error is a fault of a template, or of what it makes of its input, with its
// place in the template.
type Error = jinja.Error

// What an [Error] wraps, besides the error of a context.
var (
	ErrSyntax      = jinja.ErrSyntax      // the template is malformed, or names filters or tests that there are not
	ErrUndefined   = jinja.ErrUndefined   // a variable or attribute that is not there is used
	ErrType        = jinja.ErrType        // a value is of the wrong type
	ErrValue       = jinja.ErrValue       // a value is out of range
	ErrRaised      = jinja.ErrRaised      // the template refuses the input by raise_exception
	ErrSecurity    = jinja.ErrSecurity    // the template uses what the sandbox keeps from it
	ErrLimit       = jinja.ErrLimit       // the template goes beyond [Limits]
	ErrUnsupported = jinja.ErrUnsupported // what Jinja has and nibble does not; see RATIONALE.md
)

var (
	// ErrFormat reports a file or a conversation that breaks its format.
	ErrFormat = errors.New("malformed")

	// ErrNoTemplate reports a model without a chat template: a base model. Also
	// a name that no template has, and a set of templates of which none fits.
	ErrNoTemplate = errors.New("no chat template")
)
