// Package normalize has the 14 normalizers of Hugging Face's tokenizers. They
// change what a text is made of before it is split, and keep track of where
// each byte came from.
//
// # Terminology
//
//   - A normalizer maps a text to a text. Its identity check is a quick test
//     that it would leave a text as it is.
//   - A form is one of the four normalization forms of Unicode, NFC, NFD, NFKC
//     and NFKD.
//   - A charsmap is a blob that SentencePiece compiles its replacements into: a
//     double array that finds keys, and the texts that replace them.
//   - A class is a small number that a table has for each code point. Class 0
//     is what a normalizer does not care about, so that most of a text is
//     passed over.
//
// # Exactness
//
// The library's parts know different versions of Unicode: decompositions and
// combining classes of 9, graphemes of 16, lower case of 17, the categories that
// BertNormalizer asks for of 8. The tables here are not made from those versions
// but from what tokenizers 0.22.2 does with each code point; their file carries
// its version. Only the text of a decomposition comes from golang.org/x/text,
// for code points that the tables say are decomposed: those texts never change
// between versions. Its normalizer does not serve, for it keeps no track of
// where characters came from, and puts a joiner between marks beyond the
// thirtieth.
//
// Bytes that are not UTF-8, which the library never sees, are left as they are:
// characters of one byte with no properties.
package normalize
