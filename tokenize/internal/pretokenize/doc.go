// Package pretokenize cuts normalized text into the pieces that a model makes
// tokens of, as the pre-tokenizers of Hugging Face's tokenizers do.
//
// # Terminology
//
//   - A pre-tokenizer takes a text and gives its pieces from front to back.
//     Most only cut; Metaspace and ByteLevel also change characters.
//   - A match is a stretch of text that a pre-tokenizer looks for: what a
//     pattern matches, a punctuation mark, a digit. Its [Behavior] says
//     whether a match is a piece, is part of its neighbour, or is dropped.
//   - A [Step] is one pre-tokenizer with its settings. A Sequence is none: it
//     is taken apart into the steps in it.
//
// # Classes of characters
//
// The reference takes classes of characters from four sources of different
// age: White_Space and numbers from Rust's standard library, words from its
// regular expressions, punctuation from a table of about Unicode 8, scripts
// from one of Unicode 9. Here they are the classes of package ucd and the
// exceptions in classes_gen.go, which were found by asking the reference about
// every code point.
//
// Each byte that is not part of valid UTF-8 is a character of its own with the
// classes of U+FFFD.
package pretokenize

//go:generate go run ./internal/gen
