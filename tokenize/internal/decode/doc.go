// Package decode makes text of tokens again, as the decoders of Hugging Face's
// tokenizers do.
//
// # Terminology
//
//   - A decoder makes tokens of tokens. The text is what the last one makes,
//     joined.
//   - A decoder that fuses makes one token of all: Fuse and ByteLevel.
//   - Text is final when no later token can change it. A [Stream] gives final
//     text while tokens come.
//
// # How far text is from being final
//
// What a decoder makes of a token depends on the tokens before it and
//
//	WordPiece, Metaspace, CTC, Replace, Strip   on no later one
//	BPEDecoder                                  on whether there is a later one
//	ByteLevel                                   on the bytes that complete its last character
//	ByteFallback                                on the byte tokens that follow it, since one bad
//	                                            byte makes all of an unbroken run U+FFFD
//
// Behind a decoder that fuses there is one token, which comes in parts. Then
// text is final but for what may be the start of a match, or may have to be
// stripped from the end. Only where a match may be arbitrarily long, with
// Replace by a regular expression, and where the kind of the token hangs on
// each of its characters, with ByteLevel, is no text final before the end.
package decode
