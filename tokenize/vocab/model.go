package vocab

import "iter"

// A ModelType is the kind of a model in tokenizer.json.
type ModelType string

// The kinds of models.
const (
	BPE       ModelType = "BPE"
	WordPiece ModelType = "WordPiece"
	WordLevel ModelType = "WordLevel"
	Unigram   ModelType = "Unigram"
)

// A Model is the model of a tokenizer.json. Which fields have a meaning depends
// on its Type.
type Model struct {
	// Type is what the file says. Old files say nothing; they are of the first
	// type whose fields they have, in the order BPE, WordPiece, WordLevel,
	// Unigram.
	Type ModelType

	// Tokens are in the order of the file. In a Unigram model that is the order
	// of ids, from 0; in the others any order and holes between ids occur, but
	// no id twice.
	Tokens []Token

	// Scores of a Unigram model, parallel to Tokens: log probabilities.
	Scores []float64

	// Merges of a BPE model, by rank.
	Merges []Merge

	// MergesPaired: the file had the merges as ["a", "b"], not as "a b". Only
	// then a token with a space in it can be merged.
	MergesPaired bool

	Options
}

// A Token is a text with an id.
type Token struct {
	Text string
	ID   int
}

// A Merge joins two tokens. The numbers are indices into [Model.Tokens].
type Merge struct{ Left, Right, Result int32 }

// Options of a model. A nil string was null or not there.
type Options struct {
	UnkToken                *string // BPE, WordPiece, WordLevel
	ContinuingSubwordPrefix *string // BPE, WordPiece
	EndOfWordSuffix         *string // BPE
	MaxInputCharsPerWord    int     // WordPiece; 100 where the file has none
	Dropout                 float64 // BPE
	UnkID                   *int    // Unigram: index of the unknown token
	FuseUnk                 bool    // BPE
	ByteFallback            bool    // BPE, Unigram
	IgnoreMerges            bool    // BPE
}

// MergeTexts yields the texts of the two tokens that each merge joins, by rank.
func (m *Model) MergeTexts() iter.Seq2[string, string] {
	return func(yield func(left, right string) bool) {
		for _, merge := range m.Merges {
			if !yield(m.Tokens[merge.Left].Text, m.Tokens[merge.Right].Text) {
				return
			}
		}
	}
}
