package convert

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/gguf/imatrix"
	"github.com/nibble-go/nibble/gguf/safetensors"
	"github.com/nibble-go/nibble/quantize"
)

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

	// SourceBytes is the size of the source's weights, without what its files have
	// beside them.
	SourceBytes int64

	// Unweighted names the tensors that are quantized without importance
	// weights although there is an importance matrix: it has no entry for
	// them.
	Unweighted []string

	// Unmatched are the patterns of [QuantizeOptions.TensorTypes] that match the
	// name of no tensor.
	Unmatched []string

	// Mixture reports that the types are exact ones, and FileType no more than
	// what the file says it is: see [QuantizeOptions.Types].
	Mixture bool

	// NeedImportance names the tensors whose types need importance weights that
	// are not there: see [QuantizeOptions.SizesOnly].
	NeedImportance []string

	allowNonFinite bool
	source         io.Closer
	inputs         []inputFile // what source reads from, by name
}

// A Tensor is one tensor of the output.
type Tensor struct {
	Name   string        // GGUF name
	Shape  []int64       // outermost dimension first
	Source string        // name of the type in the source: a DType of safetensors, or a Type
	Type   quantize.Type // type in the output

	// Wanted is the type that the recipe asks for. It differs from Type where
	// rows of this length do not divide into its blocks.
	Wanted quantize.Type

	Bytes int64 // in the output
	File  int   // index into Plan.Files

	index int // in Files[File]
	rows  rows

	// precision is the type in the file that is quantized: a GGUF source, or the
	// file that would stand between a directory and the output, to which the
	// values are rounded before they are encoded. Where there is no such file it
	// is F32.
	precision quantize.Type

	// origin is the tensor of a GGUF source; its bytes are copied where Type is
	// its type.
	origin *gguf.Tensor

	// entry is the tensor's name in an importance matrix: the one that it has
	// before layers are pruned.
	entry string

	// importance has the weights of the columns, one row of them for each
	// matrix of the tensor. Nil: none.
	importance *imatrix.Entry
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

// BitsPerWeight returns the average over the tensors, metadata not counted; 0
// where there are no weights.
func (p *Plan) BitsPerWeight() float64 {
	values := p.Values()
	if values == 0 {
		return 0
	}
	var bytes int64
	for i := range p.Tensors {
		bytes += p.Tensors[i].Bytes
	}
	return 8 * float64(bytes) / float64(values)
}

// NewPlan plans the conversion of the model at path: a model directory in
// Hugging Face layout, or a GGUF file, of a split set the first. It reads
// headers, configuration and vocabulary, and no weights. Close releases the
// files that it holds open.
func NewPlan(ctx context.Context, path string, opts Options) (*Plan, error) {
	isDir, err := isDirectory(path)
	if err != nil {
		return nil, err
	}
	inputs, err := inputsOf(path, isDir) // before they are opened
	if err != nil {
		return nil, err
	}
	var plan *Plan
	if isDir {
		plan, err = openDirectoryPlan(ctx, path, opts)
	} else {
		plan, err = newFilePlan(ctx, path, opts)
	}
	if err != nil {
		return nil, err
	}
	plan.inputs = inputs
	return plan, nil
}

func openDirectoryPlan(ctx context.Context, path string, opts Options) (*Plan, error) {
	dir, err := openDirectory(path)
	if err != nil {
		return nil, err
	}
	plan, err := newDirectoryPlan(ctx, dir, opts)
	if err != nil {
		return nil, errors.Join(err, dir.Close())
	}
	return plan, nil
}

// Close releases the files of the source. The importance matrix is its
// owner's to close.
func (p *Plan) Close() error { return p.source.Close() }

func newDirectoryPlan(ctx context.Context, dir *directory, opts Options) (*Plan, error) {
	m, err := newModel(dir, opts)
	if err != nil {
		return nil, err
	}
	sources, err := m.sourceTensors()
	if err != nil {
		return nil, err
	}
	precision := sourcePrecision(sources)
	to, err := opts.target(precision)
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

	stored := to.fileType // of the file that the reference converter writes
	if to.recipe {
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
	plan := &Plan{
		Name:           dir.Name(),
		Architecture:   m.arch.name,
		FileType:       to.fileType,
		Tensors:        tensors,
		allowNonFinite: opts.AllowNonFinite,
		source:         dir,
	}
	for _, t := range dir.weights.Tensors() {
		plan.SourceBytes += t.Size()
	}
	if to.recipe {
		if meta, err = plan.quantize(meta, to, opts.Quantize); err != nil {
			return nil, err
		}
	}
	return plan, plan.layOut(meta, opts)
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
			entry:     out.name,
			Shape:     shape,
			Source:    out.rows.dtype().String(),
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

// layOut places the tensors in one file, in the files of the source's split
// set, or in as many as the options' bounds make necessary.
func (p *Plan) layOut(meta *gguf.Metadata, opts Options) error {
	infos := p.infos()
	var err error
	if counts := p.keptSplits(opts.Quantize.KeepSplit); counts != nil {
		p.Files, err = gguf.PlanSplitsAt(meta, infos, counts)
	} else {
		p.Files, err = gguf.PlanSplits(meta, infos, opts.splits())
	}
	if err != nil {
		return err
	}
	next := 0
	for file, layout := range p.Files {
		for index := range layout.Tensors {
			p.Tensors[next].File, p.Tensors[next].index = file, index
			next++
		}
	}
	return nil
}

// infos returns the tensors as a GGUF file describes them.
func (p *Plan) infos() []gguf.TensorInfo {
	infos := make([]gguf.TensorInfo, len(p.Tensors))
	for i := range p.Tensors {
		t := &p.Tensors[i]
		infos[i] = gguf.TensorInfo{Name: t.Name, Dims: innermostFirst(t.Shape), Type: t.Type}
	}
	return infos
}

// splits returns the bounds of the files of a split set.
func (o *Options) splits() gguf.SplitOptions {
	return gguf.SplitOptions{MaxBytes: o.SplitMaxBytes, MaxTensors: o.SplitMaxTensors}
}

func innermostFirst(shape []int64) []int64 {
	dims := make([]int64, len(shape))
	for i, d := range shape {
		dims[len(shape)-1-i] = d
	}
	return dims
}
