package bpe

// Count returns the number of tokens of piece.
func (m *Model) Count(piece string) (int, error) { return m.CountRange(piece, 0, len(piece)) }

// CountRange returns the number of tokens of the piece text[start:end]. It is
// faster than Count if more text follows.
func (m *Model) CountRange(text string, start, end int) (int, error) {
	piece := text[start:end]
	if len(piece) > keyBytes {
		return m.countLong(piece)
	}
	if piece == "" {
		return 0, nil
	}
	var k key
	if start+keyBytes <= len(text) {
		k = keyAt(text, start, end)
	} else {
		k = keyOf(piece)
	}
	if m.cache != nil {
		hash := k.hash(len(piece))
		if len(piece) <= smallBytes {
			if _, ok := m.cache.findSmall(k[0], hash, len(piece)); ok {
				return 1, nil
			}
		}
		if s, head := m.cache.find(&k, hash, len(piece)); s != nil {
			return s.count(head), nil
		}
	}
	var room [2 * keyBytes]uint32
	ids, err := m.appendShort(room[:0], piece, &k, false)
	return len(ids), err
}

// CountText returns the number of tokens of a text, which scan divides into
// pieces as in AppendText.
func (m *Model) CountText(text string, scan func(s string, pos int) (end int)) (total int, err error) {
	for pos := 0; pos < len(text); {
		end := scan(text, pos)
		n, err := m.CountRange(text, pos, end)
		if err != nil {
			return 0, err
		}
		total += n
		pos = end
	}
	return total, nil
}

// countLong counts the tokens of a long piece in memory that is used again.
func (m *Model) countLong(piece string) (int, error) {
	w := m.getWord()
	defer m.putWord(w)
	var err error
	w.out, err = m.appendLong(w.out[:0], piece)
	return len(w.out), err
}
