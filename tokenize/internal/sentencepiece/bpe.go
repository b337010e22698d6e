package sentencepiece

import (
	"cmp"
	"math"
	"slices"

	"github.com/nibble-go/nibble/tokenize/internal/bpe"
	"github.com/nibble-go/nibble/tokenize/internal/config"
	"github.com/nibble-go/nibble/tokenize/internal/piececache"
)

// bpeSegmenter merges characters to pieces: of all neighbours that make a piece
// together always those whose piece has the highest score, and of equal ones
// the first. User-defined symbols are left alone.
//
// A text falls apart into spans, which no piece crosses, so that each can be
// merged for itself: as a rule its words, most of which the cache knows.
type bpeSegmenter struct {
	merges  *bpe.Model
	pieces  []Piece
	symbols *symbols
	joined  *joints
	cache   *piececache.Cache
}

const cacheSize = 2 << 20

func newBPE(v *vocabulary) (segmenter, error) {
	if v.unused {
		return newUnusedBPE(v)
	}
	// What is unknown has an id behind all others. It is not that of the unknown
	// piece, which need not be there.
	unknown := uint32(len(v.pieces))
	c := &bpe.Config{
		Tokens:      make([]string, len(v.pieces)+1),
		Ranks:       make([]int32, len(v.pieces)+1),
		Unk:         &unknown,
		LateUnknown: true,
		CacheSize:   -1,
	}
	for i, id := range v.ids {
		c.Tokens[id] = v.texts[i]
	}
	rankByScore(c.Ranks, v)
	s := &bpeSegmenter{pieces: v.pieces, symbols: v.symbols, joined: newJoints(v.texts), cache: piececache.New(cacheSize)}
	var err error
	if s.merges, err = bpe.NewRanked(c); err != nil {
		return nil, config.In("pieces", err)
	}
	return s, nil
}

// rankByScore numbers the scores of the pieces that text can become, the
// highest first.
func rankByScore(ranks []int32, v *vocabulary) {
	ids := slices.Clone(v.ids)
	slices.SortFunc(ids, func(a, b int32) int { return cmp.Compare(order(v.pieces[a].Score), order(v.pieces[b].Score)) })
	rank := int32(0)
	for i, id := range ids {
		if i > 0 && order(v.pieces[id].Score) != order(v.pieces[ids[i-1]].Score) {
			rank++
		}
		ranks[id] = rank
	}
}

// order returns a number that is the lower, the higher the score: SentencePiece
// compares the bits of scores, so that -0 is below 0, and numbers that are none
// have their place as well.
func order(score float32) uint32 {
	bits := int32(math.Float32bits(score))
	return ^(uint32(bits^(bits>>31&math.MaxInt32)) ^ 1<<31)
}

func (s *bpeSegmenter) segment(w *work) error {
	start, last := 0, byte(0) // of the span; label of the character before i
	for i := 0; i < len(w.normal); {
		if size, id := longest(s.symbols, w.normal, i); size > 0 {
			if err := s.span(w, start, i); err != nil {
				return err
			}
			i += size
			w.put(id, i)
			start = i
			continue
		}
		size, first, lastOfThis := character(w.normal, i)
		if i > start && s.joined.apart(last, first) {
			if err := s.span(w, start, i); err != nil {
				return err
			}
			start = i
		}
		last = lastOfThis
		i += size
	}
	return s.span(w, start, len(w.normal))
}

// span segments a span of the normalized text.
func (s *bpeSegmenter) span(w *work, start, end int) (err error) {
	span := w.normal[start:end]
	if e := piececache.Get(s.cache, span); e != nil {
		for i, id := range e.IDs() {
			w.put(int32(id), start+int(e.Ends()[i]))
		}
		return nil
	}
	if len(w.text) != len(w.normal) {
		w.text = string(w.normal)
	}
	if w.span, err = s.merges.AppendRange(w.span[:0], w.text, start, end); err != nil {
		return err
	}
	fits := s.cache.Fits(len(span), len(w.span))
	var ends [piececache.MaxTokens]uint8
	at := 0
	for i, id := range w.span {
		known := int32(id)
		if int(id) < len(s.pieces) {
			at += len(s.pieces[id].Text)
		} else {
			size, _, _ := character(span, at)
			at += size
			known = unknownID
			w.span[i] = ^uint32(0) // which the cache gives back as unknownID
		}
		w.put(known, start+at)
		if fits {
			ends[i] = uint8(at)
		}
	}
	if fits {
		piececache.Put(s.cache, span, w.span, ends[:len(w.span)])
	}
	return nil
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
