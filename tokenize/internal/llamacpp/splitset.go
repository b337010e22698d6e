package llamacpp

import (
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/nibble-go/nibble/tokenize/internal/ucd"
)

// A set is the characters between the brackets of a pattern. White space beyond
// ASCII is in none: llama.cpp turns it into a vertical tab before it matches.
type set struct {
	ascii  [utf8.RuneSelf]bool
	beyond []ucd.Range // in order
}

// newSet returns the set of members, as a pattern has them between brackets:
// characters and ranges of them, nothing escaped. Ranges may overlap.
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
	for _, r := range ranges {
		for ; r.Lo <= r.Hi && r.Lo < utf8.RuneSelf; r.Lo++ {
			s.ascii[r.Lo] = true
		}
		switch n := len(s.beyond); {
		case r.Lo > r.Hi:
		case n > 0 && r.Lo <= s.beyond[n-1].Hi:
			s.beyond[n-1].Hi = max(s.beyond[n-1].Hi, r.Hi)
		default:
			s.beyond = append(s.beyond, r)
		}
	}
	return s
}

func (set *set) has(r rune) bool {
	if r < utf8.RuneSelf {
		return set.ascii[r]
	}
	i := sort.Search(len(set.beyond), func(i int) bool { return set.beyond[i].Hi >= r })
	return i < len(set.beyond) && set.beyond[i].Lo <= r && !ucd.IsSpace(r)
}

// run returns the end of the run of members at s[pos].
func (set *set) run(s string, pos int) int {
	for pos < len(s) {
		r, size := decode(s, pos)
		if !set.has(r) {
			break
		}
		pos += size
	}
	return pos
}

// runs is [members]+ for each of the sets, the first that has the character at
// hand.
func runs(sets ...*set) stage {
	return isolate(func(s string, pos int) int {
		for _, set := range sets {
			if end := set.run(s, pos); end > pos {
				return end
			}
		}
		return pos
	})
}

// spaceAndRun is \s?[members]+.
func spaceAndRun(set *set) stage {
	return isolate(func(s string, pos int) int {
		if end := set.run(s, pos); end > pos {
			return end
		}
		r, size := decode(s, pos)
		if !ucd.IsSpace(r) {
			return pos
		}
		if end := set.run(s, pos+size); end > pos+size {
			return end
		}
		return pos
	})
}

// spaceAndClass is \s?\p{L}+ and the like.
func (t classTable) spaceAndClass(of class) stage {
	return isolate(func(s string, pos int) int {
		c, size := t.at(s, pos)
		if c&of != 0 {
			return t.run(s, pos+size, of)
		}
		if c&space != 0 {
			if end := t.run(s, pos+size, of); end > pos+size {
				return end
			}
		}
		return pos
	})
}

// oneOf is a pattern of one character of the classes, or of ASCII that is in
// also.
func (t classTable) oneOf(of class, also string) stage {
	return isolate(func(s string, pos int) int {
		if c, size := t.at(s, pos); c&of != 0 || strings.IndexByte(also, s[pos]) >= 0 {
			return pos + size
		}
		return pos
	})
}

// atMostOf is \p{N}{1,3} and the like.
func (t classTable) atMostOf(n int, of class) stage {
	return isolate(func(s string, pos int) int { return t.atMost(n, s, pos, of) })
}

// runOf is a run of characters of the classes, or of ASCII that is in also.
func (t classTable) runOf(of class, also string) stage {
	return isolate(func(s string, pos int) int {
		for pos < len(s) {
			c, size := t.at(s, pos)
			if c&of == 0 && strings.IndexByte(also, s[pos]) < 0 {
				break
			}
			pos += size
		}
		return pos
	})
}

// notSpace is \S+.
func (t classTable) notSpace() stage {
	return isolate(func(s string, pos int) int { return t.symbols(s, pos, space) })
}

// trailingSpace is \s+$. Its memo is where the white space at the end of s
// starts, and 1 more.
func (t classTable) trailingSpace(s string, pos int, memo *int) int {
	if *memo == 0 {
		start := len(s)
		for i := start; i > 0; {
			c, size := t.before(s, i)
			if c&space == 0 {
				break
			}
			i -= size
			start = i
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
	for size := 1; size <= utf8.UTFMax && size <= i; size++ {
		if utf8.RuneStart(s[i-size]) {
			c, _ := t.at(s, i-size)
			return c, size
		}
	}
	return 0, 1
}
