// Package model says what the models of a tokenizer have in common: they make
// tokens of the pieces that text was split into.
package model

import "errors"

// A Token is a token of a piece.
type Token struct {
	ID         uint32
	Start, End int // the bytes of the piece that it stands for, half-open
}

// A Model makes tokens of pieces. It is immutable and safe for concurrent use.
type Model interface {
	// AppendIDs appends the ids of the tokens of piece to dst.
	AppendIDs(dst []uint32, piece string) ([]uint32, error)

	// AppendTokens appends the same tokens with the bytes that they stand for.
	AppendTokens(dst []Token, piece string) ([]Token, error)
}

// ErrNoUnknown reports a text that the vocabulary does not cover, where the
// vocabulary has no token for what it does not know.
var ErrNoUnknown = errors.New("text that the vocabulary does not cover, and no unknown token")
