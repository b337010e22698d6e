package bpe

import (
	"sync"
	"sync/atomic"

	"github.com/nibble-go/nibble/tokenize/internal/trie"
)

// A walker encodes by searching the tokens that a text begins with, which
// takes linear time.
//
// Where no token is odd, a sequence of symbols is the encoding of its text if
// each two neighbours can stand side by side. So the encoding is found from
// left to right: take the longest token that can follow, and where none can,
// take back the one before and try a shorter one. The encoding of what is
// before a position is unique. Therefore a position where nothing could follow
// is a dead end whatever the way to it, is marked, and is tried once.
//
// There is a trie for each first byte, made when texts have asked for it often
// enough. One of all tokens of Llama 3 would take 40 ms to make; those that
// Chinese needs take 5 ms.
type walker struct {
	texts    []walkText // by symbol
	branches [256]branch
}

type walkText struct {
	size   uint32
	prefix uint32 // the longest symbol whose text this one's begins with, or none
}

// A branch is the symbols whose texts begin with the same byte.
type branch struct {
	symbols []int32
	demand  atomic.Int64 // bytes that could have been walked
	once    sync.Once
	trie    atomic.Pointer[trie.Trie] // nil: not made, or impossible
}

// newWalker returns the walker of canonical rules.
func (m *Model) newWalker() *walker {
	k := &walker{texts: make([]walkText, m.rules.end())}
	var counts [256]int
	for s := range k.texts {
		text := m.symbolText(uint32(s))
		k.texts[s] = walkText{uint32(len(text)), none}
		counts[text[0]]++
	}
	for i, n := range counts {
		k.branches[i].symbols = make([]int32, 0, n)
	}
	for s := range k.texts {
		b := &k.branches[m.symbolText(uint32(s))[0]]
		b.symbols = append(b.symbols, int32(s))
	}
	return k
}

// growBranch makes a branch if there is demand enough, with that of a piece of
// that length.
func (m *Model) growBranch(k *walker, first byte, piece int) *trie.Trie {
	b := &k.branches[first]
	if float64(b.demand.Add(int64(piece))) < m.limits.makeBranch*float64(len(b.symbols)) {
		return nil
	}
	b.once.Do(func() {
		texts := make([]string, len(b.symbols))
		for i, s := range b.symbols {
			texts[i] = m.symbolText(uint32(s))
		}
		t, err := trie.Build(texts, b.symbols)
		if err != nil {
			return // too many for a trie
		}
		for i, s := range b.symbols {
			k.texts[s].prefix = longest(t, texts[i][:len(texts[i])-1])
		}
		b.trie.Store(t)
	})
	return b.trie.Load()
}

// longest returns the longest symbol of a branch that a text begins with, or
// none.
func longest(t *trie.Trie, text string) uint32 {
	node, found := trie.Root, trie.None
	for i := range len(text) {
		next, ok := t.Step(node, text[i])
		if !ok {
			break
		}
		node = next
		if v := t.Value(node); v >= 0 {
			found = v
		}
	}
	return uint32(found) // trie.None is none
}

// missing is what longest returns for a branch that was not made.
const missing = none - 1

// longest returns the longest symbol that a text begins with, none or missing.
// The text is the rest of a piece of that length.
func (m *Model) longest(k *walker, text string, piece int) uint32 {
	if text == "" {
		return none
	}
	b := &k.branches[text[0]]
	t := b.trie.Load()
	if t == nil {
		if len(b.symbols) == 0 {
			return none
		}
		if t = m.growBranch(k, text[0], piece); t == nil {
			return missing
		}
	}
	return longest(t, text)
}

// walk appends to the word the symbols that a piece becomes. It returns false,
// and leaves the word as it may be, if a branch is missing.
func (m *Model) walk(k *walker, w *word, piece string) (bool, error) {
	w.clearDead(len(piece))
	for pos := 0; pos < len(piece); {
		switch first := m.longest(k, piece[pos:], len(piece)); first {
		case missing:
			return false, nil
		case none:
			_, size := m.alphabet.next(piece, pos)
			if err := m.addUnknown(w, piece[pos:pos+size], 0); err != nil {
				return false, err
			}
			pos += size
		default:
			m.flush(w)
			if pos = m.walkKnown(k, w, piece, pos, first); pos < 0 {
				return false, nil
			}
		}
	}
	m.flush(w)
	return true, nil
}

// walkKnown does so from a position where the longest symbol is given up to the
// next unknown unit, whose position it returns, or -1 if a branch is missing.
func (m *Model) walkKnown(k *walker, w *word, piece string, pos int, symbol uint32) int {
	last := none // none: at the start
	start := len(w.syms)
	for {
		end := pos + int(k.texts[symbol].size)
		if !w.isDead(end) && (last == none || m.rules.adjacent(last, symbol)) {
			w.syms = append(w.syms, symbol)
			last, pos = symbol, end
			switch symbol = m.longest(k, piece[pos:], len(piece)); symbol {
			case none:
				return pos
			case missing:
				return -1
			}
			continue
		}
		if symbol = k.texts[symbol].prefix; symbol != none {
			continue
		}
		if last == none {
			return -1 // not with rules that are canonical
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
