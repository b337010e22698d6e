package trie

import (
	"slices"
	"strings"
)

// sorter sorts keys as the trie is built: the groups that have a prefix in
// common by the byte behind it. Keys alone in their group, as most are soon,
// need no sorting any more.
type sorter struct {
	keys    []string
	order   []int32 // indices of keys
	scratch []int32
}

// A group is the keys from lo to hi in the order, which have the first depth
// bytes in common.
type group struct {
	lo, hi, depth int
	sorted        bool
}

func newSorter(keys []string) sorter {
	s := sorter{keys: keys, order: make([]int32, len(keys)), scratch: make([]int32, len(keys))}
	for i := range s.order {
		s.order[i] = int32(i)
	}
	return s
}

// sort sorts a group by its next byte at least: first the key that ends there.
func (s *sorter) sort(g *group) {
	const few = 32
	switch n := g.hi - g.lo; {
	case g.sorted || n < 2:
	case n < few:
		slices.SortFunc(s.order[g.lo:g.hi], func(a, b int32) int {
			return strings.Compare(s.keys[a][g.depth:], s.keys[b][g.depth:])
		})
		g.sorted = true
	default:
		s.count(*g)
	}
}

// count sorts a group by counting.
func (s *sorter) count(g group) {
	var at [257]int // where the keys with that next byte go; 0: the key ends
	for _, k := range s.order[g.lo:g.hi] {
		at[s.after(k, g.depth)]++
	}
	sum := g.lo
	for i, n := range at {
		at[i] = sum
		sum += n
	}
	for _, k := range s.order[g.lo:g.hi] {
		i := s.after(k, g.depth)
		s.scratch[at[i]] = k
		at[i]++
	}
	copy(s.order[g.lo:g.hi], s.scratch[g.lo:g.hi])
}

// after returns the byte at depth of a key plus one, 0 if the key ends there.
func (s *sorter) after(key int32, depth int) int {
	if k := s.keys[key]; depth < len(k) {
		return int(k[depth]) + 1
	}
	return 0
}

// ends reports whether the first key of a sorted group is the prefix itself.
func (s *sorter) ends(g group) (key string, ok bool) {
	if g.lo == g.hi {
		return "", false
	}
	key = s.keys[s.order[g.lo]]
	return key, len(key) == g.depth
}

// next returns the part of a sorted group from lo on that has the next byte in
// common, and that byte.
func (s *sorter) next(g group, lo int) (part group, label byte) {
	label = s.keys[s.order[lo]][g.depth]
	hi := lo + 1
	for hi < g.hi && s.keys[s.order[hi]][g.depth] == label {
		hi++
	}
	return group{lo, hi, g.depth + 1, g.sorted}, label
}
