package bpe

import (
	"strings"
	"unicode/utf8"

	"github.com/nibble-go/nibble/tokenize/internal/bytelevel"
	"github.com/nibble-go/nibble/tokenize/internal/model"
)

// naive is BPE as its definitions say it, in as few words as possible: the
// judge of the property tests. Lists of merges go as in Hugging Face's
// tokenizers 0.22.2, stale entries of the queue included.
type naive struct {
	c      *Config
	ranked bool
	byText map[string]uint32 // the first of equal texts
	merges map[[2]uint32]naiveMerge
}

type naiveMerge struct {
	rank   int
	result uint32
}

type naiveSymbol struct {
	id   uint32 // noID: a character that is no token
	text string // "": stands for something unknown
	size int
}

const noID = ^uint32(0)

func newNaive(c *Config, ranked bool) *naive {
	n := &naive{c: c, ranked: ranked, byText: map[string]uint32{}, merges: map[[2]uint32]naiveMerge{}}
	for id, text := range c.Tokens {
		if _, ok := n.byText[text]; !ok && text != "" {
			n.byText[text] = uint32(id)
		}
	}
	for rank, merge := range c.Merges {
		n.merges[[2]uint32{merge.Left, merge.Right}] = naiveMerge{rank, merge.Result}
	}
	return n
}

func (n *naive) encode(piece string) ([]model.Token, error) {
	if n.c.WholeFirst && n.c.Dropout == 0 {
		if id, ok := n.byText[piece]; ok {
			return []model.Token{{ID: id, End: len(piece)}}, nil
		}
	}
	symbols, err := n.start(piece)
	if err != nil {
		return nil, err
	}
	if n.ranked {
		symbols = n.mergeRanked(symbols)
	} else {
		symbols = n.mergeQueued(symbols)
	}
	if n.c.LateUnknown {
		if symbols, err = n.settle(symbols); err != nil {
			return nil, err
		}
	}
	return n.tokens(symbols, piece), nil
}

// start returns the symbols that a piece starts out as.
func (n *naive) start(piece string) ([]naiveSymbol, error) {
	var out []naiveSymbol
	var held *naiveSymbol
	flush := func() {
		if held != nil {
			out = append(out, *held)
			held = nil
		}
	}
	for i := 0; i < len(piece); {
		_, size := utf8.DecodeRuneInString(piece[i:])
		if n.c.ByteLevel {
			size = 1
		}
		char := piece[i : i+size]
		valid := n.c.ByteLevel || utf8.ValidString(char)
		spelled, known := char, char
		if n.c.ByteLevel {
			spelled = bytelevel.Spell(char[0])
		}
		if i > 0 {
			spelled, known = n.c.ContinuingSubwordPrefix+spelled, n.c.ContinuingSubwordPrefix+known
		}
		if i += size; i == len(piece) {
			spelled, known = spelled+n.c.EndOfWordSuffix, known+n.c.EndOfWordSuffix
		}
		if n.c.ByteLevel {
			size = len(bytelevel.Spell(char[0]))
		}
		if id, ok := n.byText[known]; ok && valid {
			flush()
			out = append(out, naiveSymbol{id, known, size})
			continue
		}
		if n.c.LateUnknown && valid && n.occurs(char) {
			flush()
			out = append(out, naiveSymbol{noID, known, size})
			continue
		}
		if bytes := n.bytes(spelled); bytes != nil {
			if n.c.LateUnknown {
				flush() // only Hugging Face's let them overtake
			}
			out = append(out, bytes...)
			continue
		}
		switch {
		case n.c.UnkMissing:
			return nil, model.ErrNoUnknown
		case n.c.Unk == nil:
		case held != nil && n.c.FuseUnk:
			held.size += size
		default:
			flush()
			held = &naiveSymbol{id: *n.c.Unk, size: size}
		}
	}
	flush()
	return out, nil
}

// occurs reports whether a character is part of a token, as a character.
func (n *naive) occurs(char string) bool {
	for text := range n.byText {
		if n.c.ByteLevel && strings.Contains(text, char) {
			return true
		}
		for i, r := range text {
			if string(r) == char && strings.HasPrefix(text[i:], char) {
				return true
			}
		}
	}
	return false
}

func (n *naive) bytes(spelled string) (out []naiveSymbol) {
	if !n.c.ByteFallback {
		return nil
	}
	for _, b := range []byte(spelled) {
		const digits = "0123456789ABCDEF"
		id, ok := n.byText["<0x"+digits[b>>4:b>>4+1]+digits[b&15:b&15+1]+">"]
		if !ok {
			return nil
		}
		out = append(out, naiveSymbol{id: id, size: 1})
	}
	return out
}

// mergeRanked merges what makes the token of the lowest rank, until nothing
// does.
func (n *naive) mergeRanked(s []naiveSymbol) []naiveSymbol {
	for {
		best, at := -1, -1
		for i := 0; i+1 < len(s); i++ {
			if s[i].text == "" || s[i+1].text == "" {
				continue
			}
			id, ok := n.byText[s[i].text+s[i+1].text]
			if !ok {
				continue
			}
			rank := int(id)
			if n.c.Ranks != nil {
				rank = int(n.c.Ranks[id])
			}
			if rank >= 0 && (at < 0 || rank < best) {
				best, at = rank, i
			}
		}
		if at < 0 {
			return s
		}
		text := s[at].text + s[at+1].text
		s[at] = naiveSymbol{n.byText[text], text, s[at].size + s[at+1].size}
		s = append(s[:at+1], s[at+2:]...)
	}
}

// mergeQueued merges in the order of a queue of pairs, of which those that
// became wrong are passed over when they come up. A pair is wrong if what
// stands there now does not make the same token.
func (n *naive) mergeQueued(s []naiveSymbol) []naiveSymbol {
	type entry struct {
		rank, at int
		result   uint32
	}
	var queue, passed []entry
	next := func(i int) int {
		for i++; i < len(s) && s[i].size == 0; i++ {
		}
		return i
	}
	offer := func(i int) {
		if j := next(i); j < len(s) {
			if m, ok := n.merges[[2]uint32{s[i].id, s[j].id}]; ok {
				queue = append(queue, entry{m.rank, i, m.result})
			}
		}
	}
	for i := range s {
		offer(i)
	}
	for len(queue) > 0 {
		first := 0
		for i, e := range queue {
			if f := queue[first]; e.rank < f.rank || e.rank == f.rank && e.at < f.at {
				first = i
			}
		}
		e := queue[first]
		queue = append(queue[:first], queue[first+1:]...)
		if n.c.Dropout > 0 && n.c.Random() < n.c.Dropout {
			passed = append(passed, e)
			continue
		}
		queue = append(queue, passed...)
		passed = nil
		j := next(e.at)
		if s[e.at].size == 0 || j == len(s) {
			continue
		}
		if m, ok := n.merges[[2]uint32{s[e.at].id, s[j].id}]; !ok || m.result != e.result {
			continue
		}
		s[e.at] = naiveSymbol{e.result, n.c.Tokens[e.result], s[e.at].size + s[j].size}
		s[j].size = 0
		for i := e.at - 1; i >= 0; i-- {
			if s[i].size > 0 {
				offer(i)
				break
			}
		}
		offer(e.at)
	}
	var out []naiveSymbol
	for _, symbol := range s {
		if symbol.size > 0 {
			out = append(out, symbol)
		}
	}
	return out
}

// settle does what becomes of characters that are no tokens, and makes one of
// unknown tokens side by side.
func (n *naive) settle(s []naiveSymbol) ([]naiveSymbol, error) {
	var out []naiveSymbol
	for _, symbol := range s {
		unknown := symbol.text == "" && n.c.Unk != nil && symbol.id == *n.c.Unk
		if symbol.id == noID {
			spelled := symbol.text
			if n.c.ByteLevel {
				spelled = bytelevel.Spell(symbol.text[0])
			}
			if bytes := n.bytes(spelled); bytes != nil {
				out = append(out, bytes...)
				continue
			}
			if n.c.UnkMissing {
				return nil, model.ErrNoUnknown
			}
			if n.c.Unk == nil {
				continue
			}
			symbol, unknown = naiveSymbol{id: *n.c.Unk, size: symbol.size}, true
		}
		if last := len(out) - 1; unknown && n.c.FuseUnk && last >= 0 && out[last].text == "" && out[last].id == symbol.id {
			out[last].size += symbol.size
			continue
		}
		out = append(out, symbol)
	}
	return out, nil
}

// tokens adds up the sizes. In a byte-level piece they are those of the
// characters that stand for bytes, and count for the bytes that they touch.
func (n *naive) tokens(s []naiveSymbol, piece string) (out []model.Token) {
	var owner []int // of each byte of the spelled piece
	for i := range len(piece) {
		for range len(bytelevel.Spell(piece[i])) {
			owner = append(owner, i)
		}
	}
	at := 0
	for _, symbol := range s {
		token := model.Token{ID: symbol.id, Start: at, End: at + symbol.size}
		at = token.End
		if n.c.ByteLevel && token.End <= len(owner) {
			token.Start, token.End = owner[token.Start], owner[token.End-1]+1
		}
		out = append(out, token)
	}
	return out
}
