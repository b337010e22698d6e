package tokenize

import "errors"

// A Merge makes a token of two others. Its rank is its priority: lower ranks
// merge first.
type Merge struct {
	Rank        int
	Left, Right uint32
}

// A MergeStep is a piece of text on its way from characters to tokens: the
// tokens after a merge, and the merge's rank. The first step has no merge
// behind it.
type MergeStep struct {
	IDs  []uint32 `json:"ids"`
	Rank int      `json:"rank"`
	At   int      `json:"at"` // index in IDs of the token that the merge made
}

// ErrNoMerges reports a vocabulary whose model does not merge, or whose merges
// are not taken apart: those of SentencePiece and GGUF.
var ErrNoMerges = errors.New("no merges to show: the model does not merge, or is of SentencePiece or GGUF, which are not taken apart")

// merger is an engine whose model merges.
type merger interface {
	merge(id uint32) (Merge, bool)
	mergeSteps(piece string) ([]MergeStep, error)
}

// Merge returns the merge that makes a token.
func (t *Tokenizer) Merge(id uint32) (Merge, bool) {
	if m, ok := t.engine.(merger); ok {
		return m.merge(id)
	}
	return Merge{}, false
}

// MergeSteps returns how the model makes tokens of a piece of text, as the
// pre-tokenizer would hand it over. The error is [ErrNoMerges] where it does
// not merge.
func (t *Tokenizer) MergeSteps(piece string) ([]MergeStep, error) {
	if m, ok := t.engine.(merger); ok {
		return m.mergeSteps(piece)
	}
	return nil, ErrNoMerges
}
