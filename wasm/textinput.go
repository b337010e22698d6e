package wasm

// TextInputRequest encodes a text, or a pair of them, with all that an encoding
// has. Blobs: the text, and the second one if there is one.
type TextInputRequest struct {
	Tokenizer   int            `json:"tokenizer"`
	HasPair     bool           `json:"hasPair,omitempty"`
	AddSpecial  bool           `json:"addSpecial,omitempty"`
	Special     int            `json:"special,omitempty"` // a tokenize.SpecialText
	RuneOffsets bool           `json:"runeOffsets,omitempty"`
	Truncation  TextTruncation `json:"truncation"`
	Padding     TextPadding    `json:"padding"`
}

// TextTruncation is tokenize.Truncation; not Given: as the vocabulary says.
type TextTruncation struct {
	Given     bool   `json:"given"`
	MaxLength int    `json:"maxLength,omitempty"`
	Strategy  string `json:"strategy,omitempty"`
	Left      bool   `json:"left,omitempty"`
	Stride    int    `json:"stride,omitempty"`
}

// TextPadding is tokenize.Padding; not Given: as the vocabulary says.
type TextPadding struct {
	Given      bool   `json:"given"`
	Length     int    `json:"length,omitempty"`
	Longest    bool   `json:"longest,omitempty"`
	MultipleOf int    `json:"multipleOf,omitempty"`
	Left       bool   `json:"left,omitempty"`
	Token      string `json:"token,omitempty"`
	ID         uint32 `json:"id,omitempty"`
	TypeID     uint32 `json:"typeId,omitempty"`
}

// TextInputReply has the encoding, and behind it what truncation took off.
type TextInputReply struct {
	Encodings []TextEncoding `json:"encodings"`
	MaxLength int            `json:"maxLength"` // where the vocabulary truncates, 0: nowhere
}

// TextEncoding is tokenize.Encoding.
type TextEncoding struct {
	IDs         []uint32 `json:"ids"`
	TypeIDs     []uint32 `json:"typeIds"`
	Tokens      []string `json:"tokens"`
	Offsets     []int    `json:"offsets"` // a start and an end for each token
	Words       []int    `json:"words"`
	SpecialMask []uint32 `json:"specialMask"`
	Attention   []uint32 `json:"attention"`
}
