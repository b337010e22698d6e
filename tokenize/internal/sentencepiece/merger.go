package sentencepiece

import "github.com/nibble-go/nibble/tokenize/internal/trie"

// A merger merges the characters of a text. A symbol, which is a character or
// what characters were merged to, is known by where in the text it starts.
type merger struct {
	nodes []int32 // by start: the symbol's node in the trie of pieces, or one of those below
	ends  []int32 // by start: where the symbol ends; 0: it was merged to the one before it
	lasts []int32 // by start: where the symbol before it starts, -1: it is the first

	// agenda has the pairs of symbols that make a piece, as order<<32 | start of
	// the first: a heap whose least number is at 0. A pair that has changed
	// since stays in it until it comes up. So the agenda says when to look at a
	// symbol, and the symbols themselves say what there is to merge.
	agenda []uint64
}

const (
	noNode int32 = -1 // the symbol's text does not begin a piece
	frozen int32 = -2 // the symbol is user-defined, and not merged
)

func (m *merger) size() int { return 12*cap(m.nodes) + 8*cap(m.agenda) }

// end returns where the symbol ends that starts at i.
func (m *merger) end(i int) int { return int(m.ends[i]) }

// run merges the symbols of a text. In splits it notes how unused pieces are
// made.
func (m *merger) run(s *unusedBPE, text []byte, splits map[int32]int) {
	for i := 0; i < len(text); i = m.end(i) {
		if key, _, ok := m.pair(s, text, i, splits); ok {
			m.agenda = append(m.agenda, key)
		}
	}
	m.heapify()
	for len(m.agenda) > 0 {
		top := m.pop()
		i := int(uint32(top))
		if m.ends[i] == 0 {
			continue
		}
		key, node, ok := m.pair(s, text, i, nil)
		if !ok || key != top {
			continue
		}
		m.join(i, node)
		if last := int(m.lasts[i]); last >= 0 {
			if key, _, ok := m.pair(s, text, last, splits); ok {
				m.push(key)
			}
		}
		if key, _, ok := m.pair(s, text, i, splits); ok {
			m.push(key)
		}
	}
}

// reset makes room for a text of n bytes.
func (m *merger) reset(n int) {
	if cap(m.nodes) < n {
		n := max(n, 256)
		m.nodes, m.ends, m.lasts = make([]int32, n), make([]int32, n), make([]int32, n)
	}
	m.nodes, m.ends, m.lasts = m.nodes[:n], m.ends[:n], m.lasts[:n]
	m.agenda = m.agenda[:0]
}

// set makes a symbol and returns its start.
func (m *merger) set(start, size int, node, last int32) int32 {
	m.nodes[start], m.ends[start], m.lasts[start] = node, int32(start+size), last
	return int32(start)
}

// pair returns the place in the agenda of the symbol at i and the next one, and
// the node of the piece that they make, if they make one. If it is unused, that
// is noted in splits, unless that is nil.
func (m *merger) pair(s *unusedBPE, text []byte, i int, splits map[int32]int) (key uint64, node int32, ok bool) {
	next := m.end(i)
	if next == len(text) || m.nodes[i] < 0 || m.nodes[next] == frozen {
		return 0, noNode, false
	}
	node = extend(s.lookup, m.nodes[i], text[next:m.end(next)])
	if node == noNode {
		return 0, noNode, false
	}
	id := s.lookup.Value(node)
	if id == trie.None {
		return 0, noNode, false
	}
	if splits != nil && s.unused[id] {
		splits[id] = next - i
	}
	return uint64(s.orders[id])<<32 | uint64(i), node, true
}

// extend returns the node that text leads to from another one, or noNode.
func extend(t *trie.Trie, node int32, text []byte) int32 {
	for _, b := range text {
		next, ok := t.Step(node, b)
		if !ok {
			return noNode
		}
		node = next
	}
	return node
}

// join merges the symbol at i with the next one.
func (m *merger) join(i int, node int32) {
	next := m.end(i)
	m.nodes[i], m.ends[i] = node, m.ends[next]
	m.ends[next] = 0
	if after := m.end(i); after < len(m.lasts) {
		m.lasts[after] = int32(i)
	}
}

func (m *merger) heapify() {
	for i := (len(m.agenda)+2)/fan - 1; i >= 0; i-- {
		m.down(i)
	}
}

// fan is how many children an element of the heap has.
const fan = 4

func (m *merger) push(x uint64) {
	m.agenda = append(m.agenda, x)
	i := len(m.agenda) - 1
	for i > 0 {
		parent := (i - 1) / fan
		if m.agenda[parent] <= x {
			break
		}
		m.agenda[i] = m.agenda[parent]
		i = parent
	}
	m.agenda[i] = x
}

func (m *merger) pop() uint64 {
	top, last := m.agenda[0], len(m.agenda)-1
	m.agenda[0] = m.agenda[last]
	m.agenda = m.agenda[:last]
	if last > 0 {
		m.down(0)
	}
	return top
}

// down moves the element at i to where it belongs below.
func (m *merger) down(i int) {
	heap := m.agenda
	x := heap[i]
	for {
		first := fan*i + 1
		if first >= len(heap) {
			break
		}
		least := first
		for child := first + 1; child < min(first+fan, len(heap)); child++ {
			if heap[child] < heap[least] {
				least = child
			}
		}
		if heap[least] >= x {
			break
		}
		heap[i] = heap[least]
		i = least
	}
	heap[i] = x
}
