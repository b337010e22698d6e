// Package wordpiece holds the two models that look words up in a vocabulary:
// WordPiece, which cuts a word into the longest tokens from left to right, and
// WordLevel, which takes words whole.
//
// Both follow Hugging Face tokenizers 0.22.2. Bytes that are not UTF-8, which
// Hugging Face cannot see, are characters that no token covers.
//
// # Terminology
//
//   - A word is a piece of text as pre-tokenizers make it.
//   - A continuing token, such as ##ing, stands for a part of a word that is not
//     its start. In the vocabulary it has the continuing prefix before it.
//   - The unknown token stands for a word that the vocabulary does not cover,
//     whole: no part of it is kept.
package wordpiece
