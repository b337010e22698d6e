// Package vocab reads the files that vocabularies are published in: what
// tokens there are, and what their file says about how text becomes tokens. It
// neither encodes nor decodes text.
//
// [ReadJSON] reads tokenizer.json, the format of Hugging Face's tokenizers;
// [ReadSentencePiece] reads the .model files of SentencePiece.
//
// # Terminology
//
//   - A token is an entry of the vocabulary: a text with an id. SentencePiece
//     calls it a piece and gives it a score and a [PieceType].
//   - A merge joins two tokens to a third. Its place in the list is its rank:
//     lower ranks merge first. In SentencePiece the score says that instead.
//   - An added token is matched in the text as a whole, before the model sees
//     it. Every special token is an added token, not conversely.
//   - Normalizer, pre-tokenizer, model, post-processor and decoder are the
//     stages of tokenizer.json. All but the model are handed on as they stand
//     in the file.
//
// # Untrusted files
//
// tokenizer.json is read as a stream. Errors are a [FormatError] with the
// place in the file; they wrap [ErrFormat], or [ErrUnsupported] where a file is
// beyond a limit of this package: ids of 2^22 and up, files of more than
// 256 MiB. Where one format has several readings, as JSON with a duplicate key
// has, the file is refused.
package vocab
