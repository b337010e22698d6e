// Package textgen makes texts that are hard on tokenizers, for tests: the same
// texts for the same seed, on any machine and with any version of Go.
//
// A text is a chain of fragments, each of one [Kind]: words with contractions,
// letters of every script, stacked marks, emoji sequences, runs of white space
// of all kinds, source code, numbers, control characters, the text of special
// tokens whole and cut, bytes that are not UTF-8. What differs between
// tokenizers shows at the seams, so neighbours are drawn independently and
// seldom separated.
//
// The characters come from a table of blocks in this package, not from package
// unicode, whose tables change with the version of Go.
package textgen
