package tokenize

import (
	"maps"
	"slices"
	"sort"
)

// A Span is a half-open range of the text that was given to be encoded, in
// bytes, or in runes where [Options.RuneOffsets] asks for them.
type Span struct{ Start, End int }

// An Encoding is a text as a model takes it: parallel slices with an element a
// token.
type Encoding struct {
	IDs     []uint32
	TypeIDs []uint32 // 0: of the first text; 1: of the second; templates may say otherwise
	Tokens  []string // as the vocabulary spells them

	// Offsets are where the tokens stand in the text that they come from. A
	// token that is part of a character has the whole character. What is in no
	// text, special tokens of a template and padding, has the zero Span.
	Offsets []Span

	// Words are the pieces that the tokens were made from, counted from 0 in
	// each text, or the words of a text that was given as words. -1: none.
	Words []int

	SpecialTokensMask []uint32 // 1: added by the template, or padding
	AttentionMask     []uint32 // 0: padding

	// Overflowing has what truncation took off, in pieces of the same length
	// that overlap by the stride, each with the template around it.
	Overflowing []*Encoding

	sequences map[int]Span // where the tokens of the first and the second text are; see Sequence
}

// Len returns the number of tokens.
func (e *Encoding) Len() int { return len(e.IDs) }

// Sequence returns which tokens come from the first text, 0, or the second, 1.
func (e *Encoding) Sequence(text int) Span {
	if len(e.sequences) == 0 && text == 0 {
		return Span{End: e.Len()}
	}
	return e.sequences[text]
}

// SequenceOf returns which text a token comes from, 0 or 1, or -1 for a token
// that a template or padding added.
func (e *Encoding) SequenceOf(token int) int {
	for _, which := range slices.Sorted(maps.Keys(e.sequences)) {
		if s := e.sequences[which]; s.Start <= token && token < s.End {
			return which
		}
	}
	if len(e.sequences) == 0 && 0 <= token && token < e.Len() {
		return 0
	}
	return -1
}

// TokenAt returns the token of a text, 0 or 1, that covers an offset in it.
func (e *Encoding) TokenAt(text, offset int) (token int, ok bool) {
	s := e.Sequence(text)
	for i := s.Start; i < s.End; i++ {
		if e.Offsets[i].Start <= offset && offset < e.Offsets[i].End {
			return i, true
		}
	}
	return 0, false
}

// WordTokens returns the tokens of a word of a text, 0 or 1.
func (e *Encoding) WordTokens(text, word int) (tokens Span, ok bool) {
	s := e.Sequence(text)
	start := s.Start + sort.Search(s.End-s.Start, func(i int) bool { return e.Words[s.Start+i] >= word })
	end := start
	for end < s.End && e.Words[end] == word {
		end++
	}
	return Span{start, end}, end > start
}

// reserve makes room for n more tokens.
func (e *Encoding) reserve(n int) {
	e.IDs = slices.Grow(e.IDs, n)
	e.TypeIDs = slices.Grow(e.TypeIDs, n)
	e.Tokens = slices.Grow(e.Tokens, n)
	e.Offsets = slices.Grow(e.Offsets, n)
	e.Words = slices.Grow(e.Words, n)
	e.SpecialTokensMask = slices.Grow(e.SpecialTokensMask, n)
	e.AttentionMask = slices.Grow(e.AttentionMask, n)
}

// add appends a token of a text.
func (e *Encoding) add(id uint32, token string, span Span, word int) {
	e.IDs = append(e.IDs, id)
	e.TypeIDs = append(e.TypeIDs, 0)
	e.Tokens = append(e.Tokens, token)
	e.Offsets = append(e.Offsets, span)
	e.Words = append(e.Words, word)
	e.SpecialTokensMask = append(e.SpecialTokensMask, 0)
	e.AttentionMask = append(e.AttentionMask, 1)
}

// addOutside appends a token that is in no text.
func (e *Encoding) addOutside(id uint32, token string, typeID, attention uint32) {
	e.IDs = append(e.IDs, id)
	e.TypeIDs = append(e.TypeIDs, typeID)
	e.Tokens = append(e.Tokens, token)
	e.Offsets = append(e.Offsets, Span{})
	e.Words = append(e.Words, -1)
	e.SpecialTokensMask = append(e.SpecialTokensMask, 1)
	e.AttentionMask = append(e.AttentionMask, attention)
}

// setTypeID sets the type id of all tokens, those that overflow left aside.
func (e *Encoding) setTypeID(typeID uint32) {
	for i := range e.TypeIDs {
		e.TypeIDs[i] = typeID
	}
}

// setSequence says that all tokens come from one text, 0 or 1.
func (e *Encoding) setSequence(text int) {
	e.sequences = map[int]Span{text: {0, e.Len()}}
}

// setText takes all tokens for tokens of one text, 0 or 1, also those that an
// earlier post-processor added.
func (e *Encoding) setText(text int) {
	e.setSequence(text)
	for i := range e.IDs {
		e.SpecialTokensMask[i], e.AttentionMask[i] = 0, 1
	}
}

// slice returns a copy of tokens from to to, without what overflows.
func (e *Encoding) slice(from, to int) *Encoding {
	return &Encoding{
		IDs:               slices.Clone(e.IDs[from:to]),
		TypeIDs:           slices.Clone(e.TypeIDs[from:to]),
		Tokens:            slices.Clone(e.Tokens[from:to]),
		Offsets:           slices.Clone(e.Offsets[from:to]),
		Words:             slices.Clone(e.Words[from:to]),
		SpecialTokensMask: slices.Clone(e.SpecialTokensMask[from:to]),
		AttentionMask:     slices.Clone(e.AttentionMask[from:to]),
	}
}

// clone returns a copy that shares nothing but what overflows.
func (e *Encoding) clone() *Encoding {
	c := e.slice(0, e.Len())
	c.Overflowing = slices.Clone(e.Overflowing)
	c.sequences = maps.Clone(e.sequences)
	return c
}

// append appends the tokens of another encoding. What overflows is combined,
// each with each, as Hugging Face's merge_with does it: every overflowing part
// of e with other and with each part of other, then e with each part of other.
func (e *Encoding) append(other *Encoding) {
	var overflowing []*Encoding
	for _, mine := range e.Overflowing {
		overflowing = append(overflowing, join(mine, other))
		for _, theirs := range other.Overflowing {
			overflowing = append(overflowing, join(mine, theirs))
		}
	}
	if len(other.Overflowing) > 0 {
		alone := e.slice(0, e.Len())
		alone.sequences = e.sequences
		alone.Overflowing = e.Overflowing
		for _, theirs := range other.Overflowing {
			overflowing = append(overflowing, join(alone, theirs))
		}
	}
	start := e.Len()
	for which, s := range other.sequences {
		if e.sequences == nil {
			e.sequences = make(map[int]Span)
		}
		e.sequences[which] = Span{start + s.Start, start + s.End}
	}
	e.IDs = append(e.IDs, other.IDs...)
	e.TypeIDs = append(e.TypeIDs, other.TypeIDs...)
	e.Tokens = append(e.Tokens, other.Tokens...)
	e.Offsets = append(e.Offsets, other.Offsets...)
	e.Words = append(e.Words, other.Words...)
	e.SpecialTokensMask = append(e.SpecialTokensMask, other.SpecialTokensMask...)
	e.AttentionMask = append(e.AttentionMask, other.AttentionMask...)
	e.Overflowing = overflowing
}

// join returns the tokens of a and then of b.
func join(a, b *Encoding) *Encoding {
	c := a.clone()
	c.append(b)
	return c
}

// each calls do with the encoding and with what overflows from it.
func (e *Encoding) each(do func(*Encoding)) {
	do(e)
	for _, o := range e.Overflowing {
		o.each(do)
	}
}
