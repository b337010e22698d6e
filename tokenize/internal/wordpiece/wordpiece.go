package wordpiece

import (
	"errors"
	"math"
	"slices"
	"unicode/utf8"

	"github.com/nibble-go/nibble/tokenize/internal/config"
	"github.com/nibble-go/nibble/tokenize/internal/model"
	"github.com/nibble-go/nibble/tokenize/internal/trie"
)

// Config is what a WordPiece model is made of.
type Config struct {
	Tokens []string // none of them twice
	IDs    []uint32 // parallel to Tokens

	Unknown  string // the unknown token; it may be missing from Tokens
	Prefix   string // of continuing tokens: ##
	MaxChars int    // characters of the longest word that is not unknown: 100
}

// WordPiece is a WordPiece model.
type WordPiece struct {
	words      *trie.Trie // keys are tokens, values ids
	rest       int32      // node of the continuing prefix
	continues  bool       // there is such a node
	maxChars   int
	unknown    uint32
	hasUnknown bool
}

var _ model.Model = (*WordPiece)(nil)

// New returns the model of a Config. Errors are of package config.
func New(c Config) (*WordPiece, error) {
	keys, values, err := entries(c.Tokens, c.IDs)
	if err != nil {
		return nil, err
	}
	m := &WordPiece{maxChars: c.MaxChars}
	if m.words, err = trie.Build(keys, values); err != nil {
		return nil, trieError(err)
	}
	if i := slices.Index(c.Tokens, c.Unknown); i >= 0 {
		m.unknown, m.hasUnknown = c.IDs[i], true
	}
	m.rest, m.continues = walk(m.words, c.Prefix)
	return m, nil
}

// entries returns the keys and values of the trie. An empty token is never
// looked up.
func entries(tokens []string, ids []uint32) ([]string, []int32, error) {
	if len(tokens) != len(ids) {
		return nil, nil, config.In("vocab", config.Malformed("not one id for each token"))
	}
	keys := make([]string, 0, len(tokens))
	values := make([]int32, 0, len(tokens))
	for i, token := range tokens {
		if ids[i] > math.MaxInt32 {
			return nil, nil, config.In("vocab", config.Unsupported("an id above 2147483647"))
		}
		if token != "" {
			keys = append(keys, token)
			values = append(values, int32(ids[i]))
		}
	}
	return keys, values, nil
}

func trieError(err error) error {
	if errors.Is(err, trie.ErrSize) {
		return config.In("vocab", config.UnsupportedBy(err))
	}
	return config.In("vocab", config.MalformedBy(err))
}

func walk(t *trie.Trie, s string) (node int32, ok bool) {
	node = trie.Root
	for i := range len(s) {
		if node, ok = t.Step(node, s[i]); !ok {
			return node, false
		}
	}
	return node, true
}

// AppendIDs appends the ids of the tokens of a word.
func (m *WordPiece) AppendIDs(dst []uint32, word string) ([]uint32, error) {
	known := len(dst)
	if m.tooLong(word) {
		return m.appendUnknown(dst, known)
	}
	for start := 0; start < len(word); {
		id, end := m.longest(word, start)
		if id < 0 {
			return m.appendUnknown(dst, known)
		}
		dst = append(dst, uint32(id))
		start = end
	}
	return dst, nil
}

func (m *WordPiece) appendUnknown(dst []uint32, known int) ([]uint32, error) {
	if !m.hasUnknown {
		return dst[:known], model.ErrNoUnknown
	}
	return append(dst[:known], m.unknown), nil
}

// AppendTokens appends the tokens of a word.
func (m *WordPiece) AppendTokens(dst []model.Token, word string) ([]model.Token, error) {
	known := len(dst)
	if m.tooLong(word) {
		return m.appendUnknownToken(dst, known, word)
	}
	for start := 0; start < len(word); {
		id, end := m.longest(word, start)
		if id < 0 {
			return m.appendUnknownToken(dst, known, word)
		}
		dst = append(dst, model.Token{ID: uint32(id), Start: start, End: end})
		start = end
	}
	return dst, nil
}

func (m *WordPiece) appendUnknownToken(dst []model.Token, known int, word string) ([]model.Token, error) {
	if !m.hasUnknown {
		return dst[:known], model.ErrNoUnknown
	}
	return append(dst[:known], model.Token{ID: m.unknown, Start: 0, End: len(word)}), nil
}

// tooLong reports whether a word has too many characters. Counting them is
// only needed where there are too many bytes.
func (m *WordPiece) tooLong(word string) bool {
	return len(word) > m.maxChars && utf8.RuneCountInString(word) > m.maxChars
}

// longest returns the id of the longest token that word[start:] begins with,
// and where it ends; -1 if there is none.
func (m *WordPiece) longest(word string, start int) (id int32, end int) {
	node := trie.Root
	if start > 0 {
		if !m.continues {
			return -1, start
		}
		node = m.rest
	}
	id = -1
	for i := start; i < len(word); i++ {
		next, ok := m.words.Step(node, word[i])
		if !ok {
			break
		}
		node = next
		if v := m.words.Value(node); v != trie.None {
			id, end = v, i+1
		}
	}
	return id, end
}
