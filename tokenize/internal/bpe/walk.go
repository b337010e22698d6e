package bpe

import "github.com/nibble-go/nibble/tokenize/internal/trie"

// A walker encodes by searching the tokens that a text begins with, which
// takes linear time.
//
// Where no token is odd, a sequence of symbols is the encoding of its text if
// each two neighbours can stand side by side. So the encoding is found from
// left to right: take the longest token that can follow, and where none can,
// take back the one before and try a shorter one. The encoding of what is
// before a position is unique. Therefore a position where nothing could follow
// is a dead end whatever the way to it, is marked, and is tried once.
type walker struct {
	tree  *trie.Trie // the symbol of each text
	texts []walkText // by symbol
}

type walkText struct {
	size   uint32
	prefix uint32 // the longest symbol whose text this one's begins with, or none
}

// newWalker returns the walker of canonical rules, nil if there are too many
// tokens for a trie.
func (m *Model) newWalker() *walker {
	n := m.rules.end()
	texts, symbols := make([]string, n), make([]int32, n)
	for s := range n {
		texts[s], symbols[s] = m.symbolText(s), int32(s)
	}
	tree, err := trie.Build(texts, symbols)
	if err != nil {
		return nil
	}
	k := &walker{tree, make([]walkText, n)}
	for s, text := range texts {
		k.texts[s] = walkText{uint32(len(text)), k.longest(text[:len(text)-1])}
	}
	return k
}

// longest returns the longest symbol that a text begins with, or none.
func (k *walker) longest(text string) uint32 {
	node, found := trie.Root, trie.None
	for i := range len(text) {
		next, ok := k.tree.Step(node, text[i])
		if !ok {
			break
		}
		node = next
		if v := k.tree.Value(node); v >= 0 {
			found = v
		}
	}
	return uint32(found) // trie.None is none
}

// walk appends to the word the symbols that a piece becomes.
func (m *Model) walk(k *walker, w *word, piece string) error {
	w.clearDead(len(piece))
	for pos := 0; pos < len(piece); {
		if first := k.longest(piece[pos:]); first != none {
			m.flush(w)
			pos = m.walkKnown(k, w, piece, pos, first)
			continue
		}
		_, size := m.alphabet.next(piece, pos)
		if err := m.addUnknown(w, piece[pos:pos+size], 0); err != nil {
			return err
		}
		pos += size
	}
	m.flush(w)
	return nil
}

// walkKnown does so from a position where the longest token is given, up to the
// next unknown unit.
func (m *Model) walkKnown(k *walker, w *word, piece string, pos int, symbol uint32) int {
	last := none // none: at the start
	start := len(w.syms)
	for {
		end := pos + int(k.texts[symbol].size)
		if !w.isDead(end) && (last == none || m.rules.adjacent(last, symbol)) {
			w.syms = append(w.syms, symbol)
			last, pos = symbol, end
			if symbol = k.longest(piece[pos:]); symbol == none {
				return pos
			}
			continue
		}
		if symbol = k.texts[symbol].prefix; symbol != none {
			continue
		}
		w.setDead(pos)
		symbol = last
		pos -= int(k.texts[symbol].size)
		w.syms = w.syms[:len(w.syms)-1]
		last = none
		if n := len(w.syms); n > start {
			last = w.syms[n-1]
		}
	}
}

func (w *word) clearDead(n int) {
	w.dead = grow(w.dead, n/64+1)
	clear(w.dead)
}

func (w *word) isDead(i int) bool { return w.dead[i/64]>>(i%64)&1 != 0 }
func (w *word) setDead(i int)     { w.dead[i/64] |= 1 << (i % 64) }
