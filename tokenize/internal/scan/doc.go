// Package scan splits text as the well-known split patterns of tokenizers do,
// by hand-written scanners: one file a family of patterns.
//
// # Terminology
//
//   - A piece is what a tokenizer's split patterns leave whole, and what its
//     model is then applied to. The pieces of a text tile it.
//   - A [Func] is a scanner: it returns the end of the piece that starts at a
//     given byte.
//   - A family is a set of pattern texts that split all texts alike.
//   - A class is what a character is to a pattern: an uppercase letter, a mark,
//     a number, a space.
//   - A chunk is a stretch of text that an earlier pre-tokenizer of a sequence
//     has cut out. Patterns see no text beyond it.
//   - A gap is a stretch that a pattern matches nowhere; it is a piece too.
//
// # Semantics
//
// Patterns mean what they mean to Oniguruma, which Hugging Face tokenizers use,
// with the character classes of Unicode 16: \s is White_Space, 25 code points;
// (?i:'s) matches U+017F, the long s, after the apostrophe; a quantifier such
// as {1,3}+ is a repetition of a repetition. tiktoken's engine reads the last
// of these as possessive, so its patterns have a list of their own,
// [ByTiktokenPattern].
//
// A byte that is not UTF-8 is a character of its own with the class of U+FFFD:
// a symbol.
//
// A scanner looks at each byte a bounded number of times, whatever the text.
package scan
