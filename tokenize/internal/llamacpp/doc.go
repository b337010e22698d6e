// Package llamacpp tokenizes as llama.cpp does with the vocabulary of a GGUF
// file: the version of August 2026 that llama-cpp-python 0.3.34 contains.
//
// Where the vocabulary was converted from a tokenizer.json, the result often
// differs from Hugging Face's in details. GGUF has no place for normalizers, for
// most of what is said of added tokens, or for split patterns: it names a
// pre-tokenizer, and llama.cpp has its own patterns and flags for each name.
//
// # Terminology
//
//   - The model is the algorithm, by the name in tokenizer.ggml.model: llama
//     (SentencePiece, by scores), gpt2 (BPE, by merges), bert (WordPiece), t5
//     (Unigram), rwkv (greedy), plamo2; gemma4, hybriddna and whitespace are BPE
//     with something before it.
//   - The pre-tokenizer of BPE splits text into pieces, in stages: each stage
//     splits the pieces of the one before it by one pattern.
//   - A special token is found in the text before all else. Control tokens and
//     the unknown token are found only where special tokens are parsed,
//     user-defined ones always.
//   - The text of a token is what the file has; its piece is what it stands for
//     in text.
//   - A virtual token is what merging goes through although the vocabulary does
//     not have it.
//
// # Patterns
//
// llama.cpp has scanners of its own for some patterns and gives the others to
// std::regex, which knows ASCII only. So it replaces every other character by
// one that stands for its group of categories, and the groups in the pattern by
// these. Upper and lower case are the same then, and so are all white space.
// Here each pattern is a scanner that does the same without the detour: in
// linear time, and without the stack that std::regex needs in proportion to the
// text. The classes are those of Unicode 15.1.
//
// # Offsets
//
// A token of BPE or RWKV has the bytes that it stands for, which may be a part
// of a character. So has a token of SentencePiece; the space that is put before
// the text is in none. Of a character that is read otherwise than it is written
// every token has all bytes: the ▁ that is a space, what is replaced by a
// normalizer or by U+FFFD. A token of WordPiece has what its characters were
// normalized from, and the unknown token the whole word, or run of characters.
// A special token has its text and the white space that it takes along. What
// stands around the text has no bytes: BOS is at 0, EOS at the end.
//
// # Where llama.cpp fails
//
// llama.cpp ends the process or loops forever where a text needs a byte token
// that the vocabulary does not have, or has characters above U+10FFFF. Here the
// former is the unknown token, or an error if there is none, and the latter are
// bytes that are no characters.
package llamacpp
