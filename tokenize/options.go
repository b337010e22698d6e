package tokenize

// Options say how a text is encoded. The zero Options encode the text alone.
type Options struct {
	// AddSpecial adds the special tokens that the model expects around a text,
	// such as BOS, EOS, CLS and SEP.
	AddSpecial bool

	// Special says what a special token that the text spells is. The zero value
	// follows the format of the vocabulary.
	Special SpecialText

	// AllowedSpecial are special tokens that are recognized in the text
	// whatever Special says of the others.
	AllowedSpecial []string

	// Truncation cuts encodings; nil: as the vocabulary file says, which as a
	// rule is not at all.
	Truncation *Truncation

	// Padding fills encodings up; nil: as the vocabulary file says, which as a
	// rule is not at all.
	Padding *Padding

	// RuneOffsets makes Encoding.Offsets count runes, not bytes. Each byte that
	// is not UTF-8 counts as one.
	RuneOffsets bool

	// Workers bounds the goroutines of batches and of large texts. 0: as many
	// as there are processors; 1: none beside the caller. The result does not
	// depend on it.
	Workers int
}

// A SpecialText says what a special token is that the text itself spells, such
// as <|endoftext|>.
type SpecialText uint8

const (
	// SpecialByFormat parses special tokens in vocabularies of Hugging Face and
	// GGUF, and takes them for plain text in those of SentencePiece, tiktoken
	// and tekken, as the tools that these formats come from do.
	SpecialByFormat SpecialText = iota

	// ParseSpecial makes special tokens of them.
	ParseSpecial

	// PlainSpecial makes text like any other of them.
	PlainSpecial

	// RefuseSpecial makes them an error, as tiktoken does by default.
	RefuseSpecial
)

// DecodeOptions say how ids become text. The zero DecodeOptions decode all
// tokens.
type DecodeOptions struct {
	// SkipSpecial leaves special tokens out.
	SkipSpecial bool

	// ReplaceInvalid puts U+FFFD where the bytes of byte-level tokens are not
	// UTF-8, as Hugging Face's decoder does. Without it the text has the bytes
	// themselves. The decoders of other vocabularies always replace them.
	ReplaceInvalid bool
}
