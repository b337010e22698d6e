package inspect

import (
	"cmp"
	"slices"
)

// A Report says what is in a model.
type Report struct {
	Format       string `json:"format"`                 // "GGUF" or "safetensors"
	Version      uint32 `json:"formatVersion"`          // of GGUF, 0 of safetensors
	ByteOrder    string `json:"byteOrder"`              // "little-endian" or "big-endian"
	Files        int    `json:"files"`                  // splits of a GGUF set, shards of a directory
	FileBytes    int64  `json:"fileBytes"`              // of all files
	Kind         string `json:"kind,omitempty"`         // general.type of what is no model: "imatrix", "adapter"; empty: a model
	Name         string `json:"name,omitempty"`         // general.name, or the directory's
	Architecture string `json:"architecture,omitempty"` // general.architecture, or the class in config.json
	FileType     string `json:"fileType,omitempty"`     // "Q4_K_M"; of safetensors, the DType of most values

	Parameters    int64   `json:"parameters"`  // values of all tensors
	TensorBytes   int64   `json:"tensorBytes"` // without padding
	BitsPerWeight float64 `json:"bitsPerWeight"`

	Hyperparameters
	Vocabulary

	Types    []TypeTotal `json:"types"`   // by bytes, largest first
	Tensors  []Tensor    `json:"tensors"` // in file order
	Warnings []string    `json:"warnings,omitempty"`
}

// Hyperparameters are the numbers of an architecture. Those that a file does
// not give are 0.
type Hyperparameters struct {
	ContextLength     int64 `json:"contextLength,omitempty"`     // tokens that the model was trained for
	EmbeddingLength   int64 `json:"embeddingLength,omitempty"`   // values of a token's embedding
	FeedForwardLength int64 `json:"feedForwardLength,omitempty"` // values; of the largest block
	BlockCount        int64 `json:"blockCount,omitempty"`
	HeadCount         int64 `json:"headCount,omitempty"`       // of a block's attention; the most of all blocks
	HeadCountKV       int64 `json:"headCountKv,omitempty"`     // the most of all blocks
	HeadCountKVSum    int64 `json:"headCountKvSum,omitempty"`  // of all blocks
	KeyLength         int64 `json:"keyLength,omitempty"`       // values of one head's key
	ValueLength       int64 `json:"valueLength,omitempty"`     // values of one head's value
	SlidingWindow     int64 `json:"slidingWindow,omitempty"`   // tokens that some or all blocks look back
	ExpertCount       int64 `json:"expertCount,omitempty"`     // of a block
	ExpertUsedCount   int64 `json:"expertUsedCount,omitempty"` // for a token
	Bidirectional     bool  `json:"bidirectional,omitempty"`   // attention looks ahead: there is no cache
}

// A Vocabulary sums up the tokenizer.
type Vocabulary struct {
	Tokenizer      string         `json:"tokenizer,omitempty"`    // tokenizer.ggml.model
	Pretokenizer   string         `json:"pretokenizer,omitempty"` // tokenizer.ggml.pre
	VocabularySize int64          `json:"vocabularySize,omitempty"`
	SpecialTokens  []SpecialToken `json:"specialTokens,omitempty"`
}

// A SpecialToken is a token with a role.
type SpecialToken struct {
	Role string `json:"role"`           // as in the key: "bos", "eos", "unknown", "padding"
	ID   int64  `json:"id"`             // -1: not given
	Text string `json:"text,omitempty"` // as the vocabulary has it
}

// A TypeTotal sums up the tensors of one type.
type TypeTotal struct {
	Type    string `json:"type"`
	Tensors int    `json:"tensors"`
	Values  int64  `json:"values"`
	Bytes   int64  `json:"bytes"`
}

// A Tensor is one row of the tensor table.
type Tensor struct {
	Name       string  `json:"name"`
	Type       string  `json:"type"`
	Shape      []int64 `json:"shape"` // row-major: the length of a row last
	Values     int64   `json:"values"`
	Bytes      int64   `json:"bytes"`
	File       int     `json:"file"` // index of the split or shard
	FileOffset int64   `json:"fileOffsetBytes"`
}

// sumUp fills in what follows from the tensors.
func (r *Report) sumUp() {
	totals := make(map[string]*TypeTotal)
	for _, t := range r.Tensors {
		total := totals[t.Type]
		if total == nil {
			total = &TypeTotal{Type: t.Type}
			totals[t.Type] = total
		}
		total.Tensors++
		total.Values += t.Values
		total.Bytes += t.Bytes
		r.Parameters += t.Values
		r.TensorBytes += t.Bytes
	}
	r.Types = make([]TypeTotal, 0, len(totals))
	for _, total := range totals {
		r.Types = append(r.Types, *total)
	}
	slices.SortFunc(r.Types, func(a, b TypeTotal) int {
		return cmp.Or(cmp.Compare(b.Bytes, a.Bytes), cmp.Compare(a.Type, b.Type))
	})
	if r.Parameters > 0 {
		r.BitsPerWeight = 8 * float64(r.TensorBytes) / float64(r.Parameters)
	}
}

// derive fills in the lengths and counts that follow from others where a file
// leaves them out.
func (h *Hyperparameters) derive() {
	if h.HeadCountKV == 0 {
		h.HeadCountKV = h.HeadCount
	}
	if h.HeadCountKVSum == 0 {
		h.HeadCountKVSum = multiplyOrZero(h.HeadCountKV, h.BlockCount)
	}
	if h.HeadCount > 0 {
		perHead := h.EmbeddingLength / h.HeadCount
		h.KeyLength = cmp.Or(h.KeyLength, perHead)
		h.ValueLength = cmp.Or(h.ValueLength, perHead)
	}
}
