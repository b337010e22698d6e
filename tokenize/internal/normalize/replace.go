package normalize

import (
	"strings"
	"unicode/utf8"

	"github.com/nibble-go/nibble/tokenize/internal/text"
)

// Replace replaces each occurrence of a pattern, from front to back, by a text.
// An empty pattern is found before each character and at the end of a text that
// is not empty.
func Replace(pattern, content string) Normalizer {
	if pattern == "" {
		return insert(content)
	}
	return replace{pattern, content}
}

type replace struct{ pattern, content string }

// Normalize implements [Normalizer].
func (n replace) Normalize(t text.Text) (text.Text, error) {
	s := t.String()
	matches := strings.Count(s, n.pattern)
	if matches == 0 {
		return t, nil
	}
	b := text.NewBuilderSize(t, len(s)+matches*(len(n.content)-len(n.pattern)))
	kept := 0
	for range matches {
		at := kept + strings.Index(s[kept:], n.pattern)
		b.Keep(kept, at)
		kept = at + len(n.pattern)
		// The text is inserted behind what is taken away: it has the span of
		// the last byte of that.
		b.Put(n.content, kept-1)
	}
	b.Keep(kept, len(s))
	return b.Text(), nil
}

// IsIdentity implements [Normalizer].
func (n replace) IsIdentity(s string) bool { return !strings.Contains(s, n.pattern) }

// insert inserts a text before each character and at the end.
type insert string

// Normalize implements [Normalizer].
func (n insert) Normalize(t text.Text) (text.Text, error) {
	s := t.String()
	if n.IsIdentity(s) {
		return t, nil
	}
	b := text.NewBuilder(t)
	for i := 0; i < len(s); {
		_, size := utf8.DecodeRuneInString(s[i:])
		b.Put(string(n), i-1)
		b.Keep(i, i+size)
		i += size
	}
	b.Put(string(n), len(s)-1)
	return b.Text(), nil
}

// IsIdentity implements [Normalizer].
func (n insert) IsIdentity(s string) bool { return s == "" || n == "" }
