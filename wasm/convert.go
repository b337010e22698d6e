package wasm

//abi:export gguf/convert.Options

// ConvertPlanRequest plans a conversion to GGUF. Blob: convert.Options as JSON.
type ConvertPlanRequest struct {
	Path string `json:"path"` // of a model directory or a GGUF file, in the guest's file system
	// Imatrix is the path of an importance matrix, as llama-imatrix writes them.
	Imatrix string `json:"imatrix,omitempty"`
}

// ConvertPlanReply is a plan.
type ConvertPlanReply struct {
	Conversion int    `json:"conversion"`                      // handle
	Report     Raw    `json:"report" ts:"gguf/convert.Report"` // nothing measured yet
	FileName   string `json:"fileName"`                        // that the output should have
	Bytes      int64  `json:"bytes"`                           // of the output
}

// ConvertHandle names a planned conversion.
type ConvertHandle struct {
	Conversion int `json:"conversion"`
}

// ConvertStartRequest starts a conversion.
type ConvertStartRequest struct {
	Conversion int  `json:"conversion"`
	Measure    bool `json:"measure,omitempty"` // what it costs each tensor
}

// ConvertNextReply is the next part of the output. Blob: its bytes. The parts
// come in any order of offsets, do not overlap, and leave out nothing.
type ConvertNextReply struct {
	Offset int64  `json:"offset"`
	Done   int64  `json:"done"` // bytes of tensors
	Total  int64  `json:"total"`
	Tensor string `json:"tensor"`
	End    bool   `json:"end"` // that was all; there is no blob
}

// ConvertReportReply says what a conversion that has come to its end did.
type ConvertReportReply struct {
	Report Raw `json:"report" ts:"gguf/convert.Report"`
}
