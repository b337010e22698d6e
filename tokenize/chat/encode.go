package chat

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/nibble-go/nibble/tokenize"
)

// A Tokenizer encodes text and knows its special tokens: a
// [tokenize.Tokenizer].
type Tokenizer interface {
	Encode(text string, o tokenize.Options) (*tokenize.Encoding, error)
	Info() tokenize.Info
}

// An Encoded is a prompt as a model takes it: parallel slices with an element a
// token.
type Encoded struct {
	IDs   []uint32
	Spans []tokenize.Span // where the tokens stand in the prompt, in bytes
}

// Encode returns the tokens of the prompt. No special tokens are added around
// it: the template has written those that the model expects.
//
// Without the guard every special token that the prompt spells is one, as after
// apply_chat_template of transformers. With it only those are of which each
// byte is the template's; what else spells one is tokenized as plain text. Where
// nothing else does, the tokens are the same with and without. Added tokens
// that are not special, such as <tool_call> in some vocabularies, are tokens
// wherever they stand.
//
// The errors are those of [tokenize.Tokenizer.Encode].
func (p Prompt) Encode(tok Tokenizer, guard bool) (*Encoded, error) {
	e, err := tok.Encode(p.text, options(tokenize.ParseSpecial))
	if err != nil {
		return nil, err
	}
	g := newGuard(tok)
	if guard && g.injected(p, e) {
		return g.encode(p)
	}
	return &Encoded{e.IDs, e.Offsets}, nil
}

// options are those of a text that is encoded as it is, whatever the
// vocabulary's file says of truncation and padding.
func options(special tokenize.SpecialText) tokenize.Options {
	return tokenize.Options{Special: special, Truncation: &tokenize.Truncation{}, Padding: &tokenize.Padding{}}
}

// A guard encodes prompts in which something else than the template spells
// special tokens.
type guard struct {
	tok      Tokenizer
	special  map[uint32]tokenize.AddedToken
	unknown  uint32 // the id of what the vocabulary does not cover, which plain text may have
	hasUnk   bool
	lookouts []tokenize.AddedToken // tokens that may stand in front of a text; see segment
}

func newGuard(tok Tokenizer) *guard {
	info := tok.Info()
	g := &guard{tok: tok, special: map[uint32]tokenize.AddedToken{}}
	for _, token := range info.Added {
		if !token.Special {
			continue
		}
		g.special[token.ID] = token
		if !token.LStrip && !token.RStrip && !token.SingleWord && !token.Normalized && token.Text != "" {
			g.lookouts = append(g.lookouts, token)
		}
	}
	if unk, ok := info.Role("unk"); ok {
		g.unknown, g.hasUnk = unk.ID, true
	}
	return g
}

// spelled returns where in text a token of an encoding spells a special token;
// ok is false if it is none.
func (g *guard) spelled(text string, id uint32, at tokenize.Span) (where tokenize.Span, ok bool) {
	token, ok := g.special[id]
	if !ok {
		return at, false
	}
	s := text[at.Start:at.End]
	if token.LStrip {
		at.Start += len(s) - len(strings.TrimLeftFunc(s, unicode.IsSpace))
		s = text[at.Start:at.End]
	}
	if token.RStrip {
		at.End -= len(s) - len(strings.TrimRightFunc(s, unicode.IsSpace))
		s = text[at.Start:at.End]
	}
	if g.hasUnk && id == g.unknown && s != token.Text {
		return at, false
	}
	return at, true
}

// injected reports whether there is a special token in an encoding of the
// prompt that is not all the template's.
func (g *guard) injected(p Prompt, e *tokenize.Encoding) bool {
	span := 0
	for i, id := range e.IDs {
		at, ok := g.spelled(p.text, id, e.Offsets[i])
		if !ok {
			continue
		}
		for span < len(p.spans) && p.spans[span].End <= at.Start {
			span++
		}
		if span < len(p.spans) && (p.spans[span].Origin.Kind != FromTemplate || p.spans[span].End < at.End) {
			return true
		}
	}
	return false
}

// encode looks for special tokens in each stretch of the template by itself, so
// that nothing around it can make one or hide one, and encodes all that stands
// between them as plain text.
func (g *guard) encode(p Prompt) (*Encoded, error) {
	out := &Encoded{}
	done := 0
	for _, span := range p.spans {
		if span.Origin.Kind != FromTemplate {
			continue
		}
		text := p.text[span.Start:span.End]
		e, err := g.tok.Encode(text, options(tokenize.ParseSpecial))
		if err != nil {
			return nil, err
		}
		for i, id := range e.IDs {
			if _, ok := g.spelled(text, id, e.Offsets[i]); !ok {
				continue
			}
			at := tokenize.Span{Start: span.Start + e.Offsets[i].Start, End: span.Start + e.Offsets[i].End}
			if err := g.plain(out, p.text, done, at.Start); err != nil {
				return nil, err
			}
			out.IDs = append(out.IDs, id)
			out.Spans = append(out.Spans, at)
			done = at.End
		}
	}
	return out, g.plain(out, p.text, done, len(p.text))
}

// plain appends the tokens of text[start:end], none of which is special. A
// vocabulary may hold the text of a special token also as an ordinary piece;
// where that comes out, the text is cut within it.
func (g *guard) plain(out *Encoded, text string, start, end int) error {
	if start == end {
		return nil
	}
	ids, spans, err := g.segment(text[start:end], start > 0)
	if err != nil {
		return err
	}
	var cuts []int
	for i, id := range ids {
		if _, ok := g.special[id]; !ok || g.hasUnk && id == g.unknown {
			continue
		}
		at := text[start:end][spans[i].Start:spans[i].End]
		_, first := utf8.DecodeRuneInString(at)
		if first == len(at) {
			return fmt.Errorf("%w: %q, which the vocabulary has as text too", tokenize.ErrSpecial, at)
		}
		cuts = append(cuts, start+spans[i].Start+first)
	}
	if len(cuts) > 0 {
		for _, cut := range append(cuts, end) {
			if err := g.plain(out, text, start, cut); err != nil {
				return err
			}
			start = cut
		}
		return nil
	}
	out.IDs = append(out.IDs, ids...)
	for _, s := range spans {
		out.Spans = append(out.Spans, tokenize.Span{Start: start + s.Start, End: start + s.End})
	}
	return nil
}

// segment encodes a text in which no special token is one. Some vocabularies
// put a space in front of a text, but not of what stands behind a special
// token; where the text is not the first, one is put in front of it and taken
// off the result.
func (g *guard) segment(text string, follows bool) ([]uint32, []tokenize.Span, error) {
	if follows {
		i := slices.IndexFunc(g.lookouts, func(token tokenize.AddedToken) bool { return !strings.Contains(text, token.Text) })
		if i >= 0 {
			ids, spans, err := g.behind(g.lookouts[i], text)
			if !errors.Is(err, errAlone) {
				return ids, spans, err
			}
		}
	}
	e, err := g.tok.Encode(text, options(tokenize.PlainSpecial))
	if err != nil {
		return nil, nil, err
	}
	return e.IDs, e.Offsets, nil
}

// errAlone reports that a tokenizer cannot encode a text behind one special
// token.
var errAlone = errors.New("text must be encoded alone")

func (g *guard) behind(token tokenize.AddedToken, text string) ([]uint32, []tokenize.Span, error) {
	o := options(tokenize.PlainSpecial)
	o.AllowedSpecial = []string{token.Text}
	e, err := g.tok.Encode(token.Text+text, o)
	front := tokenize.Span{End: len(token.Text)}
	switch {
	case errors.Is(err, tokenize.ErrUnsupported):
		return nil, nil, errAlone
	case err != nil:
		return nil, nil, err
	case len(e.IDs) == 0 || e.IDs[0] != token.ID || e.Offsets[0] != front:
		return nil, nil, errAlone
	}
	spans := e.Offsets[1:]
	for i := range spans {
		spans[i].Start -= front.End
		spans[i].End -= front.End
	}
	return e.IDs[1:], spans, nil
}
