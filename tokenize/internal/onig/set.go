package onig

import (
	"cmp"
	"slices"

	"github.com/nibble-go/nibble/tokenize/internal/ucd"
)

// A set is a set of code points: ranges in ascending order that neither overlap
// nor touch. Sets are shared and never changed.
type set []ucd.Range

// everything is the set of all code points.
var everything = set{{Lo: 0, Hi: ucd.MaxRune}}

// ascii is the set that the options W, D, S and P confine classes to.
var ascii = set{{Lo: 0, Hi: 0x7f}}

// newSet returns the set of the code points in ranges, whose order it changes.
func newSet(ranges []ucd.Range) set {
	slices.SortFunc(ranges, func(a, b ucd.Range) int { return cmp.Compare(a.Lo, b.Lo) })
	joined := ranges[:0]
	for _, r := range ranges {
		if n := len(joined); n > 0 && r.Lo <= joined[n-1].Hi+1 {
			joined[n-1].Hi = max(joined[n-1].Hi, r.Hi)
			continue
		}
		joined = append(joined, r)
	}
	return joined
}

// setOf returns the set of the given code points.
func setOf(runes ...rune) set {
	ranges := make([]ucd.Range, len(runes))
	for i, r := range runes {
		ranges[i] = ucd.Range{Lo: r, Hi: r}
	}
	return newSet(ranges)
}

func (s set) has(r rune) bool {
	i, found := slices.BinarySearchFunc(s, r, func(x ucd.Range, r rune) int { return cmp.Compare(x.Lo, r) })
	return found || i > 0 && r <= s[i-1].Hi
}

// single returns the only member of s.
func (s set) single() (rune, bool) {
	if len(s) == 1 && s[0].Lo == s[0].Hi {
		return s[0].Lo, true
	}
	return 0, false
}

// size returns the number of members.
func (s set) size() int {
	n := 0
	for _, r := range s {
		n += int(r.Hi-r.Lo) + 1
	}
	return n
}

// not returns what is not in s.
func (s set) not() set {
	var out set
	next := rune(0)
	for _, r := range s {
		if next < r.Lo {
			out = append(out, ucd.Range{Lo: next, Hi: r.Lo - 1})
		}
		next = r.Hi + 1
	}
	if next <= ucd.MaxRune {
		out = append(out, ucd.Range{Lo: next, Hi: ucd.MaxRune})
	}
	return out
}

// and returns what is in both s and t.
func (s set) and(t set) set {
	var out set
	for i, j := 0, 0; i < len(s) && j < len(t); {
		lo, hi := max(s[i].Lo, t[j].Lo), min(s[i].Hi, t[j].Hi)
		if lo <= hi {
			out = append(out, ucd.Range{Lo: lo, Hi: hi})
		}
		if s[i].Hi < t[j].Hi {
			i++
		} else {
			j++
		}
	}
	return out
}

// setKey identifies a set by its memory, as sets never change.
type setKey struct {
	first *ucd.Range
	n     int
}

func (s set) key() setKey {
	if len(s) == 0 {
		return setKey{}
	}
	return setKey{&s[0], len(s)}
}

func compareSets(s, t set) int {
	return slices.CompareFunc(s, t, func(a, b ucd.Range) int {
		return cmp.Or(cmp.Compare(a.Lo, b.Lo), cmp.Compare(a.Hi, b.Hi))
	})
}
