package edit

import (
	"bytes"
	"strings"

	"github.com/nibble-go/nibble/gguf"
)

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

// KeyWarning says in which way a key breaks the specification that llama.cpp
// and this module read past: what package gguf warns of in a file that has the
// key. It is empty where there is nothing to warn of, and for a key that cannot
// be written at all, which writing it tells.
func KeyWarning(key string) string {
	var meta gguf.Metadata
	meta.Set(key, gguf.Bool(true))
	layout, err := gguf.NewLayout(&meta, nil)
	if err != nil {
		return ""
	}
	var header bytes.Buffer
	if err := layout.WriteHeader(&header); err != nil {
		return ""
	}
	f, err := gguf.NewReader(bytes.NewReader(header.Bytes()), int64(header.Len()), gguf.ReaderOptions{HeaderOnly: true})
	if err != nil || len(f.Warnings) == 0 {
		return ""
	}
	return f.Warnings[0].Text
}
