package wasm

//abi:export gguf/convert.Options

// ConvertPlanRequest plans a conversion to GGUF. Blob: convert.Options as JSON.
type ConvertPlanRequest struct {
	Path string `json:"path"` // of a model directory or a GGUF file, in the guest's file system
	// Imatrix is the path of an importance matrix, as llama-imatrix writes them. The
	// output keeps its last element, as if the command line were run beside it.
	Imatrix string `json:"imatrix,omitempty"`
}

// ConvertPlanReply is a plan.
type ConvertPlanReply struct {
	Conversion int    `json:"conversion"`                      // handle
	Report     Raw    `json:"report" ts:"gguf/convert.Report"` // nothing measured yet
	FileName   string `json:"fileName"`                        // that the output should have
	Bytes      int64  `json:"bytes"`                           // of the output

	// NeedImportance names the tensors whose types need the importance weights that
	// are not there: of a plan for sizes only, which cannot be started.
	NeedImportance []string `json:"needImportance"`
	// Unweighted names the tensors that the importance matrix has no entry for.
	Unweighted []string `json:"unweighted"`
	// Unmatched are the patterns among the options that match no tensor.
	Unmatched []string `json:"unmatched"`
}

// ConvertHandle names a planned conversion.
type ConvertHandle struct {
	Conversion int `json:"conversion"`
}

// ConvertStartRequest starts a conversion, or starts it anew.
type ConvertStartRequest struct {
	Conversion int  `json:"conversion"`
	Measure    bool `json:"measure,omitempty"` // what it costs each tensor
}

// ConvertNextReply is the next part of the output. Blob: its bytes. The parts
// follow each other without gaps, so that they are the file; the first one is its
// header, the others some hundred KiB as a rule. Between two calls nothing runs:
// to pause is not to call, to cancel is OpConvertClose.
type ConvertNextReply struct {
	Offset int64  `json:"offset"`
	Done   int64  `json:"done"` // bytes of tensors
	Total  int64  `json:"total"`
	Tensor string `json:"tensor"` // "" for the header
	End    bool   `json:"end"`    // that was all; there is no blob
}

// ConvertReportReply says what a conversion that has come to its end did. Its
// seconds are those that the calls took.
type ConvertReportReply struct {
	Report Raw `json:"report" ts:"gguf/convert.Report"`
}
