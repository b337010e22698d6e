package tokenize

import (
	"errors"
	"sync"

	"github.com/nibble-go/nibble/tokenize/internal/bpe"
	"github.com/nibble-go/nibble/tokenize/internal/bytelevel"
	"github.com/nibble-go/nibble/tokenize/internal/decode"
	"github.com/nibble-go/nibble/tokenize/internal/model"
	"github.com/nibble-go/nibble/tokenize/internal/pretokenize"
	"github.com/nibble-go/nibble/tokenize/internal/scan"
	"github.com/nibble-go/nibble/tokenize/internal/text"
)

// pipeline is the engine of Hugging Face's stages: added tokens that are found
// in the text, normalizer, added tokens that are found in the normalized text,
// pre-tokenizer, model; and the decoder. tiktoken and tekken are such stages
// too.
type pipeline struct {
	vocab   *vocabulary
	special map[uint32]bool // ids that SkipSpecial leaves out

	original   *matcher // of tokens that are found in the text itself
	normalizer normalizer
	normalized *matcher // of tokens that are found in the normalized text
	pre        pretokenize.PreTokenizer
	model      model.Model
	decoder    decode.Decoder

	// The short way of BPE, to the same tokens: a scanner in the place of pre,
	// on the text as it is, and the model on bytes as they are.
	bpe      *bpe.Model // nil: another model
	bytewise bool       // bpe is of bytes, not of characters

	byteFallback bool      // tokens such as <0x0A> stand for bytes
	scan         scan.Func // nil: there is none
	family       string    // the name of the scanner's family
	prefixSpace  bool      // a space goes in front of a text that starts with none

	// Where texts can be cut; see cut.
	cuts           cutPlaces
	marked         [256]bool  // of cutsAtMarks: bytes that a cut may follow
	restNormalizer normalizer // of cutsAtMarks: for a text that goes on; nil: normalizer

	// In Unigram models what is unknown is spelled as it stands in the text.
	unknownText bool
	unknown     uint32

	rawDecoder bool // the decoder puts the bytes of tokens behind each other
	rawTokens  bool // the vocabulary spells tokens as the bytes that they are
}

// segments calls do with the parts of s: added tokens, and normalized text
// between them. What normalizes to nothing is left out.
func (p *pipeline) segments(s string, r request, newText func(string, int) text.Text, do func(t text.Text, token *addedToken) error) error {
	return p.original.split(s, r, func(start, end int, token *addedToken) error {
		if token != nil {
			return do(text.New(s[start:end], start), token)
		}
		t := newText(s[start:end], start)
		n := p.normalizer
		if start == 0 && r.continues && p.restNormalizer != nil {
			n = p.restNormalizer
		}
		if n != nil && !n.IsIdentity(t.String()) {
			var err error
			if t, err = n.Normalize(t); err != nil {
				return err
			}
		}
		if p.normalized == nil {
			if t.Len() == 0 {
				return nil
			}
			// find_matches makes a slice of the text even if nothing is found in
			// it: one that starts where what the normalizer left starts.
			return do(t.Slice(0, t.Len()), nil)
		}
		inner := r
		inner.base = 0
		err := p.normalized.split(t.String(), inner, func(start, end int, token *addedToken) error {
			return do(t.Slice(start, end), token)
		})
		if special, ok := errors.AsType[*specialError](err); ok { // in the text as it was given, or at least the stretch of it
			special.offset = r.base + t.Original(special.offset, special.offset+1).Start
		}
		return err
	})
}

func (p *pipeline) appendIDs(dst []uint32, s string, r request) ([]uint32, error) {
	err := p.segments(s, r, text.Untracked, func(t text.Text, token *addedToken) (err error) {
		if token != nil {
			dst = append(dst, token.id)
			return nil
		}
		dst, err = p.appendSegment(dst, t, r)
		return err
	})
	return dst, err
}

// appendSegment appends the ids of normalized text without added tokens.
func (p *pipeline) appendSegment(dst []uint32, t text.Text, r request) ([]uint32, error) {
	if p.scan != nil {
		return p.appendScanned(dst, p.prefixed(t.String()), r)
	}
	if p.pre == nil {
		return p.model.AppendIDs(dst, t.String())
	}
	return p.appendPieces(dst, t)
}

// appendPieces appends the ids of the pieces that the pre-tokenizer makes. It
// stands by itself since dst escapes.
func (p *pipeline) appendPieces(dst []uint32, t text.Text) ([]uint32, error) {
	err := p.pre.Split(t, func(piece text.Text) (err error) {
		dst, err = p.model.AppendIDs(dst, piece.String())
		return err
	})
	return dst, err
}

// prefixed returns s with a space in front where the pre-tokenizer puts one.
func (p *pipeline) prefixed(s string) string {
	if p.prefixSpace && s[0] != ' ' {
		return " " + s
	}
	return s
}

func (p *pipeline) count(s string, r request) (int, error) {
	n := 0
	scratch := idScratch.Get().(*[]uint32)
	defer idScratch.Put(scratch)
	err := p.segments(s, r, text.Untracked, func(t text.Text, token *addedToken) (err error) {
		switch {
		case token != nil:
			n++
		case p.scan != nil:
			var k int
			k, err = p.countScanned(p.prefixed(t.String()), r)
			n += k
		default:
			*scratch, err = p.appendSegment((*scratch)[:0], t, r)
			n += len(*scratch)
		}
		return err
	})
	return n, err
}

// idScratch and tokenScratch keep slices for reuse.
var (
	idScratch    = sync.Pool{New: func() any { return new([]uint32) }}
	tokenScratch = sync.Pool{New: func() any { return new([]model.Token) }}
)

func (p *pipeline) appendTokens(e *Encoding, s string, r request) error {
	scratch := tokenScratch.Get().(*[]model.Token)
	defer tokenScratch.Put(scratch)
	word := 0
	each := func(m model.Model, piece text.Text) error {
		tokens, err := m.AppendTokens((*scratch)[:0], piece.String())
		*scratch = tokens
		e.reserve(len(tokens))
		for _, k := range tokens {
			e.add(k.ID, p.spelling(k, piece), Span(piece.Original(k.Start, k.End)), word)
		}
		word++
		if r.watch != nil {
			r.watch.piece(taken(m, piece), Span(piece.Original(0, piece.Len())), e.Len())
		}
		return err
	}
	return p.segments(s, r, text.New, func(t text.Text, token *addedToken) error {
		if r.watch != nil {
			r.watch.segment(Span(t.Original(0, t.Len())), t.String(), token != nil)
		}
		switch {
		case token != nil:
			span := Span(t.Original(0, t.Len()))
			e.add(token.id, t.String(), span, word)
			word++
			if r.watch != nil {
				r.watch.piece(t.String(), span, e.Len())
			}
			return nil
		case p.scan != nil && len(p.prefixed(t.String())) == t.Len():
			for pos := 0; pos < t.Len(); {
				end := p.scan(t.String(), pos)
				if err := each(p.bpe, t.Slice(pos, end)); err != nil {
					return err
				}
				pos = end
			}
			return nil
		case p.pre == nil:
			return each(p.model, t)
		}
		return p.pre.Split(t, func(piece text.Text) error { return each(p.model, piece) })
	})
}

// taken returns a piece as a model takes it.
func taken(m model.Model, piece text.Text) string {
	if _, ok := m.(mappedModel); ok {
		raw, _ := bytelevel.AppendDecoded(nil, piece.String())
		return string(raw)
	}
	return piece.String()
}

// spelling returns a token of a piece as it is shown.
func (p *pipeline) spelling(k model.Token, piece text.Text) string {
	if p.unknownText && k.ID == p.unknown {
		return piece.String()[k.Start:k.End]
	}
	return p.vocab.text(k.ID)
}
