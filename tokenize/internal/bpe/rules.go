package bpe

// rules are merges of symbols.
//
// Symbols are numbered from 0: first the atoms, then what canonical merges make
// (see analyze.go) by rank, then other tokens, then what stands for unknown
// units. There are two kinds of rules.
//
//   - Canonical rules have the canonical merges. Each symbol is made by one of
//     them at most, and the number of the merge is that of the symbol.
//   - Full rules have all merges that may happen in any text. They have numbers
//     of their own, by rank.
//
// Both are correct for texts without odd tokens, full rules for all texts.
type rules struct {
	pairs pairTable
	atoms uint32  // symbols below are atoms
	parts []parts // canonical: of the symbols from atoms on

	results []uint32 // full: the symbol that each merge makes
	order   []uint32 // full, and some ranks equal: the lowest merge of that rank
	static  bool     // full: some merge makes its left part

	// Canonical, if the atoms are the 256 bytes and all that pieces start out
	// as: the merges of two atoms, by left<<8 | right.
	ofBytes []uint32

	ranks []uint32 // by the number of the merge; canonical: from atoms on
}

// parts are the symbols that a symbol is merged from.
type parts struct{ left, right uint32 }

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

func (r *rules) isFull() bool { return r.results != nil }

// end returns the number of the first symbol that is neither an atom nor made
// by canonical rules.
func (r *rules) end() uint32 { return r.atoms + uint32(len(r.parts)) }

// result returns the symbol that a merge makes.
func (r *rules) result(merge uint32) uint32 {
	if r.results == nil {
		return merge
	}
	return r.results[merge]
}

// priority returns a number by which merges go, the lowest first. Merges of
// equal rank have the same.
func (r *rules) priority(merge uint32) uint32 {
	if r.order == nil {
		return merge
	}
	return r.order[merge]
}

// rank returns the rank of a merge as it was configured.
func (r *rules) rank(merge uint32) uint32 {
	if r.isFull() {
		return r.ranks[merge]
	}
	return r.ranks[merge-r.atoms]
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
