package wasm

// QuantizeTypesReply lists the types of weights.
type QuantizeTypesReply struct {
	Types []QuantizeType `json:"types"`
}

// QuantizeType is a type of weights.
type QuantizeType struct {
	Name            string  `json:"name"`
	BitsPerWeight   float64 `json:"bitsPerWeight"`
	BlockValues     int     `json:"blockValues"`
	BlockBytes      int     `json:"blockBytes"`
	Encodes         bool    `json:"encodes"`
	NeedsImportance bool    `json:"needsImportance"`
}

// QuantizeRequest encodes or decodes rows.
//
// Blobs to encode: the weights as float32, and the importance of the columns as
// float32, if there is any. Blob to decode: the blocks.
type QuantizeRequest struct {
	Type    string `json:"type"`
	Columns int    `json:"columns"` // of a row
}

// QuantizeReply has, in a blob, the blocks or the weights as float32.
type QuantizeReply struct {
	Values int `json:"values"`
}
