package convert

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/nibble-go/nibble/quantize"
)

// A PlanFile says which type each tensor of a model gets. [Budget] makes them,
// people edit them.
//
// What counts is the types. The names and shapes of the tensors must be the
// model's; the numbers are for the reader, and nobody keeps them up to date when
// a type is edited.
type PlanFile struct {
	// Path is where the file was loaded from. Errors start with it.
	Path string

	Architecture string

	// TargetBitsPerWeight and TargetFileBytes are the budget, one of them.
	TargetBitsPerWeight float64
	TargetFileBytes     int64

	BitsPerWeight float64 // of all tensors
	TensorBytes   int64   // of all tensors, without padding
	FileBytes     int64   // of the output

	// Loss is the sum of the tensors' losses, and Gap how much less another
	// mixture within the budget could lose at most; 0: none loses less.
	Loss float64
	Gap  float64

	Tensors []PlanFileTensor // in the order of the output
}

// A PlanFileTensor is a PlanFile's line for one tensor.
type PlanFileTensor struct {
	Name  string
	Shape []int64 // outermost dimension first
	Type  quantize.Type
	Bytes int64
	Loss  float64 // as in [TypeCost]
}

func (p *Plan) planFile(chosen []TypeCost, b BudgetOptions, loss, gap float64) *PlanFile {
	f := &PlanFile{
		Architecture:        p.Architecture,
		TargetBitsPerWeight: b.BitsPerWeight,
		TargetFileBytes:     b.FileBytes,
		Loss:                loss,
		Gap:                 gap,
		Tensors:             make([]PlanFileTensor, len(chosen)),
	}
	for i, c := range chosen {
		t := &p.Tensors[i]
		f.Tensors[i] = PlanFileTensor{Name: t.Name, Shape: t.Shape, Type: c.Type, Bytes: c.Bytes, Loss: c.Loss}
		f.TensorBytes += c.Bytes
	}
	f.BitsPerWeight = 8 * float64(f.TensorBytes) / float64(p.Values())
	return f
}

// FileType returns the file type that describes the mixture best: the one whose
// name llama.cpp gives to files in which the type that most quantizable weights
// have is the most frequent.
func (f *PlanFile) FileType() quantize.FileType {
	weights := map[quantize.Type]int64{}
	most := quantize.F32
	for _, t := range f.Tensors {
		if !t.quantizable() {
			continue
		}
		weights[t.Type] += valueCount(t.Shape)
		if weights[t.Type] > weights[most] {
			most = t.Type
		}
	}
	return fileTypeMostlyOf(most)
}

func (t *PlanFileTensor) quantizable() bool {
	return quantize.TensorShape{Name: t.Name, Dims: innermostFirst(t.Shape)}.Quantizable()
}

// NewPlan plans the conversion of the model at path, as the function of that
// name does, in the types of f. It fails where f is not of that model or a tensor
// cannot have its type. Options.Type has no effect, and no other option may
// choose types.
func (f *PlanFile) NewPlan(ctx context.Context, path string, opts Options) (*Plan, error) {
	opts.Quantize.Types = make(map[string]string, len(f.Tensors))
	for _, t := range f.Tensors {
		opts.Quantize.Types[t.Name] = t.Type.String()
	}
	if err := opts.Quantize.Validate(); err != nil {
		return nil, err
	}
	if err := f.checkModel(ctx, path, opts); err != nil {
		return nil, err
	}
	opts.Type = f.FileType().String()
	p, err := NewPlan(ctx, path, opts)
	if err != nil {
		return nil, f.located(err)
	}
	return p, nil
}

// located puts the file's path before err.
func (f *PlanFile) located(err error) error {
	if f.Path == "" {
		return err
	}
	return fmt.Errorf("%s: %w", f.Path, err)
}

// checkModel holds f against the tensors of the model as they are.
func (f *PlanFile) checkModel(ctx context.Context, path string, opts Options) error {
	opts.Type, opts.Quantize.Types, opts.Quantize.Imatrix = Copy, nil, nil
	p, err := NewPlan(ctx, path, opts)
	if err != nil {
		return err
	}
	if err := f.checkTensors(p); err != nil {
		return errors.Join(f.located(err), p.Close())
	}
	return p.Close()
}

func (f *PlanFile) checkTensors(p *Plan) error {
	if f.Architecture != p.Architecture {
		return fmt.Errorf("%w: it is of architecture %q, and the model of %q", ErrUnsupported, f.Architecture, p.Architecture)
	}
	lines := make(map[string]*PlanFileTensor, len(f.Tensors))
	for i := range f.Tensors {
		lines[f.Tensors[i].Name] = &f.Tensors[i]
	}
	for i := range p.Tensors {
		t := &p.Tensors[i]
		line, ok := lines[t.Name]
		if !ok {
			return tensorError(t, fmt.Errorf("%w: the model has it, and the plan does not", ErrUnsupported))
		}
		delete(lines, t.Name)
		if err := line.check(t); err != nil {
			return tensorError(t, err)
		}
	}
	for i := range f.Tensors { // the first that is left
		if name := f.Tensors[i].Name; lines[name] != nil {
			return tensorNameError(name, fmt.Errorf("%w: the model has no such tensor", ErrUnsupported))
		}
	}
	return nil
}

// check holds the line against the tensor as it is in the source.
func (l *PlanFileTensor) check(t *Tensor) error {
	switch row := rowLength(t.Shape); {
	case !slices.Equal(l.Shape, t.Shape):
		return fmt.Errorf("%w: shape %v, and the model's has %v", ErrUnsupported, l.Shape, t.Shape)
	case l.Type == t.precision:
		return nil
	case !t.quantizable():
		return fmt.Errorf("%w: it is never quantized and stays %s", ErrUnsupported, t.precision)
	case !l.Type.CanEncode():
		return fmt.Errorf("%w: nothing can be quantized to %s", quantize.ErrUnsupported, l.Type)
	case row%int64(l.Type.BlockSize()) != 0:
		return fmt.Errorf("%w: rows of %d values are not whole blocks of %s (%d)", quantize.ErrShape, row, l.Type, l.Type.BlockSize())
	}
	return nil
}
