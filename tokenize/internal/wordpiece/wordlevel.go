package wordpiece

import (
	"github.com/nibble-go/nibble/tokenize/internal/config"
	"github.com/nibble-go/nibble/tokenize/internal/model"
)

// WordLevel is a model whose tokens are words.
type WordLevel struct {
	ids        map[string]uint32
	unknown    uint32
	hasUnknown bool
}

var _ model.Model = (*WordLevel)(nil)

// NewWordLevel returns the model of these words, none of them twice, with the
// ids of each. The unknown token may be missing from them. Errors are of
// package config.
func NewWordLevel(words []string, ids []uint32, unknown string) (*WordLevel, error) {
	if len(words) != len(ids) {
		return nil, config.In("vocab", config.Malformed("not one id for each token"))
	}
	m := &WordLevel{ids: make(map[string]uint32, len(words))}
	for i, word := range words {
		m.ids[word] = ids[i]
	}
	m.unknown, m.hasUnknown = m.ids[unknown]
	return m, nil
}

// AppendIDs appends the id of a word.
func (m *WordLevel) AppendIDs(dst []uint32, word string) ([]uint32, error) {
	id, err := m.id(word)
	if err != nil {
		return dst, err
	}
	return append(dst, id), nil
}

// AppendTokens appends the token of a word.
func (m *WordLevel) AppendTokens(dst []model.Token, word string) ([]model.Token, error) {
	id, err := m.id(word)
	if err != nil {
		return dst, err
	}
	return append(dst, model.Token{ID: id, Start: 0, End: len(word)}), nil
}

func (m *WordLevel) id(word string) (uint32, error) {
	if id, ok := m.ids[word]; ok {
		return id, nil
	}
	if !m.hasUnknown {
		return 0, model.ErrNoUnknown
	}
	return m.unknown, nil
}
