package llamacpp

import (
	"github.com/nibble-go/nibble/tokenize/internal/bpe"
	"github.com/nibble-go/nibble/tokenize/internal/model"
)

// A merger is package bpe's model of a vocabulary, with virtual tokens: what
// merging goes through, or falls back on, although the vocabulary does not have
// it. llama.cpp merges texts, of which it asks only in the end which tokens they
// are.
type merger struct {
	bpe     *bpe.Model
	count   uint32  // ids from here on are virtual
	virtual [][]bit // what becomes of virtual tokens
}

// A bit is a token that stands for a part of a virtual one.
type bit struct {
	id         uint32 // none: there is no such token, which is an error
	start, end int    // the part
}

// appendIDs appends the ids of a text that scan divides into pieces.
func (m *merger) appendIDs(dst []uint32, s string, scan func(s string, pos int) int) ([]uint32, error) {
	base := len(dst)
	dst, err := m.bpe.AppendText(dst, s, scan)
	return m.settle(dst, base, err)
}

// settle replaces the virtual tokens among the ids from base on.
func (m *merger) settle(ids []uint32, base int, err error) ([]uint32, error) {
	if err != nil || len(m.virtual) == 0 {
		return ids, err
	}
	for i := base; i < len(ids); i++ {
		if ids[i] >= m.count {
			return m.resolve(ids, i)
		}
	}
	return ids, nil
}

// resolve replaces virtual tokens, the first of which is ids[at].
func (m *merger) resolve(ids []uint32, at int) ([]uint32, error) {
	rest := append([]uint32(nil), ids[at:]...)
	ids = ids[:at]
	for _, id := range rest {
		if id < m.count {
			ids = append(ids, id)
			continue
		}
		for _, b := range m.virtual[id-m.count] {
			if b.id == none {
				return ids, model.ErrNoUnknown
			}
			ids = append(ids, b.id)
		}
	}
	return ids, nil
}

// encode appends the tokens of a piece that stands at start.
func (m *merger) encode(out *output, piece string, start int) error {
	if !out.offsets {
		base := len(out.ids)
		ids, err := m.bpe.AppendIDs(out.ids, piece)
		out.ids, err = m.settle(ids, base, err)
		return err
	}
	var room [32]model.Token
	tokens, err := m.bpe.AppendTokens(room[:0], piece)
	if err != nil {
		return err
	}
	for _, token := range tokens {
		if token.ID < m.count {
			out.add(token.ID, start+token.Start, start+token.End)
			continue
		}
		for _, b := range m.virtual[token.ID-m.count] {
			if b.id == none {
				return model.ErrNoUnknown
			}
			out.add(b.id, start+token.Start+b.start, start+token.Start+b.end)
		}
	}
	return nil
}
