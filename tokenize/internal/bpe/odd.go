package bpe

import (
	"slices"

	"github.com/nibble-go/nibble/tokenize/internal/trie"
)

// odd is what a vocabulary with odd tokens has beyond canonical rules.
type odd struct {
	all   bool // any piece may contain odd tokens
	start pairSet
	texts *trie.Trie // how odd tokens begin; start has the first two bytes
	extra []extra
}

// oddBytes is how much of the text of an odd token is looked for. If more texts
// than need be are taken for odd, that does no harm.
const oddBytes = 32

// in reports whether a text may contain the text of an odd token.
func (o *odd) in(text string) bool {
	if o.all {
		return true
	}
	for i := 1; i < len(text); i++ {
		if o.start.has(text[i-1], text[i]) && o.at(text[i-1:]) {
			return true
		}
	}
	return false
}

func (o *odd) at(text string) bool {
	node := trie.Root
	for i := range len(text) {
		next, ok := o.texts.Step(node, text[i])
		if !ok {
			return false
		}
		node = next
		if o.texts.Value(node) != trie.None {
			return true
		}
	}
	return false
}

// hasOdd reports whether canonical rules are not enough. If merges may be passed
// over, any other merge may happen.
func (l *loader) hasOdd() bool { return len(l.odd) > 0 || l.c.Dropout > 0 }

// startOdd makes odd of the odd tokens.
func (l *loader) startOdd() {
	o := &odd{all: l.c.Dropout > 0 || !l.m.plain}
	l.m.odd = o
	if !o.all {
		o.all = !o.collect(&l.m.texts, l.odd)
	}
	l.containOdd = make(bitset, (l.m.texts.count()+63)/64)
	for id := range uint32(l.m.texts.count()) {
		if o.in(l.m.texts.at(id)) {
			l.containOdd.add(id)
		}
	}
}

// collect sets what finds the odd tokens. It returns false if there are too many
// for a trie.
func (o *odd) collect(t *texts, tokens []uint32) bool {
	var texts []string
	for _, id := range tokens {
		text := t.at(id)
		if len(text) < 2 {
			continue // not what a merge makes
		}
		texts = append(texts, text[:min(len(text), oddBytes)])
		o.start.add(text[0], text[1])
	}
	slices.Sort(texts)
	texts = slices.Compact(texts)
	var err error
	o.texts, err = trie.Build(texts, make([]int32, len(texts)))
	return err == nil
}

// rulesFor returns rules for a piece.
func (m *Model) rulesFor(piece string) *rules {
	if m.odd == nil || !m.odd.all && !m.odd.in(m.covered(piece)) {
		return &m.rules
	}
	return m.fullRules()
}

// fullRules returns rules for all pieces.
func (m *Model) fullRules() *rules {
	return m.full.get(true, func() *rules {
		if m.odd == nil {
			return m.rules.withExtra(nil)
		}
		return m.rules.withExtra(m.odd.extra)
	})
}
