package normalize

import (
	"errors"

	"github.com/nibble-go/nibble/tokenize/internal/config"
	"github.com/nibble-go/nibble/tokenize/internal/onig"
	"github.com/nibble-go/nibble/tokenize/internal/text"
)

// ReplaceRegex replaces each match of a pattern by a text, which refers to no
// groups. Errors wrap config.ErrFormat or config.ErrUnsupported.
func ReplaceRegex(pattern, content string) (Normalizer, error) {
	re, err := onig.Compile(pattern)
	switch {
	case errors.Is(err, onig.ErrSyntax):
		return nil, config.MalformedBy(err)
	case err != nil:
		return nil, config.UnsupportedBy(err)
	}
	return replaceRegex{re, content}, nil
}

type replaceRegex struct {
	re      *onig.Regexp
	content string
}

// Normalize implements [Normalizer]. Its error wraps onig.ErrTimeout.
func (n replaceRegex) Normalize(t text.Text) (text.Text, error) {
	s := t.String()
	if s == "" {
		return t, nil // even if the pattern matches that
	}
	var b *text.Builder
	kept := 0
	err := n.re.FindAll(s, func(start, end int) bool {
		if b == nil {
			b = text.NewBuilder(t)
		}
		b.Keep(kept, start)
		b.Put(n.content, end-1) // as in replace
		kept = end
		return true
	})
	if err != nil || b == nil {
		return t, err
	}
	b.Keep(kept, len(s))
	return b.Text(), nil
}

// IsIdentity implements [Normalizer]. To look for matches is all the work.
func (n replaceRegex) IsIdentity(s string) bool { return s == "" }
