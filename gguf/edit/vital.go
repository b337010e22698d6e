package edit

import "strings"

const (
	alignmentKey    = "general.alignment"
	splitNoKey      = "split.no"
	splitCountKey   = "split.count"
	splitTensorsKey = "split.tensors.count"
)

// vital are the keys without which, or with another value of which, programs
// cannot load a model, and what they are for.
var vital = map[string]string{
	"general.architecture":         "says which program the tensors are for",
	alignmentKey:                   "says where the tensors are",
	"tokenizer.ggml.model":         "says what kind the vocabulary is of",
	"tokenizer.ggml.tokens":        "is the vocabulary, as long as the token embeddings",
	"tokenizer.ggml.scores":        "belongs to the vocabulary",
	"tokenizer.ggml.token_type":    "belongs to the vocabulary",
	"tokenizer.ggml.merges":        "belongs to the vocabulary",
	"tokenizer.ggml.pre":           "says how text is cut before it is tokenized",
	"general.quantization_version": "says how the tensors are encoded",
}

// Vital tells the keys that decide whether a file can be loaded, with the
// reason in words that follow the key.
func Vital(key string) (reason string, ok bool) {
	if strings.HasPrefix(key, "split.") {
		return "tells the files of a split set apart", true
	}
	reason, ok = vital[key]
	return reason, ok
}
