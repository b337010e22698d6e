package tokenize

import "github.com/nibble-go/nibble/tokenize/internal/decode"

// A tokenStream decodes one token after the other.
type tokenStream interface {
	// next appends the text that is certain once id has come.
	next(dst []byte, id uint32) []byte

	// flush appends what is left.
	flush(dst []byte) []byte
}

// A Decoder decodes ids as they come, such as from a model that is generating.
// It gives out text as soon as it is certain, never part of a character; the
// parts together are what [Tokenizer.Decode] makes of all ids. A Decoder is not
// safe for concurrent use.
type Decoder struct{ stream tokenStream }

// NewDecoder returns a Decoder at the start of a text.
func (t *Tokenizer) NewDecoder(o DecodeOptions) *Decoder { return &Decoder{t.engine.stream(o)} }

// Next returns the text that is certain once id has come, which may be none.
func (d *Decoder) Next(id uint32) string { return string(d.stream.next(nil, id)) }

// Flush returns what is left: bytes that are part of a character whose end did
// not come.
func (d *Decoder) Flush() string { return string(d.stream.flush(nil)) }

// rawStream is the stream of tokens that are bytes behind each other. It holds
// back the start of a character.
type rawStream struct {
	append  func(dst []byte, id uint32) []byte
	replace bool
	pending []byte
}

func (s *rawStream) next(dst []byte, id uint32) []byte {
	s.pending = s.append(s.pending, id)
	n := decode.WholeLen(s.pending)
	dst = s.give(dst, s.pending[:n])
	s.pending = append(s.pending[:0], s.pending[n:]...)
	return dst
}

func (s *rawStream) flush(dst []byte) []byte {
	dst = s.give(dst, s.pending)
	s.pending = s.pending[:0]
	return dst
}

func (s *rawStream) give(dst, text []byte) []byte {
	if s.replace {
		return decode.AppendLossy(dst, text)
	}
	return append(dst, text...)
}

// stageStream is the stream of a pipeline's decoder.
type stageStream struct {
	p           *pipeline
	stream      *decode.Stream
	skipSpecial bool
}

func (s *stageStream) next(dst []byte, id uint32) []byte {
	if !s.p.vocab.has(id) || s.skipSpecial && s.p.special[id] {
		return dst
	}
	return append(dst, s.stream.Next(s.p.vocab.text(id))...)
}

func (s *stageStream) flush(dst []byte) []byte { return append(dst, s.stream.Flush()...) }

func (p *pipeline) stream(o DecodeOptions) tokenStream {
	if !p.rawDecoder {
		return &stageStream{p, decode.NewStream(p.decoder), o.SkipSpecial}
	}
	return &rawStream{replace: o.ReplaceInvalid, append: func(dst []byte, id uint32) []byte {
		if o.SkipSpecial && p.special[id] {
			return dst
		}
		return p.appendRaw(dst, id)
	}}
}
