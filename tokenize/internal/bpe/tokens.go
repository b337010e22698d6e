package bpe

import "github.com/nibble-go/nibble/tokenize/internal/model"

// AppendTokens appends the tokens of piece to dst.
func (m *Model) AppendTokens(dst []model.Token, piece string) ([]model.Token, error) {
	switch {
	case piece == "":
		return dst, nil
	case !m.plain || m.dropout > 0 || m.alphabet.byteLevel && !m.alphabet.complete,
		m.late && !m.covers: // what is dropped once it is settled moves all that follows, cut or not
		return m.appendOdd(dst, piece)
	case len(piece) < m.limits.cut:
		var room [shortSymbols]uint32
		ids, err := m.AppendIDs(room[:0], piece)
		if err != nil {
			return dst, err
		}
		if out, ok := m.tile(dst, ids, 0, piece); ok {
			return out, nil
		}
		if id := m.wholeToken(piece); id != none { // <unk> and <0x41>, which stand for other text as a rule
			return append(dst, model.Token{ID: id, End: len(piece)}), nil
		}
		return m.appendSized(dst, 0, m.covered(piece))
	}
	if id := m.wholeToken(piece); id != none {
		return append(dst, model.Token{ID: id, End: len(piece)}), nil
	}
	piece = m.covered(piece)
	c := m.cutsFor(piece)
	w := m.getWord()
	defer m.putWord(w)
	for start := 0; start < len(piece); {
		end := len(piece)
		if c != nil {
			end = start + c.next(piece[start:])
		}
		var err error
		if w.out, err = m.appendPart(w.out[:0], piece, start, end); err != nil {
			return dst, err
		}
		out, ok := m.tile(dst, w.out, start, piece[start:end])
		if !ok {
			if out, err = m.appendSized(dst, start, piece[start:end]); err != nil {
				return dst, err
			}
		}
		dst, start = out, end
	}
	return dst, nil
}

// wholeToken returns the token that a piece is, if that comes first, or none.
func (m *Model) wholeToken(piece string) uint32 {
	if !m.whole {
		return none
	}
	return m.find(piece)
}

// tile appends the tokens of ids whose texts, put side by side, are the piece,
// which stands at start. It reports whether they are.
func (m *Model) tile(dst []model.Token, ids []uint32, start int, piece string) ([]model.Token, bool) {
	end := start + len(piece)
	for _, id := range ids {
		size := m.texts.size(id)
		if m.unknown.has(id) || size > end-start {
			return dst, false
		}
		dst = append(dst, model.Token{ID: id, Start: start, End: start + size})
		start += size
	}
	return dst, start == end
}

// appendOdd appends the tokens of a piece of a model where texts do not tell
// how much of the piece a token stands for.
func (m *Model) appendOdd(dst []model.Token, piece string) ([]model.Token, error) {
	if id := m.wholeToken(piece); id != none {
		return append(dst, model.Token{ID: id, End: len(piece)}), nil
	}
	base := len(dst)
	dst, err := m.appendSized(dst, 0, piece)
	if m.alphabet.byteLevel && !m.alphabet.complete {
		rawOffsets(dst[base:], piece)
	}
	return dst, err
}

// appendSized appends the tokens of a piece that stands at start, by merging
// symbols that know what they stand for.
func (m *Model) appendSized(dst []model.Token, start int, piece string) ([]model.Token, error) {
	w := m.getWord()
	defer m.putWord(w)
	w.reset(true)
	if err := m.merge(w, piece); err != nil {
		return dst, err
	}
	for i, s := range w.syms {
		end := start + w.sizes[i]
		dst = append(dst, model.Token{ID: m.ids[s], Start: start, End: end})
		start = end
	}
	return dst, nil
}
