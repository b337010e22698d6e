package wasm

// TextOpenRequest opens a tokenizer.
//
// Blobs: the contents of Files, in their order. The first is the vocabulary;
// others are of a model directory and say more of it, such as
// tokenizer_config.json. Without blobs Files[0] is a path in the guest's file
// system, of a vocabulary, a GGUF file or a directory.
type TextOpenRequest struct {
	Files    []string `json:"files"`              // names
	Encoding string   `json:"encoding,omitempty"` // of a tiktoken file, such as cl100k_base
}

// TextOpenReply describes an open tokenizer.
type TextOpenReply struct {
	Tokenizer int         `json:"tokenizer"` // handle
	Source    string      `json:"source"`    // format, such as tokenizer.json
	Model     string      `json:"model"`     // BPE, Unigram, ...
	VocabSize int         `json:"vocabSize"`
	Stages    []TextStage `json:"stages"` // in the order of the pipeline
	// ByteComplete: every text decodes to itself.
	ByteComplete  bool        `json:"byteComplete"`
	HasMerges     bool        `json:"hasMerges"` // OpTextSteps works
	ContextLength int         `json:"contextLength,omitempty"`
	Added         []TextAdded `json:"added"` // tokens with a role first, EOS before all others
	Notes         []string    `json:"notes"` // what a user should know of the vocabulary
	// Fingerprint, for links, is the same for tokenizers with the same tokens
	// that also make the same of a text with a bit of everything.
	Fingerprint string `json:"fingerprint"`
}

// TextStage is a stage of a tokenizer's pipeline.
type TextStage struct {
	Stage       string `json:"stage"` // normalizer, preTokenizer, postProcessor, decoder
	Description string `json:"description"`
}

// TextAdded is a token that is found in the text before the model sees it.
type TextAdded struct {
	ID      uint32   `json:"id"`
	Text    string   `json:"text"`
	Roles   []string `json:"roles"`   // eos, bos, eot, unk, pad, sep, cls, mask
	Guessed []string `json:"guessed"` // those of the roles that only the token's text suggests
	Special bool     `json:"special"`
}

// TextHandle names an open tokenizer.
//
// Blobs of OpTextTokens: ids as uint32; of its reply: for each id the length of
// its bytes as uint32, then those bytes one behind the other; an id without a
// token has none. OpTextSteps: the piece, of 256 bytes at most, as in TextPiece.
type TextHandle struct {
	Tokenizer int `json:"tokenizer"`
}

// TextOptions say how texts are encoded.
type TextOptions struct {
	AddSpecial bool `json:"addSpecial,omitempty"` // tokens that the model expects around a text
	// ParseSpecial makes special tokens of those that the text spells,
	// PlainSpecial text like any other, unless both are set. With neither of them
	// it is as usual for the format of the vocabulary.
	ParseSpecial bool `json:"parseSpecial,omitempty"`
	PlainSpecial bool `json:"plainSpecial,omitempty"`
}

// TextEncodeRequest encodes a text. Blob: the text.
type TextEncodeRequest struct {
	Tokenizer int         `json:"tokenizer"`
	Options   TextOptions `json:"options"`
}

// TextEncodeReply is an encoding.
//
// Blobs, each with an element a token: ids, starts and ends in bytes of the
// text, starts and ends in UTF-16 units of the text as JavaScript counts (all
// uint32); flags, a byte each: see the Token constants.
//
// In UTF-16 units a token that is part of a character has the whole character. In
// bytes it has its own ones where the text's tokens spell the text, as is usual
// in byte-level vocabularies; otherwise the whole character too. What is added
// around the text is at 0. A byte that is not UTF-8 counts as a character of one
// unit.
type TextEncodeReply struct {
	Tokens     int `json:"tokens"`
	Bytes      int `json:"bytes"`
	Characters int `json:"characters"` // code points
	// Spelled counts the special tokens that the text itself spells, whether
	// they became those or not; SpelledFirst has the first 100.
	Spelled      int           `json:"spelled"`
	SpelledFirst []TextSpelled `json:"spelledFirst"`
}

// Flags of a token.
const (
	TokenSpecial  = 1 << 0 // a special token
	TokenTemplate = 1 << 1 // added around the text; it has no place in it
	TokenPartial  = 1 << 2 // starts or ends within a character
	TokenUnknown  = 1 << 3 // stands for text that the vocabulary does not cover
	TokenAdded    = 1 << 4 // found in the text before the model sees it
)

// TextSpelled is a place where a text spells a special token.
type TextSpelled struct {
	ID    uint32 `json:"id"`
	Text  string `json:"text"`
	Start int    `json:"start"` // in UTF-16 units
}

// TextCountReply has the length of an encoding. Blob of OpTextIDs: the ids as
// uint32, which take a fraction of the time that the places of tokens take.
type TextCountReply struct {
	Tokens int `json:"tokens"`
}

// TextDecodeRequest makes text of ids. Blob: ids as uint32; of the reply: the
// text, which need not be UTF-8.
type TextDecodeRequest struct {
	Tokenizer   int  `json:"tokenizer"`
	SkipSpecial bool `json:"skipSpecial,omitempty"`
}

// TextBatchRequest encodes texts as one batch, of a million tokens at most with
// the padding. Blobs: the texts.
type TextBatchRequest struct {
	Tokenizer int         `json:"tokenizer"`
	Options   TextOptions `json:"options"`

	MaxLength int  `json:"maxLength,omitempty"` // 0: nothing is cut
	CutLeft   bool `json:"cutLeft,omitempty"`
	Stride    int  `json:"stride,omitempty"`

	Pad       bool `json:"pad,omitempty"`
	PadLength int  `json:"padLength,omitempty"` // 0: to the longest of the batch
	PadLeft   bool `json:"padLeft,omitempty"`

	PadToken string `json:"padToken,omitempty"` // as the vocabulary spells it; "": the tokenizer's own
}

// TextBatchReply is a batch. Blobs: for each row its ids and its attention mask,
// each as uint32.
type TextBatchReply struct {
	Rows []TextRow `json:"rows"`
}

// TextRow is a row of a batch.
type TextRow struct {
	Tokens []string `json:"tokens"` // as the vocabulary spells them
	Cut    int      `json:"cut"`    // tokens that truncation took off
}

// TextStepsReply is how the model makes tokens of a piece of text.
type TextStepsReply struct {
	Steps []TextStep `json:"steps"`
}

// TextStep are the tokens after a merge. The first step has none behind it.
type TextStep struct {
	IDs    []uint32 `json:"ids"`
	Tokens []string `json:"tokens"` // as the vocabulary spells them
	Rank   int      `json:"rank"`   // of the merge; lower ones merge first
	At     int      `json:"at"`     // index of the token that the merge made
}

// TextPipelineRequest shows what becomes of a text on its way. Blob: the text,
// of which no more than the first 64 KiB count.
type TextPipelineRequest struct {
	Tokenizer int         `json:"tokenizer"`
	Options   TextOptions `json:"options"`
}

// TextPipelineReply has a text after each stage.
type TextPipelineReply struct {
	Segments []TextSegment `json:"segments"` // the text between added tokens, and those
	// Tokens after the post-processor.
	IDs       []uint32 `json:"ids"`
	Tokens    []string `json:"tokens"`
	Truncated bool     `json:"truncated"` // the text was longer
}

// TextSegment is an added token, or a stretch of text without one. What
// normalizes to nothing is not among the segments.
type TextSegment struct {
	Text       string      `json:"text"`
	Added      bool        `json:"added"`
	Normalized string      `json:"normalized"`
	Pieces     []TextPiece `json:"pieces"` // an added token is one piece
}

// TextPiece is what the pre-tokenizer hands to the model, with the model's
// tokens.
type TextPiece struct {
	Text   string   `json:"text"`  // as it is handed over, which is what OpTextSteps takes
	Start  int      `json:"start"` // in bytes of the text
	End    int      `json:"end"`
	IDs    []uint32 `json:"ids"`
	Tokens []string `json:"tokens"`
}

// TextFindRequest looks for tokens by what they spell. Blob: the text that they
// contain, in their bytes or as the vocabulary spells them. If it is a number, the
// token of that id comes first.
type TextFindRequest struct {
	Tokenizer int `json:"tokenizer"`
	Limit     int `json:"limit,omitempty"` // 0: 100
}

// TextFindReply has tokens, the shortest first.
type TextFindReply struct {
	IDs    []uint32 `json:"ids"`
	Tokens []string `json:"tokens"`
	Total  int      `json:"total"` // found, more than listed maybe
}
