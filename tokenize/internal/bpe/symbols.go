package bpe

import (
	"slices"

	"github.com/nibble-go/nibble/tokenize/internal/model"
)

// build appends to the word the symbols that a piece starts out as.
func (m *Model) build(w *word, piece string) error {
	a := m.alphabet
	if a.complete && !w.sized && a.variants == 0 {
		for i := range len(piece) {
			w.syms = append(w.syms, a.low[0][piece[i]])
		}
		return nil
	}
	for i := 0; i < len(piece); {
		unit, size := a.next(piece, i)
		variant := variantOf(piece, i, i+size)
		if symbol := a.atom(unit, variant); symbol != none {
			m.flush(w)
			w.add(symbol, m.unitSize(piece[i:i+size]))
		} else if err := m.addUnknown(w, piece[i:i+size], variant); err != nil {
			return err
		}
		i += size
	}
	m.flush(w)
	return nil
}

// unitSize returns what a unit adds to offsets. Where bytes can be missing in a
// byte-level vocabulary, that is the size of the character that stands for a
// byte: see rawOffsets.
func (m *Model) unitSize(unit string) int {
	if m.alphabet.byteLevel && !m.alphabet.complete {
		return spelledSize(unit[0])
	}
	return len(unit)
}

// addUnknown adds what stands for a unit without an atom.
//
// Unknown characters are held back until a known one comes. The order that
// comes of it is that of Hugging Face's tokenizers: the bytes of others overtake
// them.
func (m *Model) addUnknown(w *word, unit string, variant uint32) error {
	if m.hasBytes(unit, variant) {
		m.addBytes(w, unit, variant)
		return nil
	}
	size := m.unitSize(unit)
	switch {
	case m.unkAbsent:
		return model.ErrNoUnknown
	case m.unk == none:
	case m.fuseUnk:
		w.unknown += size
	default:
		m.flush(w)
		w.unknown = size
	}
	return nil
}

// flush adds the token of the unknown characters held back.
func (m *Model) flush(w *word) {
	if w.unknown > 0 {
		w.add(m.unk, w.unknown)
		w.unknown = 0
	}
}

// hasBytes reports whether there is a token for each byte of a unit.
func (m *Model) hasBytes(unit string, variant uint32) bool {
	if !m.fallback {
		return false
	}
	spelled := m.alphabet.spell(unit, variant)
	for i := range len(spelled) {
		if m.bytes[spelled[i]] == none {
			return false
		}
	}
	return true
}

// addBytes adds the tokens of the bytes of a unit.
func (m *Model) addBytes(w *word, unit string, variant uint32) {
	if m.late {
		m.flush(w) // SentencePiece lets nothing overtake
	}
	spelled := m.alphabet.spell(unit, variant)
	for i := range len(spelled) {
		w.add(m.bytes[spelled[i]], 1)
	}
}

// settleLate puts what stands for unknown units in the place of those that are
// no tokens and were not merged to one.
func (m *Model) settleLate(w *word) error {
	if !slices.ContainsFunc(w.syms, func(s uint32) bool { return m.ids[s] >= unspelled || s == m.unk }) {
		return nil
	}
	syms, sizes := slices.Clone(w.syms), slices.Clone(w.sizes)
	w.truncate(0)
	for i, symbol := range syms {
		size := 1
		if w.sized {
			size = sizes[i]
		}
		id := m.ids[symbol]
		switch {
		case symbol == m.unk && m.fuseUnk:
			w.unknown += size
		case id < unspelled:
			m.flush(w)
			w.add(symbol, size)
		default:
			if err := m.addUnknown(w, m.lateUnits[id&^unspelled], 0); err != nil {
				return err
			}
		}
	}
	m.flush(w)
	return nil
}

// covered returns the piece without the characters that are dropped. All that
// follows, offsets as well, is as if they had not been there.
func (m *Model) covered(piece string) string {
	if m.covers {
		return piece
	}
	dropped := func(i int) (size int, ok bool) {
		unit, size := m.alphabet.next(piece, i)
		return size, m.alphabet.atom(unit, 0) == none && !m.hasBytes(piece[i:i+size], 0)
	}
	var out []byte
	from := 0
	for i := 0; i < len(piece); {
		size, drop := dropped(i)
		if drop {
			out = append(out, piece[from:i]...)
			from = i + size
		}
		i += size
	}
	if from == 0 {
		return piece
	}
	return string(append(out, piece[from:]...))
}
