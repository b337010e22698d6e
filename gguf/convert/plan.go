package convert

import (
	"context"
	"errors"
	"fmt"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/gguf/safetensors"
	"github.com/nibble-go/nibble/quantize"
)

// Auto is the [Options.Type] that keeps the source precision.
const Auto = "auto"

// Options says what to make of a model directory. The zero value keeps the
// source precision and writes one file.
type Options struct {
	// Type is Auto or the name of a [quantize.FileType], in any case.
	// Empty means Auto.
	Type string `json:"type,omitempty"`

	// Name replaces the model's name (general.name), which otherwise follows
	// from the model card, config.json and the directory's name.
	Name string `json:"name,omitempty"`

	// PreTokenizer replaces the name for tokenizer.ggml.pre that follows from
	// the structure of tokenizer.json.
	PreTokenizer string `json:"preTokenizer,omitempty"`

	// SplitMaxBytes and SplitMaxTensors bound each file of a split output.
	// Zero: no bound. With neither, the output is one file.
	SplitMaxBytes   int64 `json:"splitMaxBytes,omitempty"`
	SplitMaxTensors int   `json:"splitMaxTensors,omitempty"`

	// AllowNonFinite lets NaN and infinities through.
	AllowNonFinite bool `json:"allowNonFinite,omitempty"`
}

// A Plan is a conversion of which everything is settled but the weights: the
// bytes before the first tensor, and where each tensor goes, in which type.
type Plan struct {
	// Name is the base name for an output file: the model's directory name or
	// [Options.Name].
	Name string

	// Architecture is the value of general.architecture.
	Architecture string

	// FileType is what Options.Type came to.
	FileType quantize.FileType

	// Tensors are in the order in which they stand in the output.
	Tensors []Tensor

	// Files are the output's layouts: one, or one for each split.
	Files []*gguf.Layout

	// SourceBytes is the size of the weights in the directory.
	SourceBytes int64

	allowNonFinite bool
	dir            *directory
}

// A Tensor is one tensor of the output.
type Tensor struct {
	Name   string            // GGUF name
	Shape  []int64           // outermost dimension first
	Source safetensors.DType // precision in the directory
	Type   quantize.Type     // type in the output

	// Wanted is the type that the recipe asks for. It differs from Type where
	// rows of this length do not divide into its blocks.
	Wanted quantize.Type

	Bytes int64 // in the output
	File  int   // index into Plan.Files

	index     int // in Files[File]
	rows      rows
	precision quantize.Type // F32, F16 or BF16: what the values are rounded to before they are encoded
}

// FellBack reports whether the tensor is not in the type that the recipe asks
// for.
func (t *Tensor) FellBack() bool { return t.Type != t.Wanted }

// Values returns the number of weights.
func (t *Tensor) Values() int64 { return valueCount(t.Shape) }

// Values returns the number of weights of the model.
func (p *Plan) Values() int64 {
	var n int64
	for i := range p.Tensors {
		n += p.Tensors[i].Values()
	}
	return n
}

// Bytes returns the size of the output, all splits together.
func (p *Plan) Bytes() int64 {
	var n int64
	for _, f := range p.Files {
		n += f.FileSize
	}
	return n
}

// BitsPerWeight returns the average over the tensors, metadata not counted.
func (p *Plan) BitsPerWeight() float64 {
	var bytes int64
	for i := range p.Tensors {
		bytes += p.Tensors[i].Bytes
	}
	return 8 * float64(bytes) / float64(p.Values())
}

// NewPlan plans the conversion of the model directory at path. It reads
// headers, configuration and vocabulary, and no weights. Close releases the
// files that it holds open.
func NewPlan(ctx context.Context, path string, opts Options) (*Plan, error) {
	dir, err := openDirectory(path)
	if err != nil {
		return nil, err
	}
	plan, err := newPlan(ctx, dir, opts)
	if err != nil {
		return nil, errors.Join(err, dir.Close())
	}
	return plan, nil
}

// Close releases the files of the model directory.
func (p *Plan) Close() error { return p.dir.Close() }

func newPlan(ctx context.Context, dir *directory, opts Options) (*Plan, error) {
	m, err := newModel(dir, opts)
	if err != nil {
		return nil, err
	}
	sources, err := m.sourceTensors()
	if err != nil {
		return nil, err
	}
	precision := sourcePrecision(sources)
	fileType, err := resolveFileType(opts.Type, precision)
	if err != nil {
		return nil, err
	}
	outputs, err := m.outTensors(sources)
	if err != nil {
		return nil, err
	}
	if err := m.checkComplete(outputs); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}

	stored := fileType // of the file that the reference converter writes
	if isRecipe(fileType) {
		stored = precision
	}
	meta, err := m.metadata(stored, countParameters(outputs))
	if err != nil {
		return nil, err
	}
	if err := m.addVocabulary(meta); err != nil {
		return nil, err
	}
	tensors, err := storedTensors(outputs, stored)
	if err != nil {
		return nil, err
	}
	if isRecipe(fileType) {
		if meta, err = quantizedMetadata(meta, fileType); err != nil {
			return nil, err
		}
		if err := applyRecipe(tensors, meta, fileType); err != nil {
			return nil, err
		}
	}
	files, err := layOut(meta, tensors, opts)
	if err != nil {
		return nil, err
	}
	return &Plan{
		Name:           dir.Name(),
		Architecture:   m.arch.name,
		FileType:       fileType,
		Tensors:        tensors,
		Files:          files,
		SourceBytes:    dir.weights.Size(),
		allowNonFinite: opts.AllowNonFinite,
		dir:            dir,
	}, nil
}

// sourcePrecision returns the file type of the directory's own precision: that
// of the first matrix which is BF16 or F16, else F32. What config.json says is
// not asked, since fine-tunes get it wrong.
func sourcePrecision(sources []sourceTensor) quantize.FileType {
	for _, s := range sources {
		if len(s.rows.shape()) < 2 {
			continue
		}
		switch s.rows.dtype() {
		case safetensors.BF16:
			return quantize.FileTypeBF16
		case safetensors.F16:
			return quantize.FileTypeF16
		}
	}
	return quantize.FileTypeF32
}

// resolveFileType returns the file type that name asks for. Auto keeps the
// source precision, but writes F32 as F16, as the reference converter does.
func resolveFileType(name string, precision quantize.FileType) (quantize.FileType, error) {
	if name == "" || name == Auto {
		if precision == quantize.FileTypeF32 {
			return quantize.FileTypeF16, nil
		}
		return precision, nil
	}
	return quantize.ParseFileType(name)
}

// isRecipe reports whether a file type is llama-quantize's to make. The others
// the reference converter writes itself.
func isRecipe(ft quantize.FileType) bool {
	switch ft {
	case quantize.FileTypeF32, quantize.FileTypeF16, quantize.FileTypeBF16, quantize.FileTypeQ8_0:
		return false
	}
	return true
}

// storedTensors chooses the types as the reference converter does for one of
// its own file types: some tensors are float32 always, the others have the
// file's type, and F16 where their rows do not divide into its blocks
// (llama.cpp.md, section 4.4).
func storedTensors(outputs []outTensor, fileType quantize.FileType) ([]Tensor, error) {
	tensors := make([]Tensor, len(outputs))
	for i, out := range outputs {
		shape := out.rows.shape()
		t := Tensor{
			Name:      out.name,
			Shape:     shape,
			Source:    out.rows.dtype(),
			Wanted:    fileType.Default(),
			rows:      out.rows,
			precision: quantize.F32,
		}
		if out.forceF32 || float32Kept(out.name, len(shape)) {
			t.Wanted = quantize.F32
		}
		t.Type = t.Wanted
		if rowLength(shape)%int64(t.Type.BlockSize()) != 0 {
			t.Type = quantize.F16
		}
		var err error
		if t.Bytes, err = t.Type.RowBytes(valueCount(shape)); err != nil {
			return nil, fmt.Errorf("tensor %q: %w", t.Name, err)
		}
		tensors[i] = t
	}
	return tensors, nil
}

// paramCounts is what the size label of a model is made of.
type paramCounts struct {
	total   int64
	shared  int64 // outside of the experts
	expert  int64 // of one expert, over all layers
	experts int64 // number of experts
}

// countParameters counts as gguf-py does for the size label: a tensor named
// _exps holds one part for each expert.
func countParameters(outputs []outTensor) paramCounts {
	var c paramCounts
	var stacks, expertSum int64
	for _, out := range outputs {
		shape := out.rows.shape()
		n := valueCount(shape)
		c.total += n
		if !isExpertStack(out.name) || len(shape) < 3 {
			c.shared += n
			continue
		}
		experts := shape[len(shape)-3]
		if experts > 0 {
			c.expert += n / experts
		}
		expertSum += experts
		stacks++
	}
	if stacks > 0 {
		c.experts = expertSum / stacks
	}
	return c
}

// layOut places the tensors in one file, or in as many as the options' bounds
// make necessary.
func layOut(meta *gguf.Metadata, tensors []Tensor, opts Options) ([]*gguf.Layout, error) {
	infos := make([]gguf.TensorInfo, len(tensors))
	for i := range tensors {
		t := &tensors[i]
		infos[i] = gguf.TensorInfo{Name: t.Name, Dims: innermostFirst(t.Shape), Type: t.Type}
	}
	files, err := gguf.PlanSplits(meta, infos, gguf.SplitOptions{
		MaxBytes:   opts.SplitMaxBytes,
		MaxTensors: opts.SplitMaxTensors,
	})
	if err != nil {
		return nil, err
	}
	next := 0
	for file, layout := range files {
		for index := range layout.Tensors {
			tensors[next].File, tensors[next].index = file, index
			next++
		}
	}
	return files, nil
}

func innermostFirst(shape []int64) []int64 {
	dims := make([]int64, len(shape))
	for i, d := range shape {
		dims[len(shape)-1-i] = d
	}
	return dims
}
