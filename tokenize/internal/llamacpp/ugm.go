package llamacpp

import (
	"bytes"
	"encoding/binary"
	"math"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/nibble-go/nibble/tokenize/internal/config"
	"github.com/nibble-go/nibble/tokenize/internal/model"
	"github.com/nibble-go/nibble/tokenize/internal/trie"
)

// A unigram is an engine that normalizes a text and cuts it into the tokens
// whose scores have the highest sum.
type unigram struct {
	tree    *trie.Trie
	scores  []float32 // by id; 0 for user-defined tokens
	unknown uint32
	penalty float32 // the score of an unknown character

	verbatim *trie.Trie // user-defined tokens, which are not normalized
	charsmap charsmap
	space    string
	prepend  bool // a space stands before the first word
	merge    bool // of white space one is left, and one stands before each word
}

// unknownPenalty is how much less the score of an unknown character is than that
// of any token.
const unknownPenalty = 10

// makeUnigram makes the engine of a vocabulary of T5.
func (l *loader) makeUnigram() (*unigram, error) {
	v := l.v
	e := &unigram{
		scores: make([]float32, len(v.texts)), unknown: v.ids[UNK], space: escapedSpace,
		prepend: v.flags[AddSpacePrefix], merge: v.flags[RemoveExtraWhitespaces],
	}
	least := float32(math.MaxFloat32)
	for id := range e.scores {
		if l.c.Scores != nil {
			e.scores[id] = l.c.Scores[id]
		}
		if l.given[id]&normalToken != 0 && e.scores[id] < least {
			least = e.scores[id]
		}
		if v.attrs[id]&userDefined != 0 {
			e.scores[id] = 0
		}
	}
	e.penalty = least - unknownPenalty
	var err error
	if e.charsmap, err = newCharsmap(l.c.Charsmap); err != nil {
		return nil, config.In("tokenizer.ggml.precompiled_charsmap", err)
	}
	if e.tree, err = treeOf(v.texts, func(id uint32) bool {
		return l.given[id]&(normalToken|userDefined|unusedToken) != 0
	}); err != nil {
		return nil, err
	}
	e.verbatim, err = treeOf(v.texts, func(id uint32) bool { return l.given[id]&userDefined != 0 })
	return e, err
}

// A charsmap replaces the longest prefix of a text that it has. It is compiled
// by SentencePiece to a double array, in which an entry has a base (bits 10 to
// 30, times 256 if bit 9 is set), the byte that leads to it (bits 0 to 7), and
// whether a prefix ends there (bit 8); its value, where it has one, is where the
// replacement starts.
type charsmap struct {
	array        []byte
	replacements []byte // each up to a 0
}

// maxReplacement bounds what a charsmap can blow a text up to, and maxPrefix how
// far it is followed, which may be in circles. The longest replacement of NFKC
// has 33 bytes, the longest prefix 9.
const (
	maxReplacement = 1024
	maxPrefix      = 128
)

func newCharsmap(blob []byte) (charsmap, error) {
	if len(blob) == 0 {
		return charsmap{}, nil
	}
	if len(blob) < 4 {
		return charsmap{}, config.Malformed("no length of the array")
	}
	size := uint64(binary.LittleEndian.Uint32(blob))
	if size+4 >= uint64(len(blob)) {
		return charsmap{}, config.Malformed("an array longer than the map")
	}
	if blob[len(blob)-1] != 0 {
		return charsmap{}, config.Malformed("a replacement without an end")
	}
	m := charsmap{array: blob[4 : 4+size], replacements: blob[4+size:]}
	for rest := m.replacements; len(rest) > 0; {
		n := bytes.IndexByte(rest, 0)
		if n > maxReplacement {
			return charsmap{}, config.Unsupported("a replacement of " + strconv.Itoa(n) + " bytes")
		}
		rest = rest[n+1:]
	}
	return m, nil
}

// entry returns an entry; one that is not there leads nowhere.
func (m charsmap) entry(index uint32) uint32 {
	if uint64(index) >= uint64(len(m.array)/4) {
		return 1 << 31
	}
	return binary.LittleEndian.Uint32(m.array[4*index:])
}

func baseOf(entry uint32) uint32 { return entry >> 10 << (entry & (1 << 9) >> 6) }

// find returns the replacement of the longest prefix of s that has one, and the
// length of the prefix, 0 if there is none.
func (m charsmap) find(s string) (replacement []byte, n int) {
	if len(m.array) < 4 {
		return nil, 0
	}
	index, value := baseOf(m.entry(0)), uint32(0)
	for i := 0; i < min(len(s), maxPrefix) && s[i] != 0; i++ {
		index ^= uint32(s[i])
		entry := m.entry(index)
		if entry&(1<<31|0xff) != uint32(s[i]) {
			break
		}
		index ^= baseOf(entry)
		if entry>>8&1 != 0 {
			n, value = i+1, m.entry(index)&(1<<31-1)
		}
	}
	if n == 0 || int64(value) >= int64(len(m.replacements)) {
		return nil, 0
	}
	rest := m.replacements[value:]
	return rest[:bytes.IndexByte(rest, 0)], n
}

// A normalized is a text with spaces for what they stand for, and where each of
// its bytes comes from, if offsets are wanted.
type normalized struct {
	text  []byte
	spans []span
	track bool
}

func (n *normalized) add(s string, start, end int) {
	n.text = append(n.text, s...)
	if n.track {
		for range len(s) {
			n.spans = append(n.spans, span{start, end})
		}
	}
}

// A spacer puts normalized bytes behind each other and sees to the spaces.
type spacer struct {
	*normalized
	e               *unigram
	started, inWord bool
}

// put adds a byte that stands for a part of the text.
func (sp *spacer) put(c byte, start, end int) {
	e := sp.e
	switch {
	case c != ' ':
		if !sp.inWord && (e.prepend && !sp.started || e.merge) {
			sp.add(e.space, start, start)
			sp.started = true
		}
		sp.inWord = true
		sp.add(string([]byte{c}), start, end)
	default:
		sp.inWord = false
		if !e.merge {
			sp.add(e.space, start, end)
		}
	}
}

// normalize makes n the normalized text.
func (e *unigram) normalize(n *normalized, s string, track bool) {
	n.text, n.spans, n.track = n.text[:0], n.spans[:0], track
	sp := spacer{normalized: n, e: e}
	for i := 0; i < len(s); {
		size := e.verbatimPrefix(s[i:])
		if size == 0 {
			if replacement, n := e.charsmap.find(s[i:]); n > 0 {
				for _, c := range replacement {
					sp.put(c, i, i+n)
				}
				i += n
				continue
			}
			size = validBytes(s[i:])
		}
		if size == 0 {
			for _, c := range []byte("\ufffd") {
				sp.put(c, i, i+1)
			}
			i++
			continue
		}
		for end := i + size; i < end; i++ {
			sp.put(s[i], i, i+1)
		}
	}
}

// verbatimPrefix returns the length of the longest prefix of s that is one of a
// user-defined token, whole or not: that is how llama.cpp finds what is not to
// be normalized.
func (e *unigram) verbatimPrefix(s string) int {
	node := trie.Root
	for i := range len(s) {
		next, ok := e.verbatim.Step(node, s[i])
		if !ok {
			return i
		}
		node = next
	}
	return len(s)
}

// validBytes returns the bytes of the character that s starts with, 0 if it
// starts with none. Overlong forms, surrogates and what is above U+10FFFF are
// characters here.
func validBytes(s string) int {
	n := leadBytes(s[0])
	if s[0] < utf8.RuneSelf {
		return 1
	}
	if n == 1 || s[0] >= 0xf8 || len(s) < n {
		return 0
	}
	for _, c := range []byte(s[1:n]) {
		if c&0xc0 != 0x80 {
			return 0
		}
	}
	return n
}

// A way is the best way to a position of a text, by its last token.
type way struct {
	score float64
	id    uint32
	start int // of the token
}

// encode appends the tokens of s.
func (e *unigram) encode(out *output, s string, _ bool) error {
	n := &out.normalized
	e.normalize(n, s, out.offsets)
	text := n.text
	// What lies before a position that no token passes over is settled. The ways
	// kept are those from such a position on.
	ways := append(out.ways[:0], way{id: e.unknown})
	defer func() { out.ways = ways }()
	settled, reach := 0, 0
	unknown := false // the last token is
	to := func(end int) *way {
		for len(ways) <= end-settled {
			ways = append(ways, way{score: -math.MaxFloat64, id: e.unknown, start: settled})
		}
		reach = max(reach, end)
		return &ways[end-settled]
	}
	for i := 0; i < len(text); {
		if reach == i && i > settled {
			if err := e.collect(out, n, ways, settled, i, &unknown); err != nil {
				return err
			}
			ways = append(ways[:0], way{score: ways[i-settled].score, id: e.unknown, start: i})
			settled = i
		}
		size := min(leadBytes(text[i]), len(text)-i)
		score := to(i).score
		known := false
		node := trie.Root
		for j := i; j < len(text); j++ {
			next, ok := e.tree.Step(node, text[j])
			if !ok {
				break
			}
			node = next
			id := e.tree.Value(node)
			if id == trie.None {
				continue
			}
			known = known || j+1-i == size
			if w, score := to(j+1), score+float64(e.scores[id]); score > w.score {
				*w = way{score, uint32(id), i}
			}
		}
		if !known {
			if w, score := to(i+size), score+float64(e.penalty); score > w.score {
				*w = way{score, e.unknown, i}
			}
		}
		i += size
	}
	if len(text) == 0 {
		return nil
	}
	out.word++
	return e.collect(out, n, ways, settled, len(text), &unknown)
}

// collect appends the tokens of the best way from one position to another.
// Unknown tokens side by side are one; unknown is whether the last one was.
func (e *unigram) collect(out *output, n *normalized, ways []way, from, to int, unknown *bool) error {
	path := out.path[:0]
	for end := to; end > from; {
		w := ways[end-from]
		path = append(path, way{id: w.id, start: end})
		end = w.start
	}
	out.path = path
	start := from
	for _, w := range slices.Backward(path) {
		end := w.start
		switch {
		case w.id == none:
			return model.ErrNoUnknown
		case w.id == e.unknown && *unknown:
			if out.offsets {
				out.tokens[len(out.tokens)-1].End = out.base + n.spans[end-1].end
			}
		case out.offsets:
			out.add(w.id, n.spans[start].start, n.spans[end-1].end)
		default:
			out.add(w.id, 0, 0)
		}
		*unknown = w.id == e.unknown
		start = end
	}
	return nil
}
