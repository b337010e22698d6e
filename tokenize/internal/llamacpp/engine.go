package llamacpp

import (
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/nibble-go/nibble/internal/fault"
	"github.com/nibble-go/nibble/tokenize/internal/config"
)

// makeEngine makes what tokenizes text without special tokens.
func (l *loader) makeEngine() (err error) {
	if (l.c.Model == "hybriddna" || l.c.Model == "whitespace") && l.v.escape {
		return config.In("tokenizer.ggml.pre", config.Unsupported(fault.Quote(l.v.pre)+" in a vocabulary of the model "+fault.Quote(l.c.Model)))
	}
	switch l.c.Model {
	case "llama":
		l.v.engine, err = l.makeSentencePiece()
	case "bert":
		l.v.engine, err = l.makeWordPiece()
	case "t5":
		l.v.engine, err = l.makeUnigram()
	case "rwkv":
		l.v.engine, err = l.makeGreedy()
	case "plamo2":
		l.v.engine, err = l.makePlamo()
	case "hybriddna":
		l.v.engine, err = l.makeHybridDNA()
	case "whitespace":
		var words *bytePair
		words, err = l.makeBytePair()
		l.v.engine = &spacedOut{words, l.v.flags[Lowercase]}
	default:
		l.v.engine, err = l.makeBytePair()
	}
	return err
}

// A spacedOut is an engine that drops white space, and tokenizes what stands
// between it.
type spacedOut struct {
	*bytePair
	lowercase bool
}

func (e *spacedOut) encode(out *output, s string, _ bool) error {
	base := out.base
	defer func() { out.base = base }()
	start, changed := 0, false // of the segment
	finish := func(end int) (err error) {
		out.base = base + start
		switch segment := s[start:end]; {
		case segment == "":
		case changed:
			err = e.encodeChanged(out, segment)
		default:
			err = e.encodeReading(out, segment)
		}
		changed = false
		return err
	}
	for i := 0; i < len(s); {
		r, size := decodeAny(s, i)
		if e.of(r)&space != 0 {
			if err := finish(i); err != nil {
				return err
			}
			start = i + size
		} else if _, n := decode(s, i); n != size || r == utf8.RuneError || e.lowercase && e.lower(r) != r {
			changed = true
		}
		i += size
	}
	return finish(len(s))
}

// encodeChanged appends the tokens of a segment that is not read as it is
// written.
func (e *spacedOut) encodeChanged(out *output, segment string) error {
	var text []byte
	var spans []span
	for i := 0; i < len(segment); {
		r, size := decodeAny(segment, i)
		if e.lowercase {
			r = e.lower(r)
		}
		from := len(text)
		text = appendRune(text, r)
		for range len(text) - from {
			spans = append(spans, span{i, i + size})
		}
		i += size
	}
	from, base := len(out.tokens), out.base
	out.base = 0
	err := e.encodeReading(out, string(text))
	out.base = base
	for i := from; i < len(out.tokens); i++ {
		token := &out.tokens[i]
		token.Start, token.End = base+spans[token.Start].start, base+spans[token.End-1].end
	}
	return err
}

// A hybridDNA is an engine that cuts what stands between <dna> and </dna> into
// stretches of six bases, each a token or <oov>, and merges the rest.
type hybridDNA struct {
	*bytePair
	kmers             map[string]uint32
	begin, end, other uint32
}

const (
	dnaBegin = "<dna>"
	dnaEnd   = "</dna>"
	kmer     = 6
)

// makeHybridDNA makes the engine of a vocabulary with k-mers, or that of one
// with merges if it has none.
func (l *loader) makeHybridDNA() (engine, error) {
	pairs, err := l.makeBytePair()
	if err != nil {
		return nil, err
	}
	e := &hybridDNA{
		bytePair: pairs, kmers: make(map[string]uint32),
		begin: l.lookup(dnaBegin), end: l.lookup(dnaEnd), other: l.lookup("<oov>"),
	}
	if e.begin == none || e.end == none || e.other == none {
		return pairs, nil
	}
	for id, text := range l.v.texts {
		if bases, ok := strings.CutSuffix(text, kmerMarker); ok && len(bases) == kmer {
			e.kmers[bases] = uint32(id)
		}
	}
	return e, nil
}

func (e *hybridDNA) encode(out *output, s string, first bool) error {
	base := out.base
	defer func() { out.base = base }()
	for pos := 0; pos < len(s); {
		start := len(s)
		if i := strings.Index(s[pos:], dnaBegin); i >= 0 {
			start = pos + i
		}
		if start > pos {
			out.base = base + pos
			if err := e.bytePair.encode(out, s[pos:start], first); err != nil {
				return err
			}
			out.base = base
		}
		if start == len(s) {
			break
		}
		pos = start + len(dnaBegin)
		out.add(e.begin, start, pos)
		end := len(s)
		if i := strings.Index(s[pos:], dnaEnd); i >= 0 {
			end = pos + i
		}
		e.encodeBases(out, s[pos:end], pos)
		if pos = end; end < len(s) {
			pos += len(dnaEnd)
			out.add(e.end, end, pos)
		}
	}
	return nil
}

// encodeBases appends the tokens of a sequence, whose last stretch is filled up
// with A.
func (e *hybridDNA) encodeBases(out *output, s string, at int) {
	for i := 0; i < len(s); i += kmer {
		end := min(i+kmer, len(s))
		bases := [kmer]byte{'A', 'A', 'A', 'A', 'A', 'A'}
		for k, c := range []byte(s[i:end]) {
			if 'a' <= c && c <= 'z' {
				c -= 'a' - 'A'
			}
			bases[k] = c
		}
		id, ok := e.kmers[string(bases[:])]
		if !ok {
			id = e.other
		}
		out.add(id, at+i, at+end)
	}
	out.word++
}

// Options say how a text becomes tokens.
type Options struct {
	// AddSpecial puts the tokens around the text that the model expects.
	AddSpecial bool

	// ParseSpecial finds control tokens and the unknown token in the text;
	// otherwise what spells them is text. User-defined tokens are always found.
	ParseSpecial bool

	// Continues: the text is the rest of one that was cut. No space is put
	// before it.
	Continues bool
}

// matcher returns what finds special tokens.
func (v *Vocabulary) matcher(o Options) *matcher {
	if o.ParseSpecial {
		return v.parsing
	}
	return v.plain
}

// FindControl returns the first token that is found in text only if special
// tokens are parsed, and where.
func (v *Vocabulary) FindControl(text string) (id uint32, start int, ok bool) {
	m := v.parsing
	err := m.split(text, func(p part) error {
		if p.token >= 0 && m.tokens[p.token].attr&(controlToken|unknownToken) != 0 {
			id, start, ok = m.tokens[p.token].id, p.start, true
			return errFound
		}
		return nil
	})
	return id, start, ok && err != nil
}

// errFound ends a search.
var errFound = errors.New("found")

// AppendIDs appends the ids of text to dst.
//
// The error is model.ErrNoUnknown, where llama.cpp would end the process.
func (v *Vocabulary) AppendIDs(dst []uint32, text string, o Options) ([]uint32, error) {
	out := outputs.Get().(*output)
	defer out.release()
	out.ids, out.offsets = dst, false
	err := v.encode(out, text, o)
	return out.ids, err
}

// AppendTokens appends the same tokens to dst, with the bytes that they stand
// for: see the documentation of the package.
func (v *Vocabulary) AppendTokens(dst []Token, text string, o Options) ([]Token, error) {
	out := outputs.Get().(*output)
	defer out.release()
	out.tokens, out.offsets = dst, true
	err := v.encode(out, text, o)
	return out.tokens, err
}

func (v *Vocabulary) encode(out *output, text string, o Options) error {
	if o.AddSpecial {
		out.frame(v.front, 0)
	}
	m := v.matcher(o)
	first := !o.Continues
	err := m.split(text, func(p part) error {
		out.base = p.start
		if p.token < 0 {
			err := v.engine.encode(out, text[p.start:p.end], first)
			first = false
			return err
		}
		out.base = 0
		out.add(m.tokens[p.token].id, p.start, p.end)
		if out.offsets {
			out.tokens[len(out.tokens)-1].Special = true
		}
		out.word++
		first = true
		return nil
	})
	if err == nil && o.AddSpecial {
		out.frame(v.behind, len(text))
	}
	return err
}

// frame adds tokens that stand around a text.
func (o *output) frame(ids []uint32, at int) {
	for _, id := range ids {
		if o.offsets {
			o.tokens = append(o.tokens, Token{ID: id, Start: at, End: at, Word: -1, Special: true})
		} else {
			o.ids = append(o.ids, id)
		}
	}
}
