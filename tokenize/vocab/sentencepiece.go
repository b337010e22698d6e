package vocab

// A SentencePiece is what a .model file of SentencePiece says, with the
// defaults of its schema (proto2) for what the file leaves out.
type SentencePiece struct {
	Pieces       []Piece // by id
	Trainer      TrainerSpec
	Normalizer   NormalizerSpec
	Denormalizer NormalizerSpec
	SelfTest     []SelfTestSample
}

// A Piece is a token of SentencePiece.
type Piece struct {
	Text  string
	Score float32
	Type  PieceType
}

// A PieceType says how a piece is used. The numbers are those of the file, and
// of tokenizer.ggml.token_type in GGUF.
type PieceType uint8

// The types of pieces.
const (
	Normal      PieceType = 1
	Unknown     PieceType = 2 // stands for what no piece covers
	Control     PieceType = 3 // never in text: <s>, </s>
	UserDefined PieceType = 4 // always one piece, found before all others
	Unused      PieceType = 5
	Byte        PieceType = 6 // <0x0A>: a byte that no piece covers
)

// String returns the name of the schema.
func (t PieceType) String() string {
	switch t {
	case Normal:
		return "NORMAL"
	case Unknown:
		return "UNKNOWN"
	case Control:
		return "CONTROL"
	case UserDefined:
		return "USER_DEFINED"
	case Unused:
		return "UNUSED"
	case Byte:
		return "BYTE"
	}
	return "PieceType(" + decimal(int64(t)) + ")"
}

// A SentencePieceType is the kind of a SentencePiece model.
type SentencePieceType uint8

// The kinds of models, by the numbers of the file.
const (
	SentencePieceUnigram SentencePieceType = 1
	SentencePieceBPE     SentencePieceType = 2
	SentencePieceWord    SentencePieceType = 3
	SentencePieceChar    SentencePieceType = 4
)

// TrainerSpec is what the trainer was told, as far as it matters for the use
// of the model. An id of -1: there is no such piece.
type TrainerSpec struct {
	ModelType               SentencePieceType
	VocabSize               int32
	TreatWhitespaceAsSuffix bool
	ByteFallback            bool
	ControlSymbols          []string
	UserDefinedSymbols      []string

	UnkID, BOSID, EOSID, PadID             int32
	UnkPiece, BOSPiece, EOSPiece, PadPiece string
	UnkSurface                             string // what the unknown piece decodes to
}

// NormalizerSpec is what happens to text before it is split.
type NormalizerSpec struct {
	Name                   string // nmt_nfkc, identity, ...
	PrecompiledCharsmap    []byte // replacements; empty: none
	AddDummyPrefix         bool   // a space before the text
	RemoveExtraWhitespaces bool
	EscapeWhitespaces      bool // spaces become U+2581
}

// A SelfTestSample is a text and its pieces, joined by spaces.
type SelfTestSample struct{ Input, Expected string }

func newSentencePiece() *SentencePiece {
	normalizer := NormalizerSpec{AddDummyPrefix: true, RemoveExtraWhitespaces: true, EscapeWhitespaces: true}
	return &SentencePiece{
		Trainer: TrainerSpec{
			ModelType:  SentencePieceUnigram,
			VocabSize:  8000,
			UnkID:      0,
			BOSID:      1,
			EOSID:      2,
			PadID:      -1,
			UnkPiece:   "<unk>",
			BOSPiece:   "<s>",
			EOSPiece:   "</s>",
			PadPiece:   "<pad>",
			UnkSurface: " \u2047 ",
		},
		Normalizer:   normalizer,
		Denormalizer: normalizer,
	}
}
