package pretokenize

import "github.com/nibble-go/nibble/tokenize/internal/text"

// sequence is the pre-tokenizer Sequence: each step splits the pieces of the
// one before.
type sequence []PreTokenizer

func (q sequence) Split(t text.Text, emit func(text.Text) error) error {
	if len(q) == 0 {
		if t.Len() == 0 {
			return nil
		}
		return emit(t)
	}
	for i := len(q) - 1; i > 0; i-- {
		step, next := limited(q[i], t.Len()), emit
		emit = func(piece text.Text) error { return step.Split(piece, next) }
	}
	return q[0].Split(t, emit)
}
