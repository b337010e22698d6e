// Package text keeps track of where the bytes of a text came from while
// normalizers change it and pre-tokenizers cut it.
//
// # Terminology
//
//   - The original is the text that the caller gave; offsets are in its bytes.
//   - A [Text] is a stretch of normalized text. Each of its bytes stands for a
//     [Span] of the original.
//   - A Text that nothing changed is its own original: byte i stands for the
//     whole character that it belongs to.
//
// The rules are those of Hugging Face's NormalizedString. What a normalizer
// writes has the span of a byte of the text before it, which one is the
// normalizer's to say: a character that takes the place of another has that
// one's span, one that is inserted has the span of the byte before it. Before
// the first byte stands the place where the Text starts, with an empty span.
//
// Bytes that are not UTF-8 are characters of one byte each.
package text
