package bpe

import (
	"slices"
	"strconv"

	"github.com/nibble-go/nibble/tokenize/internal/config"
	"github.com/nibble-go/nibble/tokenize/internal/trie"
)

// useRanks makes the rules of the ranks of tokens: each way to split a token in
// two is a merge of the token's rank. The analysis is that of lists of merges,
// where canonical rules have one merge a token anyway. Tokens of equal rank,
// between which the place decides, are odd.
func (l *loader) useRanks() error {
	if l.c.Ranks != nil && len(l.c.Ranks) != len(l.c.Tokens) {
		return config.Malformed(strconv.Itoa(len(l.c.Ranks)) + " ranks of " + strconv.Itoa(len(l.c.Tokens)) + " tokens")
	}
	order := l.byRank()
	if err := l.splitAll(order); err != nil || !l.hasOdd() {
		return err
	}
	l.startOdd()
	return l.keepSplits(order)
}

// byRank returns the tokens that can be made by merges, by rank.
func (l *loader) byRank() []uint32 {
	order := make([]uint32, 0, len(l.c.Tokens))
	for id := range uint32(len(l.c.Tokens)) {
		text := l.m.texts.at(id)
		if text != "" && l.symbols[id] == none && l.rankOf(id) >= 0 && l.m.find(text) == id {
			order = append(order, id)
		}
	}
	if l.c.Ranks != nil {
		slices.SortStableFunc(order, func(a, b uint32) int { return int(l.c.Ranks[a]) - int(l.c.Ranks[b]) })
	}
	return order
}

func (l *loader) rankOf(id uint32) int32 {
	if l.c.Ranks == nil {
		return int32(id)
	}
	return l.c.Ranks[id]
}

// splitAll keeps the canonical merges of tokens and finds the odd ones.
func (l *loader) splitAll(order []uint32) error {
	l.m.rules.expect(len(order))
	var unmade []uint32
	for i, id := range order {
		rank := l.rankOf(id)
		equal := i > 0 && l.rankOf(order[i-1]) == rank || i+1 < len(order) && l.rankOf(order[i+1]) == rank
		if equal || l.m.texts.size(id) > longestWalked {
			l.odd = append(l.odd, id)
			continue
		}
		left, right, ok := l.split(id)
		if !ok {
			unmade = append(unmade, id)
			continue
		}
		if err := l.keep(id, left, right, uint32(rank)); err != nil {
			return err
		}
	}
	for _, id := range unmade {
		if _, _, ok := l.split(id); ok {
			l.odd = append(l.odd, id)
		}
	}
	return nil
}

// split returns the symbols that make a token by the merges kept so far.
func (l *loader) split(id uint32) (left, right uint32, ok bool) {
	w, a := &l.word, l.m.alphabet
	w.reset(false)
	text := l.m.texts.at(id)
	for i := 0; i < len(text); {
		unit, size := a.next(text, i)
		atom := a.atom(unit, 0)
		if atom == none {
			return 0, 0, false
		}
		w.add(atom, size)
		i += size
	}
	l.m.rules.merge(w)
	if len(w.syms) != 2 {
		return 0, 0, false
	}
	return w.syms[0], w.syms[1], true
}

// keepSplits adds the merges that full rules have besides the canonical ones.
func (l *loader) keepSplits(order []uint32) error {
	var oddOnes []uint32 // tokens that contain an odd token
	for _, id := range order {
		if l.containOdd.has(id) {
			oddOnes = append(oddOnes, id)
			l.symbol(id)
		}
	}
	if len(l.m.ids) > maxSymbols {
		return errSymbols
	}
	s, err := l.newSplitter(oddOnes)
	if err != nil {
		return err
	}
	for _, id := range oddOnes {
		for _, pair := range s.splits(l.m.texts.at(id)) {
			if l.m.rules.pairs.find(pair.left, pair.right) == none {
				l.m.odd.extra = append(l.m.odd.extra, extra{pair, l.symbols[id], uint32(l.rankOf(id))})
			}
		}
		if len(l.m.odd.extra) > maxMerges {
			return errMerges
		}
	}
	return nil
}

// A splitter finds all ways to split texts in two symbols. It walks a trie of
// the texts from the front, and one of the texts reversed from the back, and
// knows of each node which symbol has its prefix for a text. So long texts take
// no longer than they are.
type splitter struct {
	forward, backward marked

	left []uint32 // by offset: the symbol that the text before it is, or none
	out  []parts
}

// marked is a trie with symbols at nodes.
type marked struct {
	*trie.Trie
	symbols map[int32]uint32
}

// newSplitter returns a splitter of the texts of tokens.
func (l *loader) newSplitter(tokens []uint32) (*splitter, error) {
	texts := make([]string, len(tokens))
	for i, id := range tokens {
		texts[i] = l.m.texts.at(id)
	}
	s := new(splitter)
	var err error
	if s.forward, err = newMarked(texts); err == nil {
		for i, text := range texts {
			texts[i] = reverse(text)
		}
		s.backward, err = newMarked(texts)
	}
	if err != nil {
		return nil, config.UnsupportedBy(err)
	}
	for symbol := range uint32(len(l.m.ids)) {
		text := l.m.symbolText(symbol)
		s.forward.mark(text, symbol)
		s.backward.mark(reverse(text), symbol)
	}
	return s, nil
}

func reverse(text string) string {
	b := []byte(text)
	slices.Reverse(b)
	return string(b)
}

func newMarked(texts []string) (marked, error) {
	t, err := trie.Build(texts, make([]int32, len(texts)))
	return marked{t, make(map[int32]uint32)}, err
}

// mark notes the symbol of the node of a text, if there is one. The first
// symbol of equal texts counts.
func (m *marked) mark(text string, symbol uint32) {
	node := trie.Root
	for i := range len(text) {
		next, ok := m.Step(node, text[i])
		if !ok {
			return
		}
		node = next
	}
	if _, ok := m.symbols[node]; !ok {
		m.symbols[node] = symbol
	}
}

func (m *marked) symbol(node int32) uint32 {
	if s, ok := m.symbols[node]; ok {
		return s
	}
	return none
}

// splits returns the pairs of symbols that make up a text. They are good until
// the next call.
func (s *splitter) splits(text string) []parts {
	s.left, s.out = append(s.left[:0], none), s.out[:0]
	node := trie.Root
	for i := range len(text) - 1 {
		node, _ = s.forward.Step(node, text[i])
		s.left = append(s.left, s.forward.symbol(node))
	}
	node = trie.Root
	for i := len(text) - 1; i > 0; i-- {
		node, _ = s.backward.Step(node, text[i])
		if right := s.backward.symbol(node); right != none && s.left[i] != none {
			s.out = append(s.out, parts{s.left[i], right})
		}
	}
	return s.out
}
