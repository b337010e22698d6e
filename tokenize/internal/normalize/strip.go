package normalize

import (
	"unicode/utf8"

	"github.com/nibble-go/nibble/tokenize/internal/text"
	"github.com/nibble-go/nibble/tokenize/internal/ucd"
)

// Strip removes white space around the text.
type Strip struct{ Left, Right bool }

// Normalize implements [Normalizer].
func (n Strip) Normalize(t text.Text) (text.Text, error) {
	i, j := n.rest(t.String())
	if i == 0 && j == t.Len() {
		return t, nil
	}
	return t.Trim(i, j), nil
}

// IsIdentity implements [Normalizer].
func (n Strip) IsIdentity(s string) bool {
	i, j := n.rest(s)
	return i == 0 && j == len(s)
}

// rest returns where what is left of s starts and ends.
func (n Strip) rest(s string) (i, j int) {
	j = len(s)
	for n.Left && i < j {
		r, size := utf8.DecodeRuneInString(s[i:])
		if !ucd.IsSpace(r) {
			break
		}
		i += size
	}
	for n.Right && i < j {
		r, size := utf8.DecodeLastRuneInString(s[i:j])
		if !ucd.IsSpace(r) {
			break
		}
		j -= size
	}
	return i, j
}
