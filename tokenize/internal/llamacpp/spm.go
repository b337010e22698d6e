package llamacpp

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/nibble-go/nibble/tokenize/internal/bpe"
	"github.com/nibble-go/nibble/tokenize/internal/config"
	"github.com/nibble-go/nibble/tokenize/internal/model"
)

// A sentencePiece is an engine that merges the two symbols whose token has the
// highest score, of equal ones the leftmost. Symbols are characters at first;
// one that is no token in the end becomes the tokens of its bytes.
//
// Spaces are spaces here, and ▁ in the vocabulary becomes one.
type sentencePiece struct {
	merger
	prefix bool      // a space stands before what is first
	before [256]bool // bytes other than the space that a token has before one
	byByte [256]uint32
}

// makeSentencePiece makes the engine of a vocabulary with scores.
func (l *loader) makeSentencePiece() (*sentencePiece, error) {
	v := l.v
	e := &sentencePiece{prefix: v.flags[AddSpacePrefix]}
	tokens := make([]string, len(v.texts), len(v.texts)+257)
	for id, text := range v.texts {
		if utf8.ValidString(text) && !strings.Contains(text, " ") {
			tokens[id] = strings.ReplaceAll(text, escapedSpace, " ")
		}
	}
	for _, text := range tokens {
		for i := 1; i < len(text); i++ {
			if text[i] == ' ' && text[i-1] != ' ' {
				e.before[text[i-1]] = true
			}
		}
	}
	ranks := ranksOf(l.c.Scores, len(tokens))
	add := func(text string, bits ...bit) {
		tokens = append(tokens, text)
		ranks = append(ranks, -1)
		e.virtual = append(e.virtual, bits)
	}
	for b := range e.byByte {
		id := l.lookup(byteTokenText(byte(b)))
		if id == none {
			if id = l.lookup(string([]byte{byte(b)})); id == none {
				id = v.ids[UNK]
			}
			add(byteTokenText(byte(b)), bit{id: id, end: 1})
		}
		e.byByte[b] = id
	}
	if l.lookup(escapedSpace) == none {
		var bits []bit
		for _, b := range []byte(escapedSpace) {
			bits = append(bits, bit{id: e.byByte[b], end: 1})
		}
		add(" ", bits...)
	}
	e.count = uint32(len(v.texts))
	var err error
	e.bpe, err = bpe.NewRanked(&bpe.Config{Tokens: tokens, Ranks: ranks, ByteFallback: true, LateUnknown: true, CacheSize: l.c.CacheSize})
	if err != nil {
		return nil, config.In("tokenizer.ggml.tokens", err)
	}
	return e, nil
}

// ranksOf returns the order of merging: 0 for the highest score, and equal ranks
// for equal scores.
func ranksOf(scores []float32, n int) []int32 {
	ranks := make([]int32, n, n+257)
	if scores == nil {
		return ranks
	}
	order := make([]int32, n)
	for i := range order {
		order[i] = int32(i)
	}
	score := func(id int32) float32 {
		if s := scores[id]; !math.IsNaN(float64(s)) {
			return s
		}
		return float32(math.Inf(-1))
	}
	slices.SortFunc(order, func(a, b int32) int { return cmp.Compare(score(b), score(a)) })
	rank := int32(0)
	for i, id := range order {
		if i > 0 && score(id) != score(order[i-1]) {
			rank++
		}
		ranks[id] = rank
	}
	return ranks
}

// encode appends the tokens of s. Bytes that are no character go their own way:
// llama.cpp takes as many bytes for a character as the first one says, and they
// become the tokens of these bytes.
func (e *sentencePiece) encode(out *output, s string, first bool) error {
	var err error
	if prefix := e.prefix && first; utf8.ValidString(s) {
		err = e.encodeValid(out, s, 0, prefix)
	} else {
		err = e.encodeInvalid(out, s, prefix)
	}
	out.word++
	return err
}

// encodeValid appends the tokens of s, which stands at start of the text.
func (e *sentencePiece) encodeValid(out *output, s string, start int, prefix bool) error {
	r := reading{text: s}.unescaped()
	from := len(out.tokens)
	base := out.base
	out.base += start
	defer func() { out.base = base }()
	text := r.text
	if prefix {
		n := e.firstWord(text)
		if err := e.encodePrefixed(out, text[:n]); err != nil {
			return err
		}
		text = text[n:]
		if err := e.merger.encode(out, text, n); err != nil {
			return err
		}
	} else if err := e.merger.encode(out, text, 0); err != nil {
		return err
	}
	out.mapTokens(from, &r)
	return nil
}

// firstWord returns where s can be cut first without cutting a token.
func (e *sentencePiece) firstWord(s string) int {
	for i := 1; i < len(s); i++ {
		if s[i] == ' ' && s[i-1] != ' ' && !e.before[s[i-1]] {
			return i
		}
	}
	return len(s)
}

// encodePrefixed appends the tokens of s with a space before it, which is in no
// text.
func (e *sentencePiece) encodePrefixed(out *output, s string) error {
	from := len(out.tokens)
	if err := e.merger.encode(out, " "+s, -1); err != nil {
		return err
	}
	for i := from; i < len(out.tokens); i++ {
		token := &out.tokens[i]
		token.Start, token.End = max(token.Start, out.base), max(token.End, out.base)
	}
	return nil
}

// encodeInvalid is encode for a text that is not UTF-8.
func (e *sentencePiece) encodeInvalid(out *output, s string, prefix bool) error {
	kept := 0
	flush := func(end int) error {
		if kept == end && !prefix {
			return nil
		}
		err := e.encodeValid(out, s[kept:end], kept, prefix)
		prefix = false
		return err
	}
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if r != utf8.RuneError || size > 1 {
			i += size
			continue
		}
		if err := flush(i); err != nil {
			return err
		}
		for n := leadBytes(s[i]); n > 0 && i < len(s); i++ {
			spelling := s[i : i+1]
			if spelling == " " {
				spelling = escapedSpace
			}
			for _, b := range []byte(spelling) {
				if e.byByte[b] == none {
					return model.ErrNoUnknown
				}
				out.add(e.byByte[b], i, i+1)
				n--
			}
		}
		kept = i
	}
	return flush(len(s))
}
