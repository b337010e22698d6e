//go:build !nibbletext

package tokenize

import (
	"github.com/nibble-go/nibble/tokenize/internal/unigram"
	"github.com/nibble-go/nibble/tokenize/internal/wordpiece"
	"github.com/nibble-go/nibble/tokenize/vocab"
)

// setOther sets a model that is not BPE.
func (p *pipeline) setOther(m *vocab.Model) error {
	switch m.Type {
	case vocab.WordPiece:
		return p.setWordPiece(m)
	case vocab.WordLevel:
		return p.setWordLevel(m)
	}
	return p.setUnigram(m)
}

func (p *pipeline) setWordPiece(m *vocab.Model) (err error) {
	tokens, ids := tokensAndIDs(m)
	p.model, err = wordpiece.New(wordpiece.Config{
		Tokens: tokens, IDs: ids, Unknown: orElse(m.UnkToken, "[UNK]"),
		Prefix: orElse(m.ContinuingSubwordPrefix, "##"), MaxChars: m.MaxInputCharsPerWord,
	})
	return err
}

func (p *pipeline) setWordLevel(m *vocab.Model) (err error) {
	tokens, ids := tokensAndIDs(m)
	p.model, err = wordpiece.NewWordLevel(tokens, ids, orElse(m.UnkToken, "<unk>"))
	return err
}

func tokensAndIDs(m *vocab.Model) ([]string, []uint32) {
	tokens, ids := make([]string, len(m.Tokens)), make([]uint32, len(m.Tokens))
	for i, token := range m.Tokens {
		tokens[i], ids[i] = token.Text, uint32(token.ID)
	}
	return tokens, ids
}

func (p *pipeline) setUnigram(m *vocab.Model) (err error) {
	tokens, _ := tokensAndIDs(m)
	unknown := orElse(m.UnkID, -1)
	if unknown >= 0 {
		p.unknownText = true
		p.unknown = uint32(unknown)
	}
	p.model, err = unigram.New(unigram.Config{Tokens: tokens, Scores: m.Scores, Unknown: unknown, ByteFallback: m.ByteFallback})
	return err
}
