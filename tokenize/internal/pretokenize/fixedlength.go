package pretokenize

import (
	"unicode/utf8"

	"github.com/nibble-go/nibble/tokenize/internal/text"
)

// fixedLength is the pre-tokenizer FixedLength: pieces of so many characters,
// and a last one with the rest.
type fixedLength struct{ chars int }

func (p fixedLength) Split(t text.Text, emit func(text.Text) error) error {
	s, cut := t.String(), newCutter(t)
	for start, end := 0, 0; start < len(s); start = end {
		for n := 0; n < p.chars && end < len(s); n++ {
			_, size := utf8.DecodeRuneInString(s[end:])
			end += size
		}
		if err := emit(cut.slice(start, end)); err != nil {
			return err
		}
	}
	return nil
}
