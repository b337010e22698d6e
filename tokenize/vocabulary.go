package tokenize

import (
	"hash/maphash"
	"iter"
	"sync"
)

// vocabulary is the tokens of a tokenizer by id: what the file spells, one
// string behind the other. Ids may have holes.
type vocabulary struct {
	arena  string
	starts []uint32 // by id, and one more; equal to the next: no such token, or an empty one
	holes  []uint64 // bit set: there is no token of that id
	count  int

	lookup sync.Once
	seed   maphash.Seed
	byText []uint32 // open addressing: id + 1
}

// newVocabulary returns the vocabulary of n ids, whose tokens texts yields in
// any order. Of equal ids the last counts.
func newVocabulary(n int, texts iter.Seq2[uint32, string]) *vocabulary {
	v := &vocabulary{starts: make([]uint32, n+1), holes: make([]uint64, (n+63)/64)}
	byID := make([]string, n)
	for i := range v.holes {
		v.holes[i] = ^uint64(0)
	}
	total := 0
	for id, text := range texts {
		if v.holes[id/64]&(1<<(id%64)) != 0 {
			v.holes[id/64] &^= 1 << (id % 64)
			v.count++
		}
		total += len(text) - len(byID[id])
		byID[id] = text
	}
	arena := make([]byte, 0, total)
	for id, text := range byID {
		arena = append(arena, text...)
		v.starts[id+1] = uint32(len(arena))
	}
	v.arena = string(arena)
	return v
}

// size returns one more than the largest id.
func (v *vocabulary) size() int { return len(v.starts) - 1 }

// has reports whether there is a token of that id.
func (v *vocabulary) has(id uint32) bool {
	return int(id) < v.size() && v.holes[id/64]&(1<<(id%64)) == 0
}

// text returns the token of that id, "" if there is none.
func (v *vocabulary) text(id uint32) string {
	if int(id) >= v.size() {
		return ""
	}
	return v.arena[v.starts[id]:v.starts[id+1]]
}

// id returns the id of a token. The first call takes longer than the others.
func (v *vocabulary) id(text string) (uint32, bool) {
	v.lookup.Do(v.index)
	mask := uint64(len(v.byText) - 1)
	for i := maphash.String(v.seed, text) & mask; v.byText[i] != 0; i = (i + 1) & mask {
		if id := v.byText[i] - 1; v.text(id) == text {
			return id, true
		}
	}
	return 0, false
}

// index fills byText. Of equal tokens the first is found.
func (v *vocabulary) index() {
	slots := 16
	for slots < 2*v.count {
		slots *= 2
	}
	v.seed = maphash.MakeSeed()
	v.byText = make([]uint32, slots)
	mask := uint64(slots - 1)
next:
	for id := range uint32(v.size()) {
		if !v.has(id) {
			continue
		}
		text := v.text(id)
		i := maphash.String(v.seed, text) & mask
		for ; v.byText[i] != 0; i = (i + 1) & mask {
			if v.text(v.byText[i]-1) == text {
				continue next
			}
		}
		v.byText[i] = id + 1
	}
}
