// Package unigram finds the likeliest way to cut a piece of text into tokens,
// each of which has a score: the logarithm of its probability, as a rule.
//
// # Terminology
//
//   - A path is a way to cut a text into tokens. Its score is the sum of
//     theirs; the best path is the one with the highest.
//   - An edge is a token of a path: from one position in the text to another.
//   - An unknown edge stands for one character at which no token of that very
//     character starts.
//   - A cut is a position that no edge passes over, so that every path goes
//     through it. What lies before a cut need not be kept.
//
// # Two kinds
//
// [Model] is the Unigram model of Hugging Face tokenizers 0.22.2: scores are
// float64. [Lattice] with float32 is what SentencePiece 0.2.3 does. The search is
// the same, and so are its rules where two paths have the same score: the one
// whose last edge starts first is taken, and scores are added from the start of
// the text to its end, so that they are rounded alike.
//
// # Cost
//
// The time is linear in the text, times the length of the longest token that
// it spells. The memory is what the search needs since the last cut, four bytes
// for each byte of text: in natural text some words, at worst the whole text.
package unigram
