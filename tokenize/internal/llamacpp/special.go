package llamacpp

import (
	"slices"
	"strings"
	"sync"

	"github.com/nibble-go/nibble/tokenize/internal/trie"
)

// A matcher finds special tokens in a text.
//
// llama.cpp goes through the special tokens, the longest first. Each is searched
// for in what is left of the text from front to back, and cuts it where it is
// found; what a token takes along of the white space beside it is cut off too.
// So a longer token takes precedence over one that starts before it.
//
// The matcher comes to the same parts without going through the text once for
// each token: it collects the places where tokens are spelled that overlap each
// other, and settles these in the order that llama.cpp has.
type matcher struct {
	tokens []specialToken // in the order that llama.cpp has
	tree   *trie.Trie     // of their texts; values are indices of tokens
	first  [256]bool      // bytes that texts start with
	single int            // the only such byte, or -1
	most   int            // bytes of the longest
	strips bool           // a token takes white space along
	plain  bool           // control tokens are text
}

type specialToken struct {
	id    uint32
	size  int  // bytes of the text
	first byte // of them
	attr  attr
}

// A part is a special token in a text, with what it takes along.
type part struct {
	start, end int
	token      int // index of tokens
}

// makeMatchers makes the matchers, after giving the tokens of some models the
// attributes that llama.cpp knows they have.
func (l *loader) makeMatchers() error {
	v := l.v
	var ids []uint32
	for id, attr := range v.attrs {
		if attr&(controlToken|userDefined|unknownToken) != 0 {
			ids = append(ids, uint32(id))
		}
	}
	l.stripAttributes(ids)
	sortSpecial(ids, func(id uint32) int { return len(v.texts[id]) })
	var err error
	if v.parsing, err = v.newMatcher(ids); err == nil {
		v.plain = v.parsing.withoutControl()
	}
	return err
}

// stripAttributes sets which tokens take white space along. Files do not say
// so: it goes by names.
func (l *loader) stripAttributes(special []uint32) {
	set := func(text string, a attr, on bool) {
		switch id, ok := l.byText[text]; {
		case ok && on:
			l.v.attrs[id] |= a
		case ok:
			l.v.attrs[id] &^= a
		}
	}
	hasAny := func(s string, parts ...string) bool {
		return slices.ContainsFunc(parts, func(part string) bool { return strings.Contains(s, part) })
	}
	name := toLowerASCII(l.c.Name)
	switch {
	case hasAny(l.c.Pre, "jina-v2-de", "jina-v2-es", "jina-v2-code") || hasAny(l.c.Architecture, "nomic-bert-moe", "jina-bert-v3"):
		set("<mask>", leftStrip, true)
	case hasAny(name, "phi-3", "phi3"):
		for _, id := range special {
			l.v.attrs[id] |= rightStrip
		}
		set("</s>", rightStrip, true)
		for _, text := range []string{"<unk>", "<s>", "<|endoftext|>"} {
			set(text, rightStrip, false)
		}
	case hasAny(name, "modern-bert"):
		set("[MASK]", leftStrip, true)
	}
}

// toLowerASCII returns s with the letters of ASCII in lower case.
func toLowerASCII(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c | 0x20
		}
	}
	return string(b)
}

// newMatcher returns a matcher of tokens, which are in llama.cpp's order, or nil
// where there are none.
func (v *Vocabulary) newMatcher(ids []uint32) (*matcher, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	m := &matcher{tokens: make([]specialToken, len(ids))}
	keys := make([]string, len(ids))
	values := make([]int32, len(ids))
	for i, id := range ids {
		keys[i], values[i] = v.texts[id], int32(i)
		m.tokens[i] = specialToken{id: id, size: len(keys[i]), first: keys[i][0], attr: v.attrs[id]}
	}
	var err error
	m.tree, err = buildTree(keys, values)
	m.summarize()
	return m, err
}

// withoutControl returns the matcher that leaves control tokens and the unknown
// token alone, or nil where no token is left.
func (m *matcher) withoutControl() *matcher {
	if m == nil {
		return nil
	}
	plain := &matcher{tokens: m.tokens, tree: m.tree, plain: true}
	if plain.summarize(); plain.most == 0 {
		return nil
	}
	return plain
}

// looksFor reports whether the matcher finds a token.
func (m *matcher) looksFor(token *specialToken) bool {
	return !m.plain || token.attr&(controlToken|unknownToken) == 0
}

// summarize finds out what all tokens that are found have in common.
func (m *matcher) summarize() {
	m.single = -1
	starts := 0
	for i := range m.tokens {
		token := &m.tokens[i]
		if !m.looksFor(token) {
			continue
		}
		if !m.first[token.first] {
			m.first[token.first] = true
			m.single = int(token.first)
			starts++
		}
		m.most = max(m.most, token.size)
		m.strips = m.strips || token.attr&(leftStrip|rightStrip) != 0
	}
	if starts > 1 {
		m.single = -1
	}
}

// split calls do with the parts of s in order: special tokens, and the text
// between them, whose token is -1.
func (m *matcher) split(s string, do func(p part) error) error {
	done := 0
	if m != nil {
		st := settlers.Get().(*settler)
		defer st.release()
		for pos := m.next(s, 0); pos < len(s); pos = m.next(s, pos) {
			pos = st.settle(m, s, done, pos)
			for _, p := range st.parts {
				if done < p.start {
					if err := do(part{done, p.start, -1}); err != nil {
						return err
					}
				}
				if err := do(p); err != nil {
					return err
				}
				done = p.end
			}
		}
	}
	if done < len(s) {
		return do(part{done, len(s), -1})
	}
	return nil
}

// next returns the first position from pos on where a token is spelled, or the
// end of s.
func (m *matcher) next(s string, pos int) int {
	for pos < len(s) {
		if m.single >= 0 {
			i := strings.IndexByte(s[pos:], byte(m.single))
			if i < 0 {
				break
			}
			pos += i
		} else if !m.first[s[pos]] {
			pos++
			continue
		}
		if m.longest(s, pos, len(s)) >= 0 {
			return pos
		}
		pos++
	}
	return len(s)
}

// longest returns the longest token that is spelled at s[pos] and ends by
// limit, or -1.
func (m *matcher) longest(s string, pos, limit int) int {
	found := int32(-1)
	node := trie.Root
	for pos < limit {
		next, ok := m.tree.Step(node, s[pos])
		if !ok {
			break
		}
		node = next
		pos++
		if value := m.tree.Value(node); value != trie.None && m.looksFor(&m.tokens[value]) {
			found = value
		}
	}
	return int(found)
}

// reach returns the end of the white space at s[end], if tokens may take it
// along.
func (m *matcher) reach(s string, end int) int {
	for m.strips && end < len(s) && isSpace(s[end]) {
		end++
	}
	return end
}

// isSpace is isspace of C.
func isSpace(c byte) bool { return c == ' ' || '\t' <= c && c <= '\r' }

// A settler settles which tokens a cluster has: places where tokens are spelled
// that overlap each other, and the white space beside them if it may be taken
// along. It is memory for reuse.
type settler struct {
	queue []uint64 // a heap of tokens and where they are spelled, from the start of the cluster
	taken []bool   // the bytes of the cluster that belong to parts
	parts []part
}

var settlers = sync.Pool{New: func() any { return new(settler) }}

// release gives the memory back, unless it is that of a large cluster.
func (st *settler) release() {
	if cap(st.queue) <= 64<<10 {
		settlers.Put(st)
	}
}

const queueShift = 40

// settle finds the parts of the cluster that starts at pos, where a token is
// spelled, and returns its end. What is before done belongs to other parts.
func (st *settler) settle(m *matcher, s string, done, pos int) (end int) {
	st.queue, st.parts = st.queue[:0], st.parts[:0]
	start := pos
	for m.strips && start > done && isSpace(s[start-1]) {
		start--
	}
	token := m.longest(s, pos, len(s))
	end = m.reach(s, pos+m.tokens[token].size)
	whole := part{pos, end, token}
	st.queue = append(st.queue, uint64(token)<<queueShift|uint64(pos-start))
	for p := pos + 1; p < end || p == end && p < len(s) && m.strips && isSpace(s[p-1]); p++ {
		if token := m.longest(s, p, len(s)); token >= 0 {
			st.queue = append(st.queue, uint64(token)<<queueShift|uint64(p-start))
			end = max(end, m.reach(s, p+m.tokens[token].size))
		}
	}
	if end == whole.end && !m.strips { // no other token is as long
		st.parts = append(st.parts, whole)
		return end
	}
	slices.Sort(st.queue) // which makes a heap of it
	st.taken = append(st.taken[:0], make([]bool, end-start)...)
	for len(st.queue) > 0 {
		next := st.pop()
		st.take(m, s[start:end], int(next>>queueShift), int(next&(1<<queueShift-1)))
	}
	slices.SortFunc(st.parts, func(a, b part) int { return a.start - b.start })
	for i := range st.parts {
		st.parts[i].start += start
		st.parts[i].end += start
	}
	return end
}

// take makes a part of a token at pos of the cluster if its bytes are free, or
// queues the longest token that fits there.
func (st *settler) take(m *matcher, cluster string, token, pos int) {
	if st.taken[pos] {
		return
	}
	t := &m.tokens[token]
	start, end := pos, pos+t.size
	for i := start + 1; i < end; i++ {
		if st.taken[i] {
			if token := m.longest(cluster, pos, i); token >= 0 {
				st.push(uint64(token)<<queueShift | uint64(pos))
			}
			return
		}
	}
	if t.attr&leftStrip != 0 {
		for start > 0 && !st.taken[start-1] && isSpace(cluster[start-1]) {
			start--
		}
	}
	if t.attr&rightStrip != 0 {
		for end < len(cluster) && !st.taken[end] && isSpace(cluster[end]) {
			end++
		}
	}
	for i := start; i < end; i++ {
		st.taken[i] = true
	}
	st.parts = append(st.parts, part{start, end, token})
}

func (st *settler) push(x uint64) {
	q := append(st.queue, x)
	i := len(q) - 1
	for i > 0 && q[(i-1)/2] > x {
		q[i] = q[(i-1)/2]
		i = (i - 1) / 2
	}
	q[i] = x
	st.queue = q
}

func (st *settler) pop() uint64 {
	q := st.queue
	least, last := q[0], q[len(q)-1]
	q = q[:len(q)-1]
	i := 0
	for {
		child := 2*i + 1
		if child+1 < len(q) && q[child+1] < q[child] {
			child++
		}
		if child >= len(q) || q[child] >= last {
			break
		}
		q[i] = q[child]
		i = child
	}
	if len(q) > 0 {
		q[i] = last
	}
	st.queue = q
	return least
}
