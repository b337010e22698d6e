package tokenize

import (
	"iter"
)

// A Tokenizer turns text into ids and back. It is immutable: any number of
// goroutines may use one at the same time.
type Tokenizer struct {
	engine engine
	vocab  *vocabulary
	post   postProcessor
	info   Info

	before, after []uint32 // what post puts around one text

	truncation Truncation // as the file says
	padding    *Padding   // nil: none
	pad        namedToken // for Padding that names no token
	hasPad     bool
	special    SpecialText // what SpecialByFormat means
	spelled    spelledMatcher
}

// An engine is a tokenizer without template, truncation and padding: the rules
// of the format that the vocabulary came in.
type engine interface {
	// appendIDs appends the ids of text to dst.
	appendIDs(dst []uint32, text string, r request) ([]uint32, error)

	// count returns how many ids text has.
	count(text string, r request) (int, error)

	// appendTokens appends the tokens of text to dst. Words are counted from 0.
	appendTokens(dst *Encoding, text string, r request) error

	// cut returns where a text that goes on can be cut, 0 if nowhere: see
	// pipeline.cut. Its error is one that appendIDs would return too.
	cut(text string, r request) (int, error)

	// appendText appends the text of ids to dst.
	appendText(dst []byte, ids []uint32, o DecodeOptions) []byte

	// appendToken appends the text of one token in the midst of others.
	appendToken(dst []byte, id uint32) []byte

	// stream returns a decoder of one token after the other.
	stream(o DecodeOptions) tokenStream
}

// An Input is what is encoded: one text or a pair of them, each given as a text
// or as words.
type Input struct {
	Text  string
	Words []string // if not nil, the text is given as words that are encoded one by one

	HasPair   bool // there is a second text
	Pair      string
	PairWords []string // as Words
}

// Encode encodes a text.
//
// The error is one of [ErrTruncation] and [ErrPadding], for options that cannot
// be met, [ErrUnknownToken], [ErrTimeout] or [ErrSpecial].
func (t *Tokenizer) Encode(text string, o Options) (*Encoding, error) {
	return t.EncodeInput(Input{Text: text}, o)
}

// EncodePair encodes two texts to one encoding, such as a question and a
// passage.
func (t *Tokenizer) EncodePair(first, second string, o Options) (*Encoding, error) {
	return t.EncodeInput(Input{Text: first, HasPair: true, Pair: second}, o)
}

// EncodeInput encodes texts that may be given as words, or in pairs.
func (t *Tokenizer) EncodeInput(in Input, o Options) (*Encoding, error) {
	e, padding, err := t.encode(in, o)
	if err != nil {
		return nil, err
	}
	if padding != nil {
		padding.apply([]*Encoding{e})
	}
	return e, nil
}

// encode does all but the padding, which it returns.
func (t *Tokenizer) encode(in Input, o Options) (*Encoding, *Padding, error) {
	truncation, padding, err := t.settle(o)
	if err != nil {
		return nil, nil, err
	}
	r, err := t.request(o)
	if err != nil {
		return nil, nil, err
	}
	parts := make([]*Encoding, 1, 2)
	if parts[0], err = t.encodeText(in.Text, in.Words, o, r); err != nil {
		return nil, nil, err
	}
	var second *Encoding
	if in.HasPair {
		if second, err = t.encodeText(in.Pair, in.PairWords, o, r); err != nil {
			return nil, nil, err
		}
		second.setTypeID(1)
		parts = append(parts, second)
	}
	if truncation.MaxLength > 0 {
		added := 0
		if o.AddSpecial && t.post != nil {
			added = t.post.added(in.HasPair)
		}
		if err := truncation.apply(parts[0], second, added); err != nil {
			return nil, nil, err
		}
	}
	return postProcess(t.post, parts, o.AddSpecial), padding, nil
}

// Growing the slices of an encoding makes several times their size in garbage. So
// room is made at once for the tokens of a large text: one in four bytes, which
// with most vocabularies is about what prose has.
const (
	largeText     = 16 << 10
	bytesPerToken = 4
)

// encodeText encodes one text. Words, if not nil, are encoded one by one:
// offsets are within the word then.
func (t *Tokenizer) encodeText(text string, words []string, o Options, r request) (*Encoding, error) {
	e := &Encoding{}
	if words == nil {
		if len(text) >= largeText {
			e.reserve(len(text) / bytesPerToken)
		}
		if err := t.engine.appendTokens(e, text, r); err != nil {
			return nil, err
		}
		if o.RuneOffsets {
			toRunes(e.Offsets, text)
		}
		return e, nil
	}
	for i, word := range words {
		start := e.Len()
		if err := t.engine.appendTokens(e, word, r); err != nil {
			return nil, err
		}
		for k := start; k < e.Len(); k++ {
			e.Words[k] = i
		}
		if o.RuneOffsets {
			toRunes(e.Offsets[start:], word)
		}
	}
	return e, nil
}

// AppendIDs appends the ids of text to dst and returns the longer slice. Of the
// options it heeds those that say which tokens there are, not Truncation and
// Padding. With the scanners of byte-level vocabularies it allocates nothing but
// room in dst, once the caches are warm. With an error dst has some of the ids.
func (t *Tokenizer) AppendIDs(dst []uint32, text string, o Options) ([]uint32, error) {
	r, err := t.request(o)
	if err != nil {
		return dst, err
	}
	if o.AddSpecial {
		dst = append(dst, t.before...)
	}
	dst, err = t.engine.appendIDs(dst, text, r)
	if o.AddSpecial && err == nil {
		dst = append(dst, t.after...)
	}
	return dst, err
}

// Count returns how many ids text has: the length of what AppendIDs appends.
func (t *Tokenizer) Count(text string, o Options) (int, error) {
	r, err := t.request(o)
	if err != nil {
		return 0, err
	}
	n, err := t.engine.count(text, r)
	if o.AddSpecial {
		n += len(t.before) + len(t.after)
	}
	return n, err
}

// Decode returns the text of ids. Ids that the vocabulary does not have are
// passed over.
func (t *Tokenizer) Decode(ids []uint32, o DecodeOptions) string {
	return string(t.AppendText(nil, ids, o))
}

// AppendText appends the text of ids to dst.
func (t *Tokenizer) AppendText(dst []byte, ids []uint32, o DecodeOptions) []byte {
	return t.engine.appendText(dst, ids, o)
}

// VocabSize returns the number of tokens, added ones included.
func (t *Tokenizer) VocabSize() int { return t.vocab.count }

// Token returns the token of an id, as the vocabulary spells it.
func (t *Tokenizer) Token(id uint32) (token string, ok bool) {
	return t.vocab.text(id), t.vocab.has(id)
}

// ID returns the id of a token, as the vocabulary spells it.
func (t *Tokenizer) ID(token string) (id uint32, ok bool) { return t.vocab.id(token) }

// Tokens yields ids and tokens in the order of ids.
func (t *Tokenizer) Tokens() iter.Seq2[uint32, string] {
	return func(yield func(uint32, string) bool) {
		for id := range uint32(t.vocab.size()) {
			if t.vocab.has(id) && !yield(id, t.vocab.text(id)) {
				return
			}
		}
	}
}

// TokenBytes returns the bytes of text that a token stands for in the midst of
// others.
func (t *Tokenizer) TokenBytes(id uint32) []byte { return t.engine.appendToken(nil, id) }

// Info returns what the tokenizer is. What it holds must not be changed.
func (t *Tokenizer) Info() Info { return t.info }

// Truncation returns what is done where Options.Truncation is nil: what the
// vocabulary file says.
func (t *Tokenizer) Truncation() Truncation { return t.truncation }

// Padding returns what is done where Options.Padding is nil: what the vocabulary
// file says.
func (t *Tokenizer) Padding() Padding {
	if t.padding == nil {
		return Padding{}
	}
	return *t.padding
}

// An Encoder is what a Tokenizer has in common with other engines that stand in
// its place, such as that of package hf.
type Encoder interface {
	Encode(text string, o Options) (*Encoding, error)
	AppendIDs(dst []uint32, text string, o Options) ([]uint32, error)
	VocabSize() int
}

var _ Encoder = (*Tokenizer)(nil)
