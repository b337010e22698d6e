package tokenize

import (
	"iter"
	"sync"
)

// SpelledSpecial yields where a text spells special tokens, and which, whether
// the text's encoding has them or not: what [RefuseSpecial] refuses. Of tokens
// that start at the same place it is the longest; none overlap. Tokens of more
// than 1,024 bytes are not looked for.
func (t *Tokenizer) SpelledSpecial(text string) iter.Seq2[Span, AddedToken] {
	return func(yield func(Span, AddedToken) bool) {
		m := t.spelled.get(t.info.Added)
		if m == nil {
			return
		}
		for pos := 0; ; {
			start, end, token := m.find(text, pos)
			if token == nil || !yield(Span{start, end}, t.info.Added[token.id]) {
				return
			}
			pos = end
		}
	}
}

// spelledMatcher finds special tokens. Their ids are indices of Info.Added.
type spelledMatcher struct {
	once    sync.Once
	matcher *matcher // nil: there are none
}

func (s *spelledMatcher) get(added []AddedToken) *matcher {
	s.once.Do(func() {
		var tokens []addedToken
		var patterns []string
		for i, a := range added {
			if a.Special && len(a.Text) <= maxAddedBytes {
				tokens = append(tokens, addedToken{id: uint32(i), content: a.Text, special: true})
				patterns = append(patterns, a.Text)
			}
		}
		m, err := newMatcher(tokens, patterns)
		if err == nil { // it is one with megabytes of special tokens alone
			s.matcher = m
		}
	})
	return s.matcher
}
