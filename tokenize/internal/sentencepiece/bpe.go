package sentencepiece

import (
	"math"

	"github.com/nibble-go/nibble/tokenize/internal/piececache"
	"github.com/nibble-go/nibble/tokenize/internal/trie"
)

// bpeSegmenter merges characters to pieces: of all neighbours that make a piece
// together always those whose piece has the highest score, and of equal ones
// the first. User-defined symbols are left alone.
//
// A text falls apart into spans, which no piece crosses, so that each can be
// merged for itself: as a rule its words, most of which the cache knows.
type bpeSegmenter struct {
	lookup  *trie.Trie
	ranks   []uint32 // by id: the lower, the higher the score
	symbols *symbols
	joined  *joints
	cache   *piececache.Cache

	unused []bool // by id: of type Unused; nil: none is
	pieces []Piece
}

const cacheSize = 2 << 20

func newBPE(v *vocabulary) (segmenter, error) {
	t, err := v.lookup()
	if err != nil {
		return nil, err
	}
	s := &bpeSegmenter{lookup: t, ranks: make([]uint32, len(v.pieces)), symbols: v.symbols, pieces: v.pieces}
	for id, p := range v.pieces {
		s.ranks[id] = rank(p.Score)
	}
	if v.unused {
		s.unused = make([]bool, len(v.pieces))
		for id, p := range v.pieces {
			s.unused[id] = p.Type == Unused
		}
		return s, nil
	}
	s.joined = newJoints(v.texts)
	s.cache = piececache.New(cacheSize)
	return s, nil
}

// rank returns a number that is the lower, the higher the score: SentencePiece
// compares the bits of scores, so that -0 is below 0, and numbers that are none
// have their place as well.
func rank(score float32) uint32 {
	bits := int32(math.Float32bits(score))
	return ^(uint32(bits^(bits>>31&math.MaxInt32)) ^ 1<<31)
}

func (s *bpeSegmenter) segment(w *work) {
	if s.unused != nil {
		s.segmentWhole(w)
		return
	}
	text := w.normal
	start, last := 0, byte(0) // of the span; label of the character before i
	for i := 0; i < len(text); {
		if size, id := longest(s.symbols, text, i); size > 0 {
			s.span(w, text[start:i])
			i += size
			w.put(id, i)
			start = i
			continue
		}
		size, first, lastOfThis := character(text, i)
		if i > start && s.joined.apart(last, first) {
			s.span(w, text[start:i])
			start = i
		}
		last = lastOfThis
		i += size
	}
	s.span(w, text[start:])
}

// span segments a span.
func (s *bpeSegmenter) span(w *work, span []byte) {
	if len(span) == 0 {
		return
	}
	start := w.at
	if e := piececache.Get(s.cache, span); e != nil {
		for i, id := range e.IDs() {
			w.put(int32(id), start+int(e.Ends()[i]))
		}
		return
	}
	m := &w.merger
	m.merge(s, span)
	var ids [piececache.MaxTokens]uint32
	var ends [piececache.MaxTokens]uint8
	n := 0
	for i := 0; i < len(span); i = m.end(i) {
		id := s.lookup.Value(max(m.nodes[i], trie.Root))
		if n < len(ids) {
			ids[n], ends[n] = uint32(id), uint8(m.end(i))
		}
		n++
		w.put(id, start+m.end(i))
	}
	if s.cache.Fits(len(span), n) {
		piececache.Put(s.cache, span, ids[:n], ends[:n])
	}
}

// joints are the pairs of labels of characters that stand side by side in a
// piece. The labels of a character are its first and its last byte; those of ▁,
// whose first byte is that of too many others, are a byte that no text has.
type joints struct{ pairs [1 << 16 / 64]uint64 }

const spaceLabel = 0xFF

func newJoints(texts []string) *joints {
	j := new(joints)
	for _, text := range texts {
		var last byte
		for i := 0; i < len(text); {
			size, first, lastOfThis := character(text, i)
			if i > 0 {
				pair := int(last)<<8 | int(first)
				j.pairs[pair/64] |= 1 << (pair % 64)
			}
			last = lastOfThis
			i += size
		}
	}
	return j
}

// apart reports whether no piece has a character of first label b behind one of
// last label a.
func (j *joints) apart(a, b byte) bool {
	pair := int(a)<<8 | int(b)
	return j.pairs[pair/64]>>(pair%64)&1 == 0
}

// character returns the size and the labels of the character at i. The text is
// valid UTF-8.
func character[T string | []byte](text T, i int) (size int, first, last byte) {
	first = text[i]
	switch {
	case first < 0x80:
		return 1, first, first
	case first < 0xE0:
		return 2, first, text[i+1]
	case first < 0xF0:
		if first == space[0] && text[i+1] == space[1] && text[i+2] == space[2] {
			return 3, spaceLabel, spaceLabel
		}
		return 3, first, text[i+2]
	}
	return 4, first, text[i+3]
}
