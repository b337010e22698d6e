//go:build !nibbletext

package tokenize

import (
	"bytes"
	"fmt"
	"unicode/utf8"

	"github.com/nibble-go/nibble/tokenize/internal/decode"
	"github.com/nibble-go/nibble/tokenize/internal/llamacpp"
)

// ggufEngine is llama.cpp with the vocabulary of a GGUF file.
type ggufEngine struct {
	v      *llamacpp.Vocabulary
	vocab  *vocabulary
	cleans bool // decoding takes spaces away between tokens
}

// options checks what llama.cpp cannot do: it parses all special tokens or
// none.
func (e *ggufEngine) options(s string, r request) (llamacpp.Options, error) {
	o := llamacpp.Options{ParseSpecial: r.special == ParseSpecial, Continues: r.continues}
	switch {
	case r.special == ParseSpecial:
	case len(r.allowed) > 0:
		return o, fmt.Errorf("%w: some special tokens parsed, others not, with a GGUF vocabulary", ErrUnsupported)
	case r.special == RefuseSpecial:
		if id, start, ok := e.v.FindControl(s); ok {
			return o, &specialError{e.vocab.text(id), r.base + start}
		}
	}
	return o, nil
}

func (e *ggufEngine) appendIDs(dst []uint32, s string, r request) ([]uint32, error) {
	o, err := e.options(s, r)
	if err != nil {
		return dst, err
	}
	return e.v.AppendIDs(dst, s, o)
}

func (e *ggufEngine) count(s string, r request) (int, error) {
	scratch := idScratch.Get().(*[]uint32)
	defer idScratch.Put(scratch)
	var err error
	*scratch, err = e.appendIDs((*scratch)[:0], s, r)
	return len(*scratch), err
}

func (e *ggufEngine) appendTokens(dst *Encoding, s string, r request) error {
	o, err := e.options(s, r)
	if err != nil {
		return err
	}
	tokens, err := e.v.AppendTokens(nil, s, o)
	dst.reserve(len(tokens))
	first := dst.Len()
	for _, token := range tokens {
		dst.add(token.ID, e.vocab.text(token.ID), wholeCharacters(s, Span{token.Start, token.End}), token.Word)
	}
	if r.watch != nil {
		explainGGUF(s, tokens, first, r.watch)
	}
	return err
}

// explainGGUF tells of the tokens of s, the first of which has that index. What
// llama.cpp replaces it replaces as it reads, so that pieces are stretches of s.
func explainGGUF(s string, tokens []llamacpp.Token, first int, watch *explaining) {
	end := func(from int) int { // of a stretch of text
		for i := from; i < len(tokens); i++ {
			if tokens[i].Special {
				return tokens[i].Start
			}
		}
		return len(s)
	}
	at, inText := 0, false
	for i := 0; i < len(tokens); {
		word := i
		for i++; i < len(tokens) && tokens[i].Word == tokens[word].Word; i++ {
		}
		span := wholeCharacters(s, Span{tokens[word].Start, tokens[i-1].End})
		switch {
		case tokens[word].Special:
			watch.segment(span, s[span.Start:span.End], true)
			at, inText = span.End, false
		case !inText:
			stretch := Span{at, end(word)}
			watch.segment(stretch, s[stretch.Start:stretch.End], false)
			inText = true
		}
		watch.piece(s[span.Start:span.End], span, first+i)
	}
}

// wholeCharacters returns the span with all bytes of the characters that it has
// a part of.
func wholeCharacters(s string, span Span) Span {
	if span.Start == span.End {
		return span
	}
	start, _ := characterAt(s, span.Start)
	_, end := characterAt(s, span.End-1)
	return Span{start, end}
}

// characterAt returns where the character starts and ends that byte i belongs
// to. A byte that is not UTF-8 belongs to itself.
func characterAt(s string, i int) (start, end int) {
	for start = i; start > 0 && i-start < utf8.UTFMax-1 && !utf8.RuneStart(s[start]); start-- {
	}
	if _, size := utf8.DecodeRuneInString(s[start:]); start+size > i {
		return start, start + size
	}
	return i, i + 1
}

func (e *ggufEngine) cut(s string, r request) (int, error) {
	o, err := e.options(s, r)
	if r.special == RefuseSpecial {
		o.ParseSpecial = true // so that none is cut in two
	}
	return e.v.Cut(s, o), err
}

func (e *ggufEngine) appendText(dst []byte, ids []uint32, o DecodeOptions) []byte {
	start := len(dst)
	dst = e.v.AppendText(dst, ids, llamacpp.DetokenizeOptions{UnparseSpecial: !o.SkipSpecial})
	if o.ReplaceInvalid {
		dst = decode.AppendLossy(dst[:start], bytes.Clone(dst[start:]))
	}
	return dst
}

func (e *ggufEngine) appendToken(dst []byte, id uint32) []byte {
	return append(dst, e.v.Piece(id, true)...)
}

func (e *ggufEngine) stream(o DecodeOptions) tokenStream { return &ggufStream{e: e, o: o} }

// ggufStream decodes by pieces, the first one as llama_detokenize does, which
// may take a space from it. Where decoding takes spaces away between tokens it
// decodes all of them again with each one, and holds back what the next one may
// still change.
type ggufStream struct {
	e     *ggufEngine
	o     DecodeOptions
	ids   []uint32
	given int // bytes of the text of ids
	raw   rawStream
}

// cleanReach is how many bytes at the end of a text cleaning may still change:
// the longest that it looks for is " 've".
const cleanReach = 4

func (s *ggufStream) next(dst []byte, id uint32) []byte {
	if s.e.cleans {
		s.ids = append(s.ids, id)
		text := s.e.appendText(nil, s.ids, s.o)
		end := max(s.given, decode.WholeLen(text)-cleanReach)
		for end > s.given && end < len(text) && !utf8.RuneStart(text[end]) {
			end--
		}
		dst = append(dst, text[min(s.given, len(text)):min(end, len(text))]...)
		s.given = end
		return dst
	}
	if s.raw.append == nil {
		s.raw = rawStream{replace: s.o.ReplaceInvalid, append: func(dst []byte, id uint32) []byte {
			if s.given++; s.given == 1 {
				return s.e.v.AppendText(dst, []uint32{id}, llamacpp.DetokenizeOptions{UnparseSpecial: !s.o.SkipSpecial})
			}
			return append(dst, s.e.v.Piece(id, !s.o.SkipSpecial)...)
		}}
	}
	return s.raw.next(dst, id)
}

func (s *ggufStream) flush(dst []byte) []byte {
	if s.e.cleans {
		text := s.e.appendText(nil, s.ids, s.o)
		dst = append(dst, text[min(s.given, len(text)):]...)
		s.ids, s.given = nil, 0
		return dst
	}
	return s.raw.flush(dst)
}
