package bpe

import "slices"

// Merges of lower rank than one that makes their part.
//
// Such a late merge happens as soon as its part is made, before any merge of a
// higher rank, or of the same rank further right. So it can be kept with a
// number next to that of the merge that made the part, the root, as if that were
// its rank. Then the late merges happen after all merges of the root's rank are
// done, and not after each of them; that is the same unless
//
//   - a late merge takes the left part of a root merge further right;
//   - a late merge joins two symbols that were both made since the root, which
//     may be those of two root merges;
//   - two of them take the same older symbol, one as its right part, the other
//     as its left one, and so may two root merges from both sides.
//
// A merge of which that may be so is odd. Where it is not, what late merges make
// of the surroundings of one root merge has nothing to do with another, and
// there they go by rank, as they are numbered.

// late are the late merges of a list, by index.
type late struct {
	waiting []int32     // by the id of a part not made yet: index of entries plus one, or 0
	entries []lateEntry // linked lists

	queue []int // merges whose part is made, in ascending order

	// Older symbols that late merges take since the root, as their right or as
	// their left part.
	taken []takenSymbol
}

type lateEntry struct{ merge, next int32 }

type takenSymbol struct {
	symbol uint32
	right  bool
}

func newLate(tokens int) late { return late{waiting: make([]int32, tokens)} }

// wait puts off a merge until a token is made.
func (l *late) wait(id uint32, merge int) {
	l.entries = append(l.entries, lateEntry{int32(merge), l.waiting[id]})
	l.waiting[id] = int32(len(l.entries))
}

// wake queues the merges that waited for a token.
func (l *late) wake(id uint32) {
	for at := l.waiting[id]; at != 0; {
		e := l.entries[at-1]
		i, _ := slices.BinarySearch(l.queue, int(e.merge))
		l.queue = slices.Insert(l.queue, i, int(e.merge))
		at = e.next
	}
	l.waiting[id] = 0
}

// conflicts reports whether a late merge is odd, and notes what it takes.
func (l *late) conflicts(r *rules, root, left, right uint32) bool {
	if left >= root && right >= root {
		return true
	}
	taken := takenSymbol{right, true}
	if right >= root {
		taken = takenSymbol{left, false}
	} else if right == r.parts[root-r.atoms].left {
		return true
	}
	if slices.Contains(l.taken, takenSymbol{taken.symbol, !taken.right}) {
		return true
	}
	l.taken = append(l.taken, taken)
	return false
}

// keepLate keeps the late merges that happen once a token is made.
func (l *loader) keepLate(list mergeList, id uint32) error {
	if l.late.waiting[id] == 0 {
		return nil
	}
	root := l.symbols[id]
	l.late.taken = l.late.taken[:0]
	for l.late.wake(id); len(l.late.queue) > 0; {
		i := l.late.queue[0]
		l.late.queue = slices.Delete(l.late.queue, 0, 1)
		kept, err := l.consider(list, i, root)
		if err != nil {
			return err
		}
		if kept {
			l.late.wake(list.merges[i].Result)
		}
	}
	return nil
}
