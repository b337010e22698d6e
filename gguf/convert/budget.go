package convert

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/nibble-go/nibble/internal/knapsack"
	"github.com/nibble-go/nibble/quantize"
)

// BudgetOptions say how much room a mixture of types has, and what it is chosen
// from. One of BitsPerWeight and FileBytes is set.
type BudgetOptions struct {
	// BitsPerWeight bounds the bits of all tensors over the number of all
	// weights, those that are not quantized included; the header does not count.
	BitsPerWeight float64

	// FileBytes bounds the size of the whole output, header and padding
	// included; of a split set, that of all files together.
	FileBytes int64

	// Measure says how the candidates are measured. Measure.Select has no effect.
	// Unless Measure.Types names them, the candidates are those of
	// CandidateTypes, and for each tensor the type that it has in the source. A
	// tensor that can have none of Measure.Types keeps its type.
	Measure MeasureOptions
}

// A BudgetError says that no mixture of the candidates fits. It wraps
// [ErrUnsupported].
type BudgetError struct {
	Budget BudgetOptions

	// Least is the size of the smallest mixture: of the output where FileBytes is
	// set, else of all tensors.
	Least int64

	Weights int64 // of the model
}

func (e *BudgetError) Error() string {
	if e.Budget.FileBytes > 0 {
		return fmt.Sprintf("%v: a file of %d bytes: the smallest that can be made has %d", ErrUnsupported, e.Budget.FileBytes, e.Least)
	}
	return fmt.Sprintf("%v: %g bits per weight: the smallest mixture takes %.4f", ErrUnsupported, e.Budget.BitsPerWeight, 8*float64(e.Least)/float64(e.Weights))
}

func (e *BudgetError) Unwrap() error { return ErrUnsupported }

// budgetBase is the recipe of the plan that candidates are measured on. It
// settles everything but the types that are measured: what is not quantized, and
// which tensors the options give a type. It has one to fall back on for rows of
// any length.
const budgetBase = "Q4_K_M"

// Budget chooses a type for each tensor of the model at path, so that the
// mixture loses as little as possible within a budget, and returns the plan to
// carry it out beside the file that records it.
//
// The candidates are measured on the tensors themselves (see
// [Plan.MeasureTypes]), and losses are added up over the tensors. For these
// numbers the mixture is the best, or as close to it as [PlanFile.Gap] says. The
// budget holds for the output exactly.
//
// Tensors that recipes do not quantize keep their type. So do output.weight
// under Options.Quantize.LeaveOutput and those that OutputType, EmbeddingType and
// TensorTypes give one. All of them count in the budget. Options.Type has no
// effect, and Options.Quantize must name no exact Types and not be Pure.
//
// A budget that is too small gives a [*BudgetError].
func Budget(ctx context.Context, path string, opts Options, b BudgetOptions) (*Plan, *PlanFile, error) {
	if err := b.check(&opts); err != nil {
		return nil, nil, err
	}
	base := opts
	base.Type, base.Quantize.SizesOnly = budgetBase, true
	base.SplitMaxBytes = 0 // those cuts depend on the types; see fit
	p, err := NewPlan(ctx, path, base)
	if err != nil {
		return nil, nil, err
	}
	file, err := p.mixture(ctx, &opts, b)
	if err := errors.Join(err, p.Close()); err != nil {
		return nil, nil, err
	}
	q := &opts.Quantize // the file says all that these say
	q.LeaveOutput, q.OutputType, q.EmbeddingType, q.TensorTypes = false, "", "", nil
	if p, err = file.NewPlan(ctx, path, opts); err != nil {
		return nil, nil, err
	}
	file.FileBytes = p.Bytes()
	return p, file, nil
}

func (b *BudgetOptions) check(opts *Options) error {
	switch {
	case (b.BitsPerWeight != 0) == (b.FileBytes != 0):
		return errors.New("a budget is a number of bits per weight or a size of the file: one of them")
	case b.BitsPerWeight < 0 || math.IsNaN(b.BitsPerWeight) || b.FileBytes < 0:
		return errors.New("a budget is a positive number")
	case opts.Quantize.Pure || len(opts.Quantize.Types) > 0:
		return errors.New("a budget chooses a mixture of types, and the options leave no choice")
	}
	return checkCandidates(b.Measure.Types)
}

// mixture chooses the types. p has been made with budgetBase.
func (p *Plan) mixture(ctx context.Context, opts *Options, b BudgetOptions) (*PlanFile, error) {
	q := &opts.Quantize
	if err := p.checkImportance(); err != nil {
		return nil, err
	}
	p.weighAll(q)
	pinned, err := p.pinned(q)
	if err != nil {
		return nil, err
	}
	costs, err := p.measureTypes(ctx, b.Measure, func(t *Tensor) []quantize.Type {
		switch {
		case !t.quantizable():
			return nil
		case pinned(t.Name):
			return []quantize.Type{t.Type}
		}
		return t.candidates(b.Measure.Types)
	})
	if err != nil {
		return nil, err
	}
	options := make([][]TypeCost, len(p.Tensors))
	for _, c := range costs {
		if len(c.Types) == 0 {
			t := &p.Tensors[c.Tensor]
			return nil, tensorError(t, fmt.Errorf("%w: none of the candidates can hold its values", ErrUnsupported))
		}
		options[c.Tensor] = c.Types
	}
	for i := range options {
		if t := &p.Tensors[i]; options[i] == nil { // it is kept
			options[i] = []TypeCost{{Type: t.Type, Bytes: t.Bytes}}
		}
	}
	return p.choose(options, opts, b)
}

// candidates returns the types that are measured for a tensor: those that were
// asked for, or the default ones and that of the source, in which nothing is
// lost. The latter comes first: it is preferred to others of its size.
func (t *Tensor) candidates(asked []quantize.Type) []quantize.Type {
	if slices.ContainsFunc(asked, t.accepts) {
		return asked
	}
	types := []quantize.Type{t.precision}
	if asked != nil {
		return types // it can have none of them and stays as it is
	}
	for _, c := range CandidateTypes() {
		if c != t.precision {
			types = append(types, c)
		}
	}
	return types
}

// weighAll gives importance weights to the tensors that have none only because
// the plan keeps their type.
func (p *Plan) weighAll(q *QuantizeOptions) {
	if q.Imatrix == nil {
		return
	}
	for i := range p.Tensors {
		t := &p.Tensors[i]
		if e, ok := q.Imatrix.Entry(t.entry); ok && e.Values == rowLength(t.Shape)*t.matrices() {
			t.importance = e
		}
	}
}

// pinned returns a function that reports whether the options give a type to the
// tensor of a name, by the rules of recipes.
func (p *Plan) pinned(q *QuantizeOptions) (func(name string) bool, error) {
	opts, err := q.recipeOptions()
	if err != nil {
		return nil, err
	}
	const output = "output.weight"
	tied := !slices.ContainsFunc(p.Tensors, func(t Tensor) bool { return t.Name == output })
	return func(name string) bool {
		embedding := quantize.IsTokenEmbedding(name)
		switch {
		case name == output && (opts.LeaveOutput || opts.OutputType != nil),
			embedding && opts.EmbeddingType != nil,
			embedding && tied && opts.OutputType != nil:
			return true
		case opts.Override == nil:
			return false
		}
		_, named := opts.Override(name)
		return named
	}, nil
}

// choose picks one of the options for each tensor.
func (p *Plan) choose(options [][]TypeCost, opts *Options, b BudgetOptions) (*PlanFile, error) {
	items := make([][]knapsack.Option, len(options))
	for i, types := range options {
		for _, c := range types {
			items[i] = append(items[i], knapsack.Option{Cost: p.cost(i, c.Bytes, b), Loss: c.Loss})
		}
	}
	chosen := make([]TypeCost, len(options))
	take := func(s *knapsack.Solution) []TypeCost {
		for i, types := range options {
			chosen[i] = types[s.Choice[i]]
		}
		return chosen
	}
	budget, over := p.room(b)
	if b.FileBytes > 0 && opts.SplitMaxBytes > 0 && p.keptSplits(opts.Quantize.KeepSplit) == nil {
		var err error
		if over, err = p.splitOverhead(opts, take); err != nil {
			return nil, err
		}
	}
	s, gap, err := fit(items, budget, over)
	if short, ok := errors.AsType[*knapsack.BudgetError](err); ok {
		return nil, &BudgetError{Budget: b, Least: short.Least, Weights: p.Values()}
	}
	if err != nil {
		return nil, err
	}
	return p.planFile(take(s), b, s.Loss, gap), nil
}

// room returns the budget and what of it is not for tensors, where that does not
// depend on their types.
func (p *Plan) room(b BudgetOptions) (int64, overhead) {
	if b.FileBytes == 0 {
		bytes := math.Floor(b.BitsPerWeight * float64(p.Values()) / 8)
		return int64(min(bytes, math.MaxInt64/2)), fixedOverhead(0)
	}
	return b.FileBytes, fixedOverhead(headerBytes(p.Files))
}

// cost returns what a tensor of that many bytes takes of the budget: with the
// padding behind it, where the size of files is what counts.
func (p *Plan) cost(tensor int, bytes int64, b BudgetOptions) int64 {
	if b.FileBytes == 0 {
		return bytes
	}
	alignment := p.Files[p.Tensors[tensor].File].Alignment
	return (bytes + alignment - 1) / alignment * alignment
}
