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
// The rules are those of Hugging Face's NormalizedString: a character that
// takes the place of others has the span of the first of them, and one that is
// inserted has the span of the byte before it.
package text
