package llamacpp

import (
	"math"
	"sort"
	"unicode/utf8"

	"github.com/nibble-go/nibble/tokenize/internal/ucd"
)

// A set is a set of characters that a stage looks for.
type set struct {
	ascii  [utf8.RuneSelf]bool
	beyond func(r rune) bool
}

// of returns the set of the characters of some classes, and of ASCII that is in
// also.
func (t classTable) set(of class, also string) *set {
	s := &set{beyond: func(r rune) bool { return t.of(r)&of != 0 }}
	for c := range s.ascii {
		s.ascii[c] = t.table[c]&of != 0
	}
	for _, c := range []byte(also) {
		s.ascii[c] = true
	}
	return s
}

// newSet returns the set of members, as a pattern has them between brackets:
// characters and ranges of them, nothing escaped. Ranges may overlap. White
// space beyond ASCII is in no such set: llama.cpp turns it into a vertical tab
// before it matches.
func newSet(members string) *set {
	var ranges []ucd.Range
	runes := []rune(members)
	for i := 0; i < len(runes); i++ {
		r := ucd.Range{Lo: runes[i], Hi: runes[i]}
		if i+2 < len(runes) && runes[i+1] == '-' {
			r.Hi = runes[i+2]
			i += 2
		}
		ranges = append(ranges, r)
	}
	sort.Slice(ranges, func(i, j int) bool { return ranges[i].Lo < ranges[j].Lo })
	s := new(set)
	var joined []ucd.Range // beyond ASCII
	for _, r := range ranges {
		for ; r.Lo <= r.Hi && r.Lo < utf8.RuneSelf; r.Lo++ {
			s.ascii[r.Lo] = true
		}
		switch n := len(joined); {
		case r.Lo > r.Hi:
		case n > 0 && r.Lo <= joined[n-1].Hi:
			joined[n-1].Hi = max(joined[n-1].Hi, r.Hi)
		default:
			joined = append(joined, r)
		}
	}
	s.beyond = func(r rune) bool {
		i := sort.Search(len(joined), func(i int) bool { return joined[i].Hi >= r })
		return i < len(joined) && joined[i].Lo <= r && !ucd.IsSpace(r)
	}
	return s
}

// union returns the set of what is in one of two sets.
func union(a, b *set) *set {
	s := &set{beyond: func(r rune) bool { return a.beyond(r) || b.beyond(r) }}
	for c := range s.ascii {
		s.ascii[c] = a.ascii[c] || b.ascii[c]
	}
	return s
}

// run returns the end of the run of members at s[pos], n of them at most.
func (set *set) run(s string, pos, n int) int {
	for ; pos < len(s) && n > 0; n-- {
		size := 1
		if c := s[pos]; c < utf8.RuneSelf {
			if !set.ascii[c] {
				break
			}
		} else {
			var r rune
			if r, size = decodeBeyond(s[pos:]); !set.beyond(r) {
				break
			}
		}
		pos += size
	}
	return pos
}

// skip returns the first member from s[pos] on, or the end of s.
func (set *set) skip(s string, pos int) int {
	for pos < len(s) {
		size := 1
		if c := s[pos]; c < utf8.RuneSelf {
			if set.ascii[c] {
				break
			}
		} else {
			var r rune
			if r, size = decodeBeyond(s[pos:]); set.beyond(r) {
				break
			}
		}
		pos += size
	}
	return pos
}

// groups is a stage that makes pieces of n members at most, as \p{N}{1,3}.
func (set *set) groups(n int) stage {
	return func(s string, pos int, _ *int) int {
		if end := set.run(s, pos, n); end > pos {
			return end
		}
		return set.skip(s, pos)
	}
}

// runs is a stage that makes pieces of all members side by side, as [a-z]+.
func (set *set) runs() stage { return set.groups(math.MaxInt) }

// runsOf is runs for several sets that have no member in common: members of
// different sets are in different pieces.
func runsOf(sets ...*set) stage {
	all := sets[0]
	for _, set := range sets[1:] {
		all = union(all, set)
	}
	return func(s string, pos int, _ *int) int {
		if end := all.skip(s, pos); end > pos {
			return end
		}
		for _, set := range sets {
			if end := set.run(s, pos, math.MaxInt); end > pos {
				return end
			}
		}
		return len(s)
	}
}

// spaceAndRuns is a stage that takes a character of white space before the run
// along, as \s?[a-z]+. No white space is a member.
func (t classTable) spaceAndRuns(set *set) stage {
	return func(s string, pos int, _ *int) int {
		if end := set.run(s, pos, math.MaxInt); end > pos {
			return end
		}
		c, size := t.at(s, pos)
		if c&space != 0 {
			if end := set.run(s, pos+size, math.MaxInt); end > pos+size {
				return end
			}
		}
		end := set.skip(s, pos+size)
		if end < len(s) {
			if c, size := t.before(s, end); c&space != 0 {
				end -= size
			}
		}
		return end
	}
}

// trailingSpace is a stage that makes a piece of the white space at the end, as
// \s+$. Its memo is where that starts, and 1 more.
func (t classTable) trailingSpace(s string, pos int, memo *int) int {
	if *memo == 0 {
		start := len(s)
		for start > 0 {
			c, size := t.before(s, start)
			if c&space == 0 {
				break
			}
			start -= size
		}
		*memo = start + 1
	}
	if start := *memo - 1; pos < start {
		return start
	}
	return len(s)
}

// before returns the class of the character that ends at s[i], and its bytes.
func (t classTable) before(s string, i int) (class, int) {
	size := 1
	for size < utf8.UTFMax && size < i && !utf8.RuneStart(s[i-size]) {
		size++
	}
	c, _ := t.at(s, i-size)
	return c, size
}
