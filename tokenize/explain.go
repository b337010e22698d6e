package tokenize

import "slices"

// An Explanation is a text on its way through the stages of a tokenizer.
type Explanation struct {
	// Segments are, in the order of the text, the added tokens that are found in
	// it and the stretches between them. A stretch of which the normalizer
	// leaves nothing is not among them.
	Segments []Segment

	// Encoding is what the post-processor makes of all tokens: that of
	// [Tokenizer.Encode], without truncation and padding.
	Encoding *Encoding
}

// A Segment is an added token that is found in a text, or a stretch of text
// without one.
type Segment struct {
	Span       Span
	Added      bool
	Normalized string  // the text after the normalizer
	Pieces     []Piece // after the pre-tokenizer; an added token is one piece
}

// A Piece is what the model makes tokens of.
type Piece struct {
	Text   string // as the model takes it; see [Tokenizer.MergeSteps]
	Span   Span
	IDs    []uint32
	Tokens []string // as the vocabulary spells them
}

// Explain returns what becomes of a text from stage to stage. The ids of all
// pieces, one behind the other, are those of the text; Encoding has what the
// post-processor adds. Spans count bytes of the text; Truncation, Padding and
// RuneOffsets do not count.
//
// Formats differ in what they can say. In a byte-level vocabulary the text of a
// piece is its bytes, not the characters that spell them. SentencePiece does not
// cut a text: it is one piece. Of GGUF the pieces are stretches of the text, and
// Normalized is the text itself: llama.cpp replaces characters as it reads them,
// in the midst of the model.
//
// Errors are those of [Tokenizer.Encode].
func (t *Tokenizer) Explain(text string, o Options) (*Explanation, error) {
	r, err := t.request(o)
	if err != nil {
		return nil, err
	}
	e := &Encoding{}
	r.watch = &explaining{encoding: e}
	if err := t.engine.appendTokens(e, text, r); err != nil {
		return nil, err
	}
	segments := r.watch.segments
	return &Explanation{segments, postProcess(t.post, []*Encoding{e}, o.AddSpecial)}, nil
}

// explaining is what an engine tells while it appends tokens to an encoding.
type explaining struct {
	encoding *Encoding
	tokens   int // those of the pieces so far
	segments []Segment
}

// segment begins a segment.
func (x *explaining) segment(at Span, normalized string, added bool) {
	x.segments = append(x.segments, Segment{Span: at, Added: added, Normalized: normalized})
}

// piece adds a piece to the last segment. Its tokens are those up to end that no
// piece has yet.
func (x *explaining) piece(text string, at Span, end int) {
	last := &x.segments[len(x.segments)-1]
	last.Pieces = append(last.Pieces, Piece{
		Text: text, Span: at,
		IDs:    slices.Clone(x.encoding.IDs[x.tokens:end]),
		Tokens: slices.Clone(x.encoding.Tokens[x.tokens:end]),
	})
	x.tokens = end
}
