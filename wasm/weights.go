package wasm

// WeightsOpenRequest opens a .gguf, a .safetensors or a model directory.
type WeightsOpenRequest struct {
	Path string `json:"path"` // in the guest's file system
}

// WeightsOpenReply describes a model.
type WeightsOpenReply struct {
	Weights int           `json:"weights"` // handle
	Report  Raw           `json:"report" ts:"gguf/inspect.Report"`
	Name    Raw           `json:"name" ts:"gguf/inspect.Name"` // what the file's name says
	Tensors []TensorEntry `json:"tensors"`                     // in the order of the file
	// CacheTypes can be asked for in WeightsMemoryRequest.
	CacheTypes []string `json:"cacheTypes"`
	// Convert says that OpConvertPlan takes the path, as far as can be told without
	// a plan; Missing says why not.
	Convert bool   `json:"convert"`
	Missing string `json:"missing,omitempty"`
}

// TensorEntry is a tensor of a model.
type TensorEntry struct {
	Name    string  `json:"name"`
	Shape   []int64 `json:"shape"` // outermost dimension first
	Type    string  `json:"type"`
	Values  int64   `json:"values"`
	Bytes   int64   `json:"bytes"`
	Offset  int64   `json:"offset"`  // in its file
	Decodes bool    `json:"decodes"` // its weights can be shown
}

// WeightsHandle names an open model.
type WeightsHandle struct {
	Weights int `json:"weights"`
}

// WeightsMemoryRequest asks what running the model takes.
type WeightsMemoryRequest struct {
	Weights int    `json:"weights"`
	Context int    `json:"context,omitempty"` // tokens; 0: the model's own
	Cache   string `json:"cache,omitempty"`   // type of the keys and values; "": F16
}

// WeightsMemoryReply says what running the model takes.
type WeightsMemoryReply struct {
	Memory Raw `json:"memory" ts:"gguf/inspect.Memory"`
}

// WeightsTensorRequest names a tensor.
type WeightsTensorRequest struct {
	Weights int    `json:"weights"`
	Tensor  string `json:"tensor"`
	// Values is about how many weights are read, in pieces of some thousand that
	// are spread over the tensor, and the same each time. 0: 2^20. As many as the
	// tensor has, or more: all of them, chunk by chunk.
	Values int64 `json:"values,omitempty"`
}

// WeightsHistogramReply counts weights. The bins are of equal width, from Low to
// High, 63 at most; the first and the last have counted something. There are none
// where no weight is finite, and one from 0 to 0 where all are 0. Mean and
// Variance are those of the finite weights.
type WeightsHistogramReply struct {
	Values   int64   `json:"values"` // that were read
	Of       int64   `json:"of"`
	Low      float64 `json:"low"`
	High     float64 `json:"high"`
	Bins     []int64 `json:"bins"`
	Zeros    int64   `json:"zeros"`
	Mean     float64 `json:"mean"`
	Variance float64 `json:"variance"`
	Invalid  int64   `json:"invalid"` // NaN and infinities, which are in no bin
}

// WeightsMeasureRequest asks what a type would cost a tensor. One type a call,
// so that the host can show the first while the next is measured.
type WeightsMeasureRequest struct {
	Weights int    `json:"weights"`
	Tensor  string `json:"tensor"`
	Type    string `json:"type"`
	Values  int64  `json:"values,omitempty"` // as of WeightsTensorRequest
	// Most is about how many weights one call measures, so that a host can do
	// something else in between, or give up. 0: all of them. While the reply says
	// More, the same request goes on; a model goes on with the measurement that was
	// begun last, and begins any other anew.
	Most int64 `json:"most,omitempty"`
}

// WeightsMeasureReply is what a type costs. Errors that are not there, as for a
// type that keeps every weight, are null: an SQNR without error is infinite.
// Weights of a quantized tensor are compared as they decode, and the type that
// it has already costs nothing.
type WeightsMeasureReply struct {
	Type          string  `json:"type"`
	BitsPerWeight float64 `json:"bitsPerWeight"`
	Bytes         int64   `json:"bytes"` // of the whole tensor
	Values        int64   `json:"values"`
	RMSE          float64 `json:"rmse"`
	SQNR          float64 `json:"sqnr"` // dB
	MaxError      float64 `json:"maxError"`
	Cosine        float64 `json:"cosine"`
	// Errors counts decoded minus original, in an odd number of bins of equal
	// width from -ErrorsHigh to ErrorsHigh, 63 at most. Without any error there is
	// one bin, and ErrorsHigh is 0.
	Errors     []int64 `json:"errors"`
	ErrorsHigh float64 `json:"errorsHigh"`
	More       bool    `json:"more"` // this is of a part: the same request goes on
}

// WeightsBlockRequest takes a block of a tensor apart, as it stands in the file, or
// as it would be in another type without importance weights.
type WeightsBlockRequest struct {
	Weights int    `json:"weights"`
	Tensor  string `json:"tensor"`
	Type    string `json:"type"` // "": the type that the tensor has
	Block   int64  `json:"block"`
}

// WeightsBlockReply is a block.
//
// Blobs: its bytes; the weights of the source and the decoded ones, each as
// float32. In the tensor's own type the two are the same.
type WeightsBlockReply struct {
	Type    string `json:"type"`
	Block   int64  `json:"block"`
	Blocks  int64  `json:"blocks"` // of the tensor
	Row     int64  `json:"row"`
	Column  int64  `json:"column"` // of the first weight
	Anatomy Raw    `json:"anatomy,omitempty" ts:"quantize.Anatomy"`
}
