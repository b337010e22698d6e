package onig

import (
	"slices"
	"sync"
	"unicode/utf8"

	"github.com/nibble-go/nibble/tokenize/internal/ucd"
)

// A foldGroup is a folding of several characters and those that fold to it:
// "ss" with ß and ẞ.
type foldGroup struct {
	folded []rune
	from   []rune
}

// foldTable is case folding the other way round. A character that folds to
// several, such as ß, has no folding to one here, although Unicode has one (of
// ẞ to ß): Oniguruma prefers the longer.
type foldTable struct {
	equal   map[rune][]rune // characters of one folding, for each of them
	multi   map[rune]*foldGroup
	groups  map[string]*foldGroup
	sorted  []*foldGroup // shorter foldings first
	classes [][]rune     // all characters of one folding, whether to one or several
}

var folds = sync.OnceValue(func() *foldTable {
	t := &foldTable{equal: map[rune][]rune{}, multi: map[rune]*foldGroup{}, groups: map[string]*foldGroup{}}
	ucd.FullFolds(func(from rune, to string) {
		g := t.groups[to]
		if g == nil {
			g = &foldGroup{folded: []rune(to)}
			t.groups[to] = g
			t.sorted = append(t.sorted, g)
		}
		g.from = append(g.from, from)
		t.multi[from] = g
	})
	slices.SortStableFunc(t.sorted, func(a, b *foldGroup) int { return len(a.folded) - len(b.folded) })
	ucd.Folds(func(from, to rune) {
		if t.multi[from] != nil {
			return
		}
		if t.equal[to] == nil {
			t.equal[to] = []rune{to}
		}
		t.equal[to] = append(t.equal[to], from)
	})
	for _, runes := range t.equal {
		t.classes = append(t.classes, runes)
	}
	for _, runes := range t.classes {
		for _, r := range runes {
			t.equal[r] = runes
		}
	}
	for _, g := range t.sorted {
		t.classes = append(t.classes, g.from)
	}
	return t
})

// fold returns the folding of r to one character.
func (t *foldTable) fold(r rune) rune {
	if t.multi[r] != nil {
		return r
	}
	return ucd.Fold(r)
}

// class returns r and the characters that it equals without regard to case.
func (t *foldTable) class(r rune) set {
	if runes := t.equal[r]; runes != nil {
		return setOf(runes...)
	}
	if g := t.multi[r]; g != nil {
		return setOf(g.from...)
	}
	return setOf(r)
}

// closure adds to s whatever equals one of its members.
func (t *foldTable) closure(s set) set {
	var more []rune
	if n := s.size(); n < len(t.classes) {
		for _, r := range s {
			for c := r.Lo; c <= r.Hi; c++ {
				if runes := t.equal[c]; runes != nil {
					more = append(more, runes...)
				} else if g := t.multi[c]; g != nil {
					more = append(more, g.from...)
				}
			}
		}
	} else {
		for _, runes := range t.classes {
			if slices.ContainsFunc(runes, s.has) {
				more = append(more, runes...)
			}
		}
	}
	if len(more) == 0 {
		return s
	}
	return union(s, setOf(more...))
}

// groupsIn returns the foldings of those members of s that fold to several
// characters.
func (t *foldTable) groupsIn(s set) []foldGroup {
	var groups []foldGroup
	for _, g := range t.sorted {
		if slices.ContainsFunc(g.from, s.has) {
			groups = append(groups, *g)
		}
	}
	return groups
}

// groupAt returns the group whose folding the text begins with, the longest if
// there are two.
func (t *foldTable) groupAt(text []rune) *foldGroup {
	var buf [3 * utf8.UTFMax]byte
	folded := buf[:0]
	var found *foldGroup
	for i, r := range text[:min(3, len(text))] {
		if r == never {
			break
		}
		folded = utf8.AppendRune(folded, t.fold(r))
		if i > 0 {
			if g := t.groups[string(folded)]; g != nil {
				found = g
			}
		}
	}
	return found
}
