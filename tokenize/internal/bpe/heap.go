package bpe

import "math"

// heap is what mergeLong keeps of a word: the symbols as a linked list, and the
// pairs that may be merged as a priority queue, in which those that no longer
// exist are left until their turn comes. It takes n log n steps.
type heap struct {
	prev, next []int32
	merges     []uint32 // of the pair that each symbol is the left one of, or none
	queue      []uint64 // priority<<32 | index of the left symbol; a binary heap
	passed     []uint64 // dropped out until the next merge
}

// maxWord is the number of symbols that a word may have.
const maxWord = math.MaxInt32

// mergeLong merges the symbols of a word of any length in the order in which
// Hugging Face's tokenizers merge them. If they are not nil, it asks drop
// whether to pass over a merge, and tells done of each merge.
func (r *rules) mergeLong(w *word, drop func() bool, done func(i, j int, left, right, merge uint32)) {
	h := &w.heap
	h.start(r, w.syms)
	for len(h.queue) > 0 {
		top := h.pop()
		if drop != nil && drop() {
			h.passed = append(h.passed, top)
			continue
		}
		for _, entry := range h.passed {
			h.push(entry)
		}
		h.passed = h.passed[:0]
		i := int32(uint32(top))
		merge := h.merges[i]
		if merge == none || !r.same(merge, uint32(top>>32)) {
			continue
		}
		j := h.next[i]
		if done != nil {
			done(int(i), int(j), w.syms[i], w.syms[j], merge)
		}
		w.syms[i] = r.result(merge)
		h.merges[j] = none
		w.syms[j] = none
		after := h.next[j]
		h.next[i] = after
		if prev := h.prev[i]; prev >= 0 {
			h.offer(r, prev, w.syms[prev], w.syms[i])
		}
		if int(after) < len(w.syms) {
			h.prev[after] = i
			h.offer(r, i, w.syms[i], w.syms[after])
		} else {
			h.merges[i] = none
		}
	}
	h.collect(w)
}

// same reports whether the merge is that of an entry of the queue of that
// priority. As in Hugging Face's tokenizers, it is enough that it makes the
// same symbol.
func (r *rules) same(merge, priority uint32) bool {
	return r.priority(merge) == priority || r.isStatic() && r.result(merge) == r.made[priority]
}

// start makes the list and the queue of the symbols.
func (h *heap) start(r *rules, syms []uint32) {
	n := len(syms)
	h.prev, h.next = grow(h.prev, n), grow(h.next, n)
	h.merges = grow(h.merges, n)
	h.queue, h.passed = h.queue[:0], h.passed[:0]
	for i := range n {
		h.prev[i], h.next[i], h.merges[i] = int32(i-1), int32(i+1), none
		if i+1 == n {
			break
		}
		if merge := r.find(syms[i], syms[i+1]); merge != none {
			h.merges[i] = merge
			h.queue = append(h.queue, uint64(r.priority(merge))<<32|uint64(i))
		}
	}
	for i := len(h.queue)/2 - 1; i >= 0; i-- {
		h.down(i)
	}
}

// offer sets the pair that i is the left one of, and queues it if it can be
// merged.
func (h *heap) offer(r *rules, i int32, left, right uint32) {
	merge := r.find(left, right)
	h.merges[i] = merge
	if merge != none {
		h.push(uint64(r.priority(merge))<<32 | uint64(i))
	}
}

func (h *heap) push(entry uint64) {
	h.queue = append(h.queue, entry)
	i := len(h.queue) - 1
	for i > 0 {
		parent := (i - 1) / 2
		if h.queue[parent] <= entry {
			break
		}
		h.queue[i] = h.queue[parent]
		i = parent
	}
	h.queue[i] = entry
}

func (h *heap) pop() uint64 {
	top := h.queue[0]
	n := len(h.queue) - 1
	h.queue[0] = h.queue[n]
	h.queue = h.queue[:n]
	if n > 1 {
		h.down(0)
	}
	return top
}

func (h *heap) down(i int) {
	entry := h.queue[i]
	for {
		child := 2*i + 1
		if child >= len(h.queue) {
			break
		}
		if child+1 < len(h.queue) && h.queue[child+1] < h.queue[child] {
			child++
		}
		if entry <= h.queue[child] {
			break
		}
		h.queue[i] = h.queue[child]
		i = child
	}
	h.queue[i] = entry
}

// collect leaves in the word what is in the list.
func (h *heap) collect(w *word) {
	n := 0
	for i := 0; i < len(w.syms); n++ {
		next := int(h.next[i])
		w.syms[n] = w.syms[i]
		if w.sized {
			w.sizes[n] = sum(w.sizes[i:next])
		}
		i = next
	}
	w.truncate(n)
}

func grow[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n, n+n/4)
	}
	return s[:n]
}
