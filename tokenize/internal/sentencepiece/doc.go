// Package sentencepiece encodes and decodes as SentencePiece does with its own
// .model files: version 0.2.3, exactly.
//
// # Terminology
//
//   - A piece is a token: a text with a score and a type.
//   - The normalized text is what pieces are found in: replacements of the
//     charsmap made, white space reduced and, as a rule, written ▁ (U+2581).
//   - The dummy prefix is a space that is put before a text, so that the first
//     word looks like the others.
//   - A user-defined symbol is a piece that is found before all else, in the
//     original text even: the normalizer leaves it as it is.
//   - A reserved piece is of type Control, Unknown or Byte. Text never becomes
//     one by what it spells.
//   - A segment is a piece of the normalized text that a segmenter finds, or
//     something unknown.
//   - Byte fallback stands for unknown text by a piece for each of its bytes.
//
// # Steps
//
// [Normalizer] -> one of four segmenters (Unigram, BPE, Word, Char) -> what
// becomes of unknown segments: those beside each other are one unknown piece,
// or bytes.
//
// A text can be encoded in parts, some of them at once: see [Model.Cut].
//
// Bytes that are not UTF-8 are U+FFFD in the normalized text, as in
// SentencePiece itself.
//
// # Stricter than SentencePiece
//
// A charsmap is refused if one of its texts is not UTF-8 or has more than 1024
// bytes, or one of its keys has more than 256: what SentencePiece compiles has
// 33 and 12. They bound what a text can become and how long that takes. A piece
// may occur once only, be it reserved or not.
package sentencepiece
