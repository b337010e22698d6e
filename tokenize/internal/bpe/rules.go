package bpe

import "slices"

// rules are merges of symbols.
//
// Symbols are numbered from 0: first the atoms, then what canonical merges make
// (see analyze.go) by rank, then other tokens, then what stands for unknown
// units. Each symbol is made by one canonical merge at most, and that has the
// number of the symbol.
//
// Rules are canonical or full. Full rules have extra merges, with numbers behind
// those of the canonical ones. Both are correct for texts without odd tokens,
// full rules for all texts.
type rules struct {
	pairs pairTable
	atoms uint32   // symbols below are atoms
	parts []parts  // of the symbols from atoms on
	ranks []uint32 // of their merges

	// If the atoms are the 256 bytes and all that pieces start out as: the
	// canonical merges of two atoms, by left<<8 | right.
	ofBytes []uint32

	*extraRules // nil: canonical
}

// parts are the symbols that a symbol is merged from.
type parts struct{ left, right uint32 }

// extraRules are what full rules have besides the canonical ones.
type extraRules struct {
	table  pairTable // indices of merges
	merges []extra
	order  []uint32 // by the number of a merge: its priority
	made   []uint32 // by priority: a symbol that is made
	static bool     // some merge makes its left part
}

// An extra merge is one that is not canonical, but may happen.
type extra struct {
	parts
	result uint32
	rank   uint32
}

// end returns the number of the first symbol that is neither an atom nor made
// by a canonical merge.
func (r *rules) end() uint32 { return r.atoms + uint32(len(r.parts)) }

// find returns the number of the merge of two symbols, or none.
func (r *rules) find(left, right uint32) uint32 {
	merge := r.pairs.find(left, right)
	if merge == none && r.extraRules != nil {
		if merge = r.table.find(left, right); merge != none {
			merge += r.end()
		}
	}
	return merge
}

// result returns the symbol that a merge makes.
func (r *rules) result(merge uint32) uint32 {
	if end := r.end(); merge >= end {
		return r.merges[merge-end].result
	}
	return merge
}

// priority returns a number by which merges go, the lowest first. Merges of
// equal rank have the same.
func (r *rules) priority(merge uint32) uint32 {
	if r.extraRules == nil {
		return merge
	}
	return r.order[merge]
}

// rank returns the rank of a merge as it was configured.
func (r *rules) rank(merge uint32) uint32 {
	if end := r.end(); merge >= end {
		return r.merges[merge-end].rank
	}
	return r.ranks[merge-r.atoms]
}

// isStatic reports whether some merge makes its left part.
func (r *rules) isStatic() bool { return r.extraRules != nil && r.static }

// withExtra returns full rules: the canonical ones with extra merges.
func (r *rules) withExtra(merges []extra) *rules {
	x := &extraRules{
		table:  newPairTable(len(merges)),
		merges: merges,
		order:  make([]uint32, int(r.end())+len(merges)),
	}
	byRank := make([]uint64, 0, len(x.order)) // rank<<32 | number of a merge
	for i, rank := range r.ranks {
		byRank = append(byRank, uint64(rank)<<32|uint64(r.atoms)+uint64(i))
	}
	for i, e := range merges {
		byRank = append(byRank, uint64(e.rank)<<32|uint64(r.end())+uint64(i))
	}
	slices.Sort(byRank)
	full := *r
	full.extraRules, full.ofBytes = x, nil
	for i, entry := range byRank {
		if i == 0 || entry>>32 != byRank[i-1]>>32 {
			x.made = append(x.made, full.result(uint32(entry)))
		}
		x.order[uint32(entry)] = uint32(len(x.made) - 1)
	}
	for i, e := range merges {
		x.table.put(e.left, e.right, uint32(i))
		x.static = x.static || e.result == e.left
	}
	return &full
}

// indexBytes makes ofBytes.
func (r *rules) indexBytes() {
	r.ofBytes = make([]uint32, 256*256)
	for i := range r.ofBytes {
		r.ofBytes[i] = none
	}
	for i, p := range r.parts {
		if p.left < r.atoms && p.right < r.atoms {
			r.ofBytes[p.left<<8|p.right] = r.atoms + uint32(i)
		}
	}
}

// adjacent reports whether two symbols can stand side by side in what is
// encoded by canonical rules: whether the bytes of both, encoded as one text,
// become these two symbols.
//
// It undoes the merges of both symbols along the border between them, the
// younger first, back to the atoms. Every pair seen across the border stood
// there at some time, and would have been merged if its rank is below that of
// the merge undone last. Of equal ranks the left one goes first: a pair across
// the border before the merge to its right, but after the merge to its left.
func (r *rules) adjacent(left, right uint32) bool {
	limit := none
	for {
		if r.pairs.find(left, right) < limit {
			return false
		}
		if left > right {
			if left < r.atoms {
				return true
			}
			limit = left
			left = r.parts[left-r.atoms].right
		} else {
			if right < r.atoms {
				return true
			}
			limit = right + 1
			right = r.parts[right-r.atoms].left
		}
	}
}
