package sentencepiece

// Config is what a .model file says.
type Config struct {
	Pieces []Piece // by id
	Kind   Kind

	ByteFallback       bool // of 256 pieces <0x00> to <0xFF>
	WhitespaceAsSuffix bool // the dummy prefix is behind the text
	UnknownSurface     string

	// Texts of the pieces that play these roles; empty: <unk>, <s>, </s>, <pad>.
	Unknown, BOS, EOS, Pad string

	Normalizer   Rules
	Denormalizer Rules // used only if it has a charsmap
}

// A Kind is the kind of a model.
type Kind uint8

// The kinds of models, by the numbers of the file.
const (
	Unigram Kind = iota + 1
	BPE
	Word
	Char
)

// A Piece is a token.
type Piece struct {
	Text  string
	Score float32
	Type  Type
}

// A Type says how a piece is used.
type Type uint8

// The types of pieces, by the numbers of the file.
const (
	Normal Type = iota + 1
	Unknown
	Control
	UserDefined
	Unused
	Byte
)

// reserved reports whether text never becomes such a piece by what it spells.
func (t Type) reserved() bool { return t == Unknown || t == Control || t == Byte }

// Rules say what happens to a text before it is segmented.
type Rules struct {
	Charsmap               []byte // replacements; empty: none
	AddDummyPrefix         bool
	RemoveExtraWhitespaces bool
	EscapeWhitespaces      bool // spaces become ▁
}
