// Package tokenize turns text into the ids that language models read, and ids
// into text, with the vocabularies that models are published with:
// tokenizer.json, tiktoken's rank files, SentencePiece models, tekken.json and
// GGUF.
//
//	tok, err := tokenize.Open("path/to/model")
//	enc, err := tok.Encode("Hello wörld", tokenize.Options{AddSpecial: true})
//	text := tok.Decode(enc.IDs, tokenize.DecodeOptions{})
//
// Where ids are all that is wanted, [Tokenizer.AppendIDs] and
// [Tokenizer.Count] cost a fraction of [Tokenizer.Encode], and
// [Tokenizer.EncodeReader] takes a text of any length. [Tokenizer.NewDecoder]
// decodes while a model is still generating.
//
// # Exactness
//
// Ids are those of the reference implementation of the format that the
// vocabulary came in: Hugging Face's tokenizers 0.22, tiktoken, SentencePiece,
// llama.cpp. Their tests run against these. Where nibble differs on purpose,
// RATIONALE.md says so.
//
// # Terminology
//
//   - A vocabulary has tokens, each with an id.
//   - An added token is found in the text as a whole, before anything else
//     happens to it. A special token is an added token with a role for the
//     model, such as the end of a text (EOS); people do not type it.
//   - The normalizer changes the text, the pre-tokenizer cuts it into pieces,
//     the model makes tokens of each piece, and the post-processor puts special
//     tokens around them. The decoder goes back.
//   - Models are BPE, which merges neighbours by the rank of the merge, lower
//     ranks first; Unigram, which takes the likeliest tokens; WordPiece, which
//     takes the longest token first; WordLevel, which knows whole words.
//   - In tiktoken's files the rank of a token is that of its merge and its id.
//   - A byte-level vocabulary has a token for every byte, so that it covers
//     every text; byte fallback does the same for characters that a vocabulary
//     of characters does not have.
//   - An offset is a place in the text that was given, before normalization,
//     counted in bytes, or in runes on request. A token that is part of a
//     character has the whole character's offsets.
//
// # Text that is not UTF-8
//
// Strings may hold any bytes. A byte that is no part of a character counts as a
// character of its own, neither letter nor number nor space. Byte-level
// vocabularies keep it; others take it for an unknown character.
//
// # Untrusted files
//
// Vocabularies come from strangers. What is wrong with one is an error that
// names line or byte, and key; nothing is allocated because a file claims it,
// and split patterns run under a time limit.
//
// # The reduced build
//
// With the build tag nibbletext, for a WebAssembly module that is to be small,
// the package reads only what byte-level vocabularies in a tokenizer.json need:
// BPE models without a normalizer, whose split pattern has a scanner. All else
// is an error that wraps [ErrReduced]. What takes a path, an fs.FS or a context
// is not there: [Read] and [Tokenizer.EncodeAll] are. So neither fmt, os nor
// time become part of the module.
package tokenize
