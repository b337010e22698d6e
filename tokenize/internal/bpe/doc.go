// Package bpe makes tokens of pieces by byte-pair encoding: of all neighbours
// that a merge joins, those of the merge of lowest rank are joined, the leftmost
// of equals, until no merge joins any.
//
// # Terminology
//
//   - A piece is what is encoded for itself: a word, often, or a whole text.
//   - A unit is a byte or a character of a piece, depending on the vocabulary.
//   - A symbol is what merging starts from, is done to, and ends with. Symbols
//     are numbers. Most of them are tokens.
//   - An atom is the symbol of a unit.
//   - A merge joins two symbols, its parts, to a third. Its rank is its place in
//     the list of merges. Where there is no list, any two symbols whose texts
//     make that of a token can be joined, and the token has the rank.
//
// # How a piece is encoded
//
// The cache has it, or it is a token that its text is known to become. Else, if
// it is long, it is cut where no token spans the cut. What is left is walked
// from token to token, or, until it is worth it to make what walking needs,
// merged: up to 64 symbols by looking for the best pair again and again, more by
// a priority queue.
//
// All ways give the same tokens. That walking and looking up do rests on an
// analysis of the merges at load, see analyze.go: it finds those that happen in
// some text, and the few odd tokens whose texts have to be merged by the book.
package bpe
