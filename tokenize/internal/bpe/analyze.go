package bpe

import "errors"

// Which merges ever happen?
//
// While a text is encoded, a symbol stands for a stretch of it, its span. No
// merge crossed the border of the span before, and what happened inside did not
// depend on what is outside: it is always the pair of lowest rank that is
// merged, the leftmost of equals, and both are decided within the span. So the
// span encoded for itself goes through the same merges and becomes that symbol.
// Hence a symbol that comes up in any text is the encoding of its own span, and
// only one merge ever makes it, the last one on that way: its canonical merge.
// The parts of the merge are likewise the encodings of their spans.
//
// The analysis goes through the merges by rank and keeps those that are
// canonical: both parts are atoms or made by merges kept before, and the parts
// can stand side by side (see rules.adjacent). A merge of which a part is made
// by a merge of higher rank waits for that, see late.go. All others never happen:
// they would join parts that never stand side by side.
//
// Some merges would upset the order that adjacent relies on, if they were kept.
// They are odd, and so are the tokens that they make. A text that does not
// contain the text of an odd token is encoded by canonical merges alone, as the
// first other merge to happen in it would be an odd one. And a merge whose result
// does not contain the text of an odd token is canonical or never happens, in
// any text. So texts with odd tokens need no more than the canonical merges and
// those whose result contains an odd token.
//
// Published lists are mostly redundant, and odd tokens are rare: of the 280,147
// merges of Llama 3, 127,156 are canonical, 69 of them late, and no token is odd.
// SentencePiece's Llama 2 has 15, runs of spaces, which all have the same rank.

// Tokens of more bytes than this are odd, so that walking takes no longer than
// that for each byte of a text, whatever the vocabulary.
const longestWalked = 4096

// errTwice says that a pair is in the list twice.
var errTwice = errors.New("a pair twice")

// useMerges makes the rules of the list of merges.
func (l *loader) useMerges() error {
	list := mergeList{merges: l.c.Merges}
	if !l.m.plain {
		return l.takeAll(list)
	}
	err := l.keepCanonical(list)
	if err == errTwice {
		l.forget()
		list = list.lastOfPairs()
		err = l.keepCanonical(list)
	}
	if err == nil && l.hasOdd() {
		err = l.keepExtra(list)
	}
	return err
}

// A mergeList is merges in the order of rank.
type mergeList struct {
	merges []Merge
	ranks  []uint32 // nil: the indices
}

func (m *mergeList) rank(i int) uint32 {
	if m.ranks == nil {
		return uint32(i)
	}
	return m.ranks[i]
}

// lastOfPairs returns the list with each pair once, where it is last.
func (m *mergeList) lastOfPairs() mergeList {
	last := make(map[[2]uint32]int, len(m.merges))
	for i, merge := range m.merges {
		last[[2]uint32{merge.Left, merge.Right}] = i
	}
	var out mergeList
	for i, merge := range m.merges {
		if last[[2]uint32{merge.Left, merge.Right}] == i {
			out.merges = append(out.merges, merge)
			out.ranks = append(out.ranks, uint32(i))
		}
	}
	return out
}

// forget takes back all symbols but the atoms.
func (l *loader) forget() {
	r := &l.m.rules
	for _, id := range l.m.ids[r.atoms:] {
		l.symbols[id] = none
	}
	l.m.ids = l.m.ids[:r.atoms]
	l.odd = l.odd[:0]
}

// expect makes room for canonical rules.
func (r *rules) expect(merges int) {
	r.pairs = newPairTable(merges)
	r.parts = make([]parts, 0, merges)
	r.ranks = make([]uint32, 0, merges)
}

// keepCanonical keeps the canonical merges of a list and finds the odd tokens.
func (l *loader) keepCanonical(list mergeList) error {
	l.m.rules.expect(min(len(list.merges), l.m.texts.count()))
	l.late = newLate(l.m.texts.count())
	for i := range list.merges {
		kept, err := l.consider(list, i, none)
		if kept && err == nil {
			err = l.keepLate(list, list.merges[i].Result)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// consider keeps a merge if it is canonical. If it is late, root is the symbol
// that was made last in its turn.
func (l *loader) consider(list mergeList, i int, root uint32) (kept bool, err error) {
	r := &l.m.rules
	merge := list.merges[i]
	left, right, result := l.symbols[merge.Left], l.symbols[merge.Right], l.symbols[merge.Result]
	switch {
	case l.m.texts.size(merge.Result) > longestWalked:
		l.odd = append(l.odd, merge.Result)
		return false, nil
	case left == none:
		l.late.wait(merge.Left, i)
		return false, nil
	case right == none:
		l.late.wait(merge.Right, i)
		return false, nil
	case result != none && result >= r.atoms:
		if r.parts[result-r.atoms] == (parts{left, right}) {
			return false, errTwice
		}
		return false, nil
	case !r.adjacent(left, right):
		if r.pairs.find(left, right) != none {
			return false, errTwice
		}
		return false, nil
	case !l.joins(merge):
		return false, notJoined(i)
	case root != none && l.late.conflicts(r, root, left, right):
		l.odd = append(l.odd, merge.Result)
		return false, nil
	}
	return true, l.keep(merge.Result, left, right, list.rank(i))
}

// keep adds the canonical merge of a token to the rules.
func (l *loader) keep(id, left, right, rank uint32) error {
	if len(l.m.ids) >= maxSymbols {
		return errSymbols
	}
	r := &l.m.rules
	r.pairs.put(left, right, l.symbol(id))
	r.parts = append(r.parts, parts{left, right})
	r.ranks = append(r.ranks, rank)
	return nil
}

// joins reports whether the text of the result is that of the parts joined.
func (l *loader) joins(merge Merge) bool {
	t := &l.m.texts
	left, right, result := t.at(merge.Left), t.at(merge.Right), t.at(merge.Result)
	return len(result) == len(left)+len(right) && result[:len(left)] == left && result[len(left):] == right
}

func notJoined(i int) error { return atMerge(i, "the result is not the two tokens joined") }

// keepExtra adds the merges that full rules have besides the canonical ones.
func (l *loader) keepExtra(list mergeList) error {
	l.startOdd()
	for i, merge := range list.merges {
		if !l.containOdd.has(merge.Result) {
			continue
		}
		if !l.joins(merge) {
			return notJoined(i)
		}
		if err := l.addExtra(merge, list.rank(i)); err != nil {
			return err
		}
	}
	return nil
}

// takeAll makes full rules of all merges. Where the text of a symbol is not what
// it stands for, texts tell nothing, and several merges may make a symbol.
func (l *loader) takeAll(list mergeList) error {
	l.m.rules.expect(0)
	l.startOdd()
	for i, merge := range list.merges {
		if err := l.addExtra(merge, list.rank(i)); err != nil {
			return err
		}
	}
	return nil
}

func (l *loader) addExtra(merge Merge, rank uint32) error {
	e := extra{parts{l.symbol(merge.Left), l.symbol(merge.Right)}, l.symbol(merge.Result), rank}
	if len(l.m.ids) > maxSymbols {
		return errSymbols
	}
	if l.m.rules.pairs.find(e.left, e.right) == none {
		l.m.odd.extra = append(l.m.odd.extra, e)
	}
	return nil
}
