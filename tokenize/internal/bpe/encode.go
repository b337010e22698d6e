package bpe

// limits say from where on it is worth it to do more than merge.
type limits struct {
	cut      int // bytes of a piece to try and cut it
	makeCuts int // bytes of such pieces that were not cut, to make what cuts them

	// Bytes of pieces that were merged and not walked, for each symbol, to make
	// the walker, and for want of a branch, for each symbol of that, to make it.
	makeWalker, makeBranch float64
}

// In each case making it has then cost as much as doing without. Byte-level
// vocabularies leave hardly a place to cut but in texts that nothing has split
// before.
var (
	usualLimits = limits{cut: 32, makeCuts: 16 << 10, makeWalker: 0.5, makeBranch: 8}
	byteLimits  = limits{cut: 256, makeCuts: 16 << 10, makeWalker: 0.5, makeBranch: 8}
)

// AppendIDs appends the ids of the tokens of piece to dst.
func (m *Model) AppendIDs(dst []uint32, piece string) ([]uint32, error) {
	if n := len(piece); n <= keyBytes && n > 0 {
		k := keyOf(piece)
		return m.appendShort(dst, piece, &k, false)
	}
	return m.appendLong(dst, piece)
}

// AppendRange appends the ids of the tokens of the piece text[start:end]. It is
// faster than AppendIDs if more text follows.
func (m *Model) AppendRange(dst []uint32, text string, start, end int) ([]uint32, error) {
	if n := end - start; n <= keyBytes && n > 0 && start+keyBytes <= len(text) {
		k := keyAt(text, start, end)
		return m.appendShort(dst, text[start:end], &k, false)
	}
	return m.AppendIDs(dst, text[start:end])
}

// AppendText appends the ids of the tokens of a text, which scan divides into
// pieces: it returns the end of the piece that starts at pos, which is above
// pos.
//
// The small slots of the cache are looked into right here.
func (m *Model) AppendText(dst []uint32, text string, scan func(s string, pos int) (end int)) (_ []uint32, err error) {
	if m.cache == nil {
		return m.appendUncached(dst, text, scan)
	}
	for pos := 0; pos < len(text); {
		end := scan(text, pos)
		if n := end - pos; n <= smallBytes && pos+smallBytes <= len(text) {
			word := load64(text, pos) & ones(n)
			if id, ok := m.cache.findSmall(word, hashWord(word, n), n); ok {
				dst = append(dst, id)
				pos = end
				continue
			}
		}
		if dst, err = m.AppendRange(dst, text, pos, end); err != nil {
			return dst, err
		}
		pos = end
	}
	return dst, nil
}

func (m *Model) appendUncached(dst []uint32, text string, scan func(s string, pos int) (end int)) (_ []uint32, err error) {
	for pos := 0; pos < len(text) && err == nil; {
		end := scan(text, pos)
		dst, err = m.AppendIDs(dst, text[pos:end])
		pos = end
	}
	return dst, err
}

// appendShort appends the ids of a piece that fits a key, part of a longer one
// or not.
func (m *Model) appendShort(dst []uint32, piece string, k *key, part bool) ([]uint32, error) {
	hash, length := k.hash(len(piece)), len(piece)
	if part {
		length |= m.partFlag
	}
	if m.cache == nil {
		if id := m.token(piece, hash, part); id != none {
			return append(dst, id), nil
		}
		return m.appendNew(dst, piece, part)
	}
	if length > smallBytes {
		return m.appendLarge(dst, piece, k, hash, length, part)
	}
	if id, ok := m.cache.findSmall(k[0], hash, length); ok {
		return append(dst, id), nil
	}
	if id := m.token(piece, hash, part); id != none {
		m.cache.putSmall(k[0], hash, length, id)
		return append(dst, id), nil
	}
	return m.appendLarge(dst, piece, k, hash, length, part)
}

// appendLarge appends the ids of a piece that has no small slot.
func (m *Model) appendLarge(dst []uint32, piece string, k *key, hash uint64, length int, part bool) (_ []uint32, err error) {
	if s, head := m.cache.find(k, hash, length); s != nil {
		out := s.append(dst, head)
		if s.head.Load() == head {
			return out, nil
		}
	}
	base := len(dst)
	if id := m.token(piece, hash, part); id != none {
		dst = append(dst, id)
	} else if dst, err = m.appendNew(dst, piece, part); err != nil {
		return dst, err
	}
	m.cache.put(k, hash, length, dst[base:])
	return dst, nil
}

// token returns the token that a piece is known to become, or none.
func (m *Model) token(piece string, hash uint64, part bool) uint32 {
	id := m.index.find(&m.texts, piece, hash)
	if id != none && (m.whole && !part || m.shortcut && m.made.has(id)) {
		return id
	}
	return none
}

// appendNew appends the ids of a piece or a part that is no token.
func (m *Model) appendNew(dst []uint32, piece string, part bool) ([]uint32, error) {
	if part {
		return m.appendMerged(dst, piece)
	}
	return m.appendPiece(dst, piece)
}

// appendLong appends the ids of a piece that does not fit a key.
func (m *Model) appendLong(dst []uint32, piece string) ([]uint32, error) {
	if piece == "" {
		return dst, nil
	}
	if id := m.wholeToken(piece); id != none {
		return append(dst, id), nil
	}
	return m.appendPiece(dst, piece)
}

// appendPiece appends the ids of a piece that is no token, part by part.
func (m *Model) appendPiece(dst []uint32, piece string) ([]uint32, error) {
	if !m.plain {
		return m.appendMerged(dst, piece)
	}
	piece = m.covered(piece)
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
		return m.appendShort(dst, part, &k, true)
	default:
		k := keyOf(part)
		return m.appendShort(dst, part, &k, true)
	}
}

// appendMerged appends the ids of a piece by merging.
func (m *Model) appendMerged(dst []uint32, piece string) ([]uint32, error) {
	w := m.getWord()
	err := m.merge(w, piece)
	if err == nil {
		dst = m.appendSymbols(dst, w.syms)
	}
	m.putWord(w)
	return dst, err
}

func (m *Model) appendSymbols(dst []uint32, syms []uint32) []uint32 {
	for _, s := range syms {
		dst = append(dst, m.ids[s])
	}
	return dst
}

// merge makes of a piece the symbols of its tokens.
func (m *Model) merge(w *word, piece string) error {
	r := m.rulesFor(piece)
	done, err := false, error(nil)
	if k := m.walkerFor(piece, r); k != nil && !w.sized {
		done, err = m.walk(k, w, piece)
	}
	if !done && err == nil {
		w.reset(w.sized)
		err = m.mergeAtoms(w, piece, r)
	}
	if err == nil && m.late {
		err = m.settleLate(w)
	}
	return err
}

// mergeAtoms does so from the atoms, without walking.
func (m *Model) mergeAtoms(w *word, piece string, r *rules) error {
	if err := m.build(w, piece); err != nil {
		return err
	}
	switch {
	case len(w.syms) > maxWord:
		return errWord
	case m.dropout > 0:
		r.mergeLong(w, func() bool { return m.random() < m.dropout }, nil)
	default:
		r.merge(w)
	}
	return nil
}

// merge merges the symbols of a word.
func (r *rules) merge(w *word) {
	switch n := len(w.syms); {
	case n < 2:
	case n <= shortSymbols && !r.isStatic():
		w.keep(r.mergeShort(w.syms))
	default:
		r.mergeLong(w, nil, nil)
	}
}

// cutsFor returns the cuts, if the piece is long enough and they are worth it.
func (m *Model) cutsFor(piece string) *cuts {
	if len(piece) < m.limits.cut || m.dropout > 0 {
		return nil
	}
	if c := m.cuts.value.Load(); c != nil {
		return c
	}
	return m.cuts.get(m.uncut.Add(int64(len(piece))) >= int64(m.limits.makeCuts), m.newCuts)
}

// walkerFor returns the walker, if it works by these rules and is worth it.
func (m *Model) walkerFor(piece string, r *rules) *walker {
	if !m.shortcut || r != &m.rules {
		return nil
	}
	if k := m.walker.value.Load(); k != nil {
		return k
	}
	merged := m.merged.Add(int64(len(piece)))
	return m.walker.get(float64(merged) >= m.limits.makeWalker*float64(r.end()), m.newWalker)
}

func (m *Model) getWord() *word {
	if w, ok := m.words.Get().(*word); ok {
		w.reset(false)
		return w
	}
	return new(word)
}

// maxKept is the number of symbols that a word may have room for to be kept for
// the next piece: a megabyte.
const maxKept = 32 << 10

func (m *Model) putWord(w *word) {
	if cap(w.syms) <= maxKept && cap(w.out) <= maxKept {
		m.words.Put(w)
	}
}
