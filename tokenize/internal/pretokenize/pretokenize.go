package pretokenize

import (
	"github.com/nibble-go/nibble/internal/jsonread"
	"github.com/nibble-go/nibble/tokenize/internal/text"
)

// A PreTokenizer cuts text into pieces. It is immutable and safe for
// concurrent use.
type PreTokenizer interface {
	// Split calls emit with the pieces of t, from front to back, none of them
	// empty. It stops at the first error that emit returns, and returns it.
	// Other errors wrap [ErrTimeout].
	Split(t text.Text, emit func(text.Text) error) error
}

// New returns the pre-tokenizer that the member "pre_tokenizer" of a
// tokenizer.json describes; nil for nil. Errors are *config.Error.
func New(o *jsonread.Object) (PreTokenizer, error) {
	if o == nil {
		return nil, nil
	}
	var q sequence
	err := walk(o, 0, func(s Step) error {
		p, err := s.build()
		q = q.append(p)
		return err
	})
	switch {
	case err != nil:
		return nil, err
	case len(q) == 1:
		return q[0], nil
	}
	return q, nil
}

// Describe returns the steps of a pre-tokenizer, Sequences taken apart, and
// false if its settings are at fault. It compiles no pattern.
func Describe(o *jsonread.Object) (steps []Step, ok bool) {
	if o == nil {
		return nil, true
	}
	err := walk(o, 0, func(s Step) error {
		steps = append(steps, s)
		return nil
	})
	if err != nil {
		return nil, false
	}
	return steps, true
}
