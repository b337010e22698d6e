package normalize

import (
	"unicode/utf8"

	"github.com/nibble-go/nibble/tokenize/internal/text"
)

// Prepend puts a text in front of one that is not empty.
type Prepend string

// Normalize implements [Normalizer].
func (n Prepend) Normalize(t text.Text) (text.Text, error) {
	if t.Len() == 0 {
		return t, nil
	}
	// The text in front takes the place of the first character, which counts
	// as inserted behind it: both have its span. Where the text is empty, the
	// first character is inserted at the start.
	at := 0
	if n == "" {
		at = -1
	}
	_, size := utf8.DecodeRuneInString(t.String())
	b := text.NewBuilderSize(t, len(n)+t.Len())
	b.Put(string(n), at)
	b.Put(t.String()[:size], at)
	b.Keep(size, t.Len())
	return b.Text(), nil
}

// IsIdentity implements [Normalizer].
func (n Prepend) IsIdentity(s string) bool { return s == "" }
