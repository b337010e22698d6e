package sentencepiece

import "github.com/nibble-go/nibble/tokenize/internal/trie"

// unusedBPE is the segmenter of BPE vocabularies with pieces of type Unused.
// Those are merged like others, but then taken apart again, into the symbols of
// the pair that made the piece last, wherever in the text that was. So the text
// is merged as a whole.
type unusedBPE struct {
	lookup  *trie.Trie
	orders  []uint32 // by id: the lower, the higher the score
	unused  []bool   // by id
	symbols *symbols
}

func newUnusedBPE(v *vocabulary) (segmenter, error) {
	s := &unusedBPE{orders: make([]uint32, len(v.pieces)), unused: make([]bool, len(v.pieces)), symbols: v.symbols}
	for id, p := range v.pieces {
		s.orders[id], s.unused[id] = order(p.Score), p.Type == Unused
	}
	var err error
	s.lookup, err = v.lookup()
	return s, err
}

func (s *unusedBPE) segment(w *work) error {
	text, m := w.normal, &w.merger
	m.reset(len(text))
	last := int32(-1)
	for i := 0; i < len(text); {
		size, _ := longest(s.symbols, text, i)
		node := frozen
		if size == 0 {
			size, _, _ = character(text, i)
			node = extend(s.lookup, trie.Root, text[i:i+size])
		}
		last = m.set(i, size, node, last)
		i += size
	}
	splits := make(map[int32]int) // id of an unused piece -> size of the first symbol that made it
	m.run(s, text, splits)
	for i := 0; i < len(text); i = m.end(i) {
		s.takeApart(w, m.end(i), splits, 0)
	}
	return nil
}

// maxDepth bounds how often a piece is taken apart.
const maxDepth = 100

// takeApart puts the piece that ends at end, or what it is made of.
func (s *unusedBPE) takeApart(w *work, end int, splits map[int32]int, depth int) {
	start := w.at
	id := find(s.lookup, w.normal[start:end])
	if id == unknownID || !s.unused[id] || depth > maxDepth {
		w.put(id, end)
		return
	}
	split, ok := splits[id]
	if !ok {
		w.put(unknownID, end)
		return
	}
	s.takeApart(w, start+split, splits, depth+1)
	s.takeApart(w, end, splits, depth+1)
}
