package bpe

// A Config says what a Model is made of. It is read by New and NewRanked, and
// not kept.
type Config struct {
	// Tokens are the texts of the tokens by id. An id with an empty text is no
	// token that text can become. Of equal texts the first one counts.
	//
	// In a byte-level vocabulary the texts are bytes, not the characters that
	// stand for them; a token with a character that stands for no byte has an
	// empty text.
	Tokens []string

	// Merges by rank, for New.
	Merges []Merge

	// Ranks of the tokens by id, for NewRanked; nil: the rank is the id. A token
	// of negative rank is never the result of a merge.
	Ranks []int32

	// ByteLevel: pieces are made of bytes, each an atom. Otherwise they are made
	// of characters.
	ByteLevel bool

	// ContinuingSubwordPrefix stands before every symbol of a piece but the
	// first, and EndOfWordSuffix behind the last one, in the texts of tokens.
	ContinuingSubwordPrefix string
	EndOfWordSuffix         string

	// Unk is the token for a character that the vocabulary does not cover; nil:
	// such a character is dropped. UnkMissing: a token was named that does not
	// exist, and such a character is an error.
	Unk        *uint32
	UnkMissing bool

	// FuseUnk makes one token of the unknown characters that stand side by side.
	FuseUnk bool

	// ByteFallback makes tokens <0x00> to <0xFF> of the bytes of an unknown
	// character, if there is a token for each of them.
	ByteFallback bool

	// LateUnknown, for NewRanked, lets a character that is no token be merged to a token that
	// contains it, as SentencePiece does. It is unknown if that fails. Otherwise
	// it is unknown from the start, as in Hugging Face's tokenizers.
	LateUnknown bool

	// WholeFirst makes a piece that is a token that token, whatever the merges
	// say. Hugging Face calls it ignore_merges; tiktoken always does so.
	WholeFirst bool

	// Dropout is the probability with which a merge is passed over, and Random
	// returns numbers from 0 to below 1. It is called from whatever goroutine
	// encodes. A Model with Dropout has no cache and ignores WholeFirst.
	Dropout float32
	Random  func() float32

	// CacheSize is the number of bytes for the cache of pieces; 0: 2 MiB;
	// negative: no cache.
	CacheSize int
}

// A Merge makes a token of two, which are given by their ids.
type Merge struct{ Left, Right, Result uint32 }
