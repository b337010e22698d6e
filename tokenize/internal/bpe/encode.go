package bpe

// limits say from where on it is worth it to do more than merge.
type limits struct {
	cut  int // bytes of a piece to try and cut it
	walk int // bytes of a piece, or what it was cut to, to walk it

	// What cutting and walking need is made once pieces of so many bytes have
	// been encoded without. For Llama 3 that takes 3 ms and 60 ms.
	makeCuts   int64
	makeWalker int64
}

var usualLimits = limits{cut: 32, walk: 32, makeCuts: 4 << 10, makeWalker: 32 << 10}

// A piece is a text that is encoded for itself, or a part of one.
const (
	wholePiece = 0
	partPiece  = 1 << 7 // of the length in a key of the cache
)

// AppendIDs appends the ids of the tokens of piece to dst.
func (m *Model) AppendIDs(dst []uint32, piece string) ([]uint32, error) {
	if n := len(piece); n <= keyBytes && n > 0 {
		k := keyOf(piece)
		return m.appendShort(dst, piece, &k, wholePiece)
	}
	return m.appendLong(dst, piece)
}

// AppendRange appends the ids of the tokens of the piece text[start:end]. It is
// faster than AppendIDs if more text follows.
func (m *Model) AppendRange(dst []uint32, text string, start, end int) ([]uint32, error) {
	if n := end - start; n <= keyBytes && n > 0 && start+keyBytes <= len(text) {
		k := keyAt(text, start, end)
		return m.appendShort(dst, text[start:end], &k, wholePiece)
	}
	return m.AppendIDs(dst, text[start:end])
}

// AppendText appends the ids of the tokens of a text, which scan divides into
// pieces: it returns the end of the piece that starts at pos.
func (m *Model) AppendText(dst []uint32, text string, scan func(s string, pos int) (end int)) ([]uint32, error) {
	var err error
	for pos := 0; pos < len(text); {
		end := scan(text, pos)
		if dst, err = m.AppendRange(dst, text, pos, end); err != nil {
			return dst, err
		}
		pos = end
	}
	return dst, nil
}

// appendShort appends the ids of a piece that fits a key.
func (m *Model) appendShort(dst []uint32, piece string, k *key, part int) ([]uint32, error) {
	hash := k.hash(len(piece))
	if m.cache != nil {
		if s, head := m.cache.find(k, hash, len(piece)|part); s != nil {
			out := s.append(dst, head)
			if s.head.Load() == head {
				return out, nil
			}
		}
	}
	base := len(dst)
	dst, err := m.appendHashed(dst, piece, hash, part)
	if err == nil && m.cache != nil {
		m.cache.put(k, hash, len(piece)|part, dst[base:])
	}
	return dst, err
}

// append appends the ids of a slot whose head is given.
func (s *cacheSlot) append(dst []uint32, head uint64) []uint32 {
	n := int(head >> 8 & lengthMask)
	for i := 0; i < n; i += 2 {
		word := s.ids[i/2].Load()
		dst = append(dst, uint32(word))
		if i+1 < n {
			dst = append(dst, uint32(word>>32))
		}
	}
	return dst
}

// appendLong appends the ids of a piece that does not fit a key.
func (m *Model) appendLong(dst []uint32, piece string) ([]uint32, error) {
	if piece == "" {
		return dst, nil
	}
	var hash uint64
	if len(piece) <= m.index.longest {
		hash = hashOf(piece)
	}
	return m.appendHashed(dst, piece, hash, wholePiece)
}

// appendHashed appends the ids of a piece by looking it up, or by merging.
func (m *Model) appendHashed(dst []uint32, piece string, hash uint64, part int) ([]uint32, error) {
	if id := m.index.find(&m.texts, piece, hash); id != none {
		if m.whole && part == wholePiece || m.shortcut && m.made.has(id) {
			return append(dst, id), nil
		}
	}
	if part == wholePiece && m.plain {
		piece = m.covered(piece)
		if len(piece) >= m.limits.cut {
			return m.appendParts(dst, piece)
		}
	}
	return m.appendMerged(dst, piece)
}

// appendParts cuts a long piece and appends the ids of the parts.
func (m *Model) appendParts(dst []uint32, piece string) ([]uint32, error) {
	c := m.cutsFor(piece)
	if c == nil {
		return m.appendMerged(dst, piece)
	}
	var err error
	for start := 0; start < len(piece) && err == nil; {
		end := start + c.next(piece[start:])
		dst, err = m.appendPart(dst, piece, start, end)
		start = end
	}
	return dst, err
}

func (m *Model) appendPart(dst []uint32, piece string, start, end int) ([]uint32, error) {
	part := piece[start:end]
	switch {
	case len(part) > keyBytes:
		return m.appendMerged(dst, part)
	case start+keyBytes <= len(piece):
		k := keyAt(piece, start, end)
		return m.appendShort(dst, part, &k, partPiece)
	default:
		k := keyOf(part)
		return m.appendShort(dst, part, &k, partPiece)
	}
}

// appendMerged appends the ids of a piece by merging.
func (m *Model) appendMerged(dst []uint32, piece string) ([]uint32, error) {
	if len(piece) > shortSymbols {
		w := m.getWord()
		err := m.merge(w, piece)
		if err == nil {
			dst = m.appendSymbols(dst, w.syms)
		}
		m.putWord(w)
		return dst, err
	}
	var syms [shortSymbols]uint32
	var dead [shortSymbols/64 + 1]uint64
	w := word{syms: syms[:0], dead: dead[:0]}
	if err := m.merge(&w, piece); err != nil {
		return dst, err
	}
	return m.appendSymbols(dst, w.syms), nil
}

func (m *Model) appendSymbols(dst []uint32, syms []uint32) []uint32 {
	for _, s := range syms {
		dst = append(dst, m.ids[s])
	}
	return dst
}

// merge makes of a piece the symbols of its tokens.
func (m *Model) merge(w *word, piece string) error {
	r := m.rulesFor(m.covered(piece))
	if k := m.walkerFor(piece, r); k != nil && !w.sized {
		if err := m.walk(k, w, piece); err != nil {
			return err
		}
	} else {
		if err := m.build(w, piece); err != nil {
			return err
		}
		if m.dropout > 0 {
			r.mergeLong(w, func() bool { return m.random() < m.dropout }, nil)
		} else {
			r.merge(w)
		}
	}
	if m.late {
		return m.settleLate(w)
	}
	return nil
}

// merge merges the symbols of a word.
func (r *rules) merge(w *word) {
	switch n := len(w.syms); {
	case n < 2:
	case n <= shortSymbols && !r.static:
		w.keep(r.mergeShort(w.syms))
	default:
		r.mergeLong(w, nil, nil)
	}
}

// cutsFor returns the cuts, if the model has some and they are worth it.
func (m *Model) cutsFor(piece string) *cuts {
	if m.dropout > 0 {
		return nil
	}
	if c := m.cuts.value.Load(); c != nil {
		return c
	}
	return m.cuts.get(m.uncut.Add(int64(len(piece))) >= m.limits.makeCuts, m.newCuts)
}

// walkerFor returns the walker, if the model has one and it is worth it.
func (m *Model) walkerFor(piece string, r *rules) *walker {
	if !m.shortcut || r != &m.rules || len(piece) < m.limits.walk {
		return nil
	}
	if k := m.walker.value.Load(); k != nil {
		return k
	}
	return m.walker.get(m.unwalked.Add(int64(len(piece))) >= m.limits.makeWalker, m.newWalker)
}

func (m *Model) getWord() *word {
	if w, ok := m.words.Get().(*word); ok {
		w.reset(false)
		return w
	}
	return new(word)
}

// maxKept is the number of symbols that a word may have had to be kept for the
// next piece: a megabyte.
const maxKept = 32 << 10

func (m *Model) putWord(w *word) {
	if cap(w.syms) <= maxKept {
		m.words.Put(w)
	}
}
