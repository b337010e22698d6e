package edit

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/nibble-go/nibble/gguf"
)

// A Plan is one GGUF file, or the files of a split set, that an edit makes of
// an open file. That file must stay open and unchanged until the plan is
// written.
type Plan struct {
	// Files are the files to write, in order.
	Files []*gguf.Layout

	set     bool             // the files are a split set, even of one
	tensors [][]*gguf.Tensor // of each file, as the source has them
	swaps   bool             // the tensors' byte order changes
}

// Bytes returns the size of all files together.
func (p *Plan) Bytes() int64 {
	n := int64(0)
	for _, l := range p.Files {
		n += l.FileSize
	}
	return n
}

// Paths returns where the files of the plan go: out, or, of a split set, the
// names that [gguf.SplitName] makes of the prefix out.
func (p *Plan) Paths(out string) []string {
	if !p.set {
		return []string{out}
	}
	paths := make([]string, len(p.Files))
	for i := range paths {
		paths[i] = gguf.SplitName(out, i, len(p.Files))
	}
	return paths
}

// Retag plans f with other metadata. The tensors stay as they are; another
// general.alignment moves them.
func Retag(f *gguf.File, meta *gguf.Metadata) (*Plan, error) {
	return newPlan(f, meta, f.Tensors)
}

// ExtractVocabulary plans a file with the metadata of f and no tensors: enough
// to tokenize, and what llama.cpp tests its tokenizers with. The keys of a
// split set are left out, since what remains is no part of one. Of a file
// without a vocabulary the error wraps ErrNoVocabulary.
func ExtractVocabulary(f *gguf.File) (*Plan, error) {
	if !hasVocabulary(f.Metadata) {
		return nil, fmt.Errorf("%w: there is no key %s*", ErrNoVocabulary, vocabularyPrefix)
	}
	meta := f.Metadata.Clone()
	for _, key := range []string{splitNoKey, splitCountKey, splitTensorsKey} {
		meta.Delete(key)
	}
	return newPlan(f, meta, nil)
}

// ErrNoVocabulary reports a file without a vocabulary to extract.
var ErrNoVocabulary = errors.New("no vocabulary")

// vocabularyPrefix begins all keys of a vocabulary.
const vocabularyPrefix = "tokenizer.ggml."

func hasVocabulary(meta *gguf.Metadata) bool {
	for key := range meta.All() {
		if strings.HasPrefix(key, vocabularyPrefix) {
			return true
		}
	}
	return false
}

// newPlan plans one file in the byte order of f.
func newPlan(f *gguf.File, meta *gguf.Metadata, tensors []*gguf.Tensor) (*Plan, error) {
	layout, err := gguf.NewLayout(meta, infos(tensors))
	if err != nil {
		return nil, err
	}
	p := &Plan{Files: []*gguf.Layout{layout}, tensors: [][]*gguf.Tensor{tensors}}
	return p, p.setOrder(f.ByteOrder)
}

// setOrder gives all files the byte order.
func (p *Plan) setOrder(order binary.ByteOrder) error {
	appender, ok := order.(binary.AppendByteOrder)
	if !ok {
		return fmt.Errorf("byte order %v cannot be written", order)
	}
	for _, l := range p.Files {
		l.ByteOrder = appender
	}
	return nil
}

func infos(tensors []*gguf.Tensor) []gguf.TensorInfo {
	out := make([]gguf.TensorInfo, len(tensors))
	for i, t := range tensors {
		out[i] = t.TensorInfo
	}
	return out
}

// cut deals tensors out to files in order, counts[i] to file i.
func cut(tensors []*gguf.Tensor, counts []int) [][]*gguf.Tensor {
	out := make([][]*gguf.Tensor, len(counts))
	for i, n := range counts {
		out[i], tensors = slices.Clip(tensors[:n]), tensors[n:]
	}
	return out
}
