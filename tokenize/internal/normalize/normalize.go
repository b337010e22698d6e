package normalize

import "github.com/nibble-go/nibble/tokenize/internal/text"

// A Normalizer changes what a text is made of. It is immutable and safe for
// concurrent use.
type Normalizer interface {
	Normalize(t text.Text) (text.Text, error)

	// IsIdentity reports whether Normalize would certainly leave s as it is.
	// It is much cheaper than Normalize, and may say no where it would.
	IsIdentity(s string) bool
}

// Sequence applies normalizers one after the other.
type Sequence []Normalizer

// Normalize implements [Normalizer].
func (q Sequence) Normalize(t text.Text) (text.Text, error) {
	for _, n := range q {
		var err error
		if t, err = n.Normalize(t); err != nil {
			return t, err
		}
	}
	return t, nil
}

// IsIdentity implements [Normalizer].
func (q Sequence) IsIdentity(s string) bool {
	for _, n := range q {
		if !n.IsIdentity(s) {
			return false
		}
	}
	return true
}
