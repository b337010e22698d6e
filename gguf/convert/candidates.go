package convert

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/nibble-go/nibble/quantize"
)

// defaultSampleValues is how many values of each tensor are encoded with each
// candidate. The errors of types at a tensor are then known to a few percent,
// and to much less relative to each other, as all are measured on the same rows.
const defaultSampleValues = 64 << 10

// CandidateTypes returns the types that a budget chooses among unless told
// otherwise: those of the recipes from two to eight bits and the unquantized
// ones.
func CandidateTypes() []quantize.Type {
	return []quantize.Type{
		quantize.IQ2_XXS, quantize.IQ2_XS, quantize.IQ2_S, quantize.Q2_K,
		quantize.IQ3_XXS, quantize.IQ3_S, quantize.Q3_K,
		quantize.IQ4_XS, quantize.IQ4_NL, quantize.Q4_0, quantize.Q4_1, quantize.Q4_K,
		quantize.Q5_0, quantize.Q5_1, quantize.Q5_K, quantize.Q6_K, quantize.Q8_0,
		quantize.F16, quantize.BF16, quantize.F32,
	}
}

// MeasureOptions say what [Plan.MeasureTypes] measures. The zero value measures
// the types of [CandidateTypes] on a sample, on all processors.
type MeasureOptions struct {
	// Types are the candidates. Nil: CandidateTypes.
	Types []quantize.Type

	// SampleValues is about how many values of each tensor are encoded, in whole
	// rows and in at least one of each matrix. 0: 65536. Negative: all.
	SampleValues int64

	// Select says which tensors to measure. Nil: those that recipes quantize.
	Select func(t *Tensor) bool

	// Workers bounds the goroutines: 0 means one for each processor. The numbers
	// do not depend on it. Each worker needs half a MiB.
	Workers int

	// Progress, if not nil, is called with the values encoded so far and in all,
	// counted once for each candidate. Calls do not overlap.
	Progress func(done, total int64)
}

// A TensorCosts says what a tensor takes and loses in different types.
type TensorCosts struct {
	Tensor  int   // index into Plan.Tensors
	Rows    int64 // of the tensor, all matrices together
	Sampled int64 // rows that were encoded

	// Signal is what [TypeCost.Loss] would be in a type that makes zeros of all
	// values.
	Signal float64

	// Types are the candidates that the tensor can have, in the order of
	// MeasureOptions.Types: its rows are whole blocks of them, it has the
	// importance weights that they need, and its values are not too large for
	// them.
	Types []TypeCost
}

// A TypeCost is what a tensor takes and loses in one type.
type TypeCost struct {
	Type  quantize.Type
	Bytes int64

	// Loss is the weighted squared error: the sum, over all values of the tensor,
	// of the importance of the value's column times the square of its error. It
	// is that of the sampled rows times Rows/Sampled. With the mean squares of
	// activations for weights, as an importance matrix has them, it estimates by
	// how much, squared, the tensor's products with activations are off. Without
	// importance all weights are 1.
	Loss float64
}

// MeasureTypes finds out what each tensor would take and lose in each of several
// types, whatever type the plan gives it. The sampled rows are spread over all
// matrices of a tensor, and the same whenever it is measured.
//
// Errors are those of [Plan.WriteTensors] for a source that cannot be read or
// holds NaN or infinities.
func (p *Plan) MeasureTypes(ctx context.Context, opts MeasureOptions) ([]TensorCosts, error) {
	types := opts.Types
	if types == nil {
		types = CandidateTypes()
	}
	if err := checkCandidates(types); err != nil {
		return nil, err
	}
	selected := opts.Select
	if selected == nil {
		selected = (*Tensor).quantizable
	}
	return p.measureTypes(ctx, opts, func(t *Tensor) []quantize.Type {
		if !selected(t) {
			return nil
		}
		return types
	})
}

func checkCandidates(types []quantize.Type) error {
	for _, t := range types {
		if !t.CanEncode() {
			return fmt.Errorf("%w: nothing can be quantized to %s", quantize.ErrUnsupported, t)
		}
	}
	return nil
}

// measureTypes is MeasureTypes with candidates for each tensor; none: the tensor
// is not measured.
func (p *Plan) measureTypes(ctx context.Context, opts MeasureOptions, candidates func(t *Tensor) []quantize.Type) ([]TensorCosts, error) {
	m := measurement{plan: p, opts: opts}
	for i := range p.Tensors {
		m.add(i, candidates(&p.Tensors[i]))
	}
	if err := m.run(ctx); err != nil {
		return nil, err
	}
	return m.costs()
}

// quantizable reports whether recipes touch the tensor.
func (t *Tensor) quantizable() bool {
	return quantize.TensorShape{Name: t.Name, Dims: innermostFirst(t.Shape)}.Quantizable()
}

// accepts reports whether the tensor could have type c: its rows are whole
// blocks of it, and there are the importance weights that it needs.
func (t *Tensor) accepts(c quantize.Type) bool {
	if rowLength(t.Shape)%int64(c.BlockSize()) != 0 {
		return false
	}
	return t.importance != nil || !quantize.FileTypeF16.NeedsImportance(t.Name, c) && !searchesNeedImportance(c)
}

// searchesNeedImportance reports whether the encoder of c refuses to do without
// weights, which it does even where recipes would allow it.
func searchesNeedImportance(c quantize.Type) bool {
	return c == quantize.IQ1_S || c == quantize.IQ2_XXS || c == quantize.IQ2_XS
}

// A measurement is one run of MeasureTypes.
type measurement struct {
	plan    *Plan
	opts    MeasureOptions
	tensors []measuredTensor
	batches []batch
	total   int64 // values to encode, for each candidate

	next   atomic.Int64
	failed atomic.Int64 // index of the first batch that failed, or len(batches)

	mu   sync.Mutex
	errs map[int64]error
	done int64
}

type measuredTensor struct {
	index   int   // into Plan.Tensors
	rows    int64 // of all matrices together
	sample  []int64
	types   []quantize.Type
	batches int // their number; they follow each other
}

// A batch is some of the sampled rows of a tensor, few enough for the work to be
// spread evenly.
type batch struct {
	tensor int // index into measurement.tensors
	rows   []int64
	signal float64
	losses []float64 // of each type
}

// batchValues is about how many values a batch has, and at most how many are
// encoded at once: a longer row is encoded piece by piece.
const batchValues = 16 << 10

func (m *measurement) add(index int, types []quantize.Type) {
	t := &m.plan.Tensors[index]
	if len(types) == 0 || t.Values() == 0 {
		return
	}
	row := rowLength(t.Shape)
	mt := measuredTensor{index: index, rows: t.Values() / row}
	for _, c := range types {
		if t.accepts(c) {
			mt.types = append(mt.types, c)
		}
	}
	mt.sample = slices.Collect(sampledRows(t.Name, mt.rows, sampleSize(mt.rows, row, t.matrices(), m.opts.SampleValues)))
	for rows := range slices.Chunk(mt.sample, int(max(1, batchValues/row))) {
		m.batches = append(m.batches, batch{tensor: len(m.tensors), rows: rows})
		mt.batches++
	}
	m.total += int64(len(mt.sample)) * row * int64(len(mt.types))
	m.tensors = append(m.tensors, mt)
}

// sampleSize returns how many of the rows of a tensor are sampled: the same
// number of each matrix, at least one.
func sampleSize(rows, row, matrices, values int64) int64 {
	switch {
	case values < 0:
		return rows
	case values == 0:
		values = defaultSampleValues
	}
	each := (values/row + matrices - 1) / matrices
	return min(rows, matrices*max(1, each))
}

func (m *measurement) run(ctx context.Context) error {
	m.failed.Store(int64(len(m.batches)))
	m.errs = make(map[int64]error)
	workers := m.opts.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	var wg sync.WaitGroup
	for range min(workers, len(m.batches)) {
		wg.Go(func() { m.work(ctx) })
	}
	wg.Wait()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return m.errs[m.failed.Load()]
}

// work draws batches, in order, as stream.work draws chunks.
func (m *measurement) work(ctx context.Context) {
	var w measurer
	for ctx.Err() == nil {
		i := m.next.Add(1) - 1
		if i >= m.failed.Load() {
			return
		}
		n, err := w.measure(m, &m.batches[i])
		m.mu.Lock()
		if err != nil {
			m.errs[i] = err
			m.failed.Store(min(i, m.failed.Load()))
		} else if m.done += n; m.opts.Progress != nil {
			m.opts.Progress(m.done, m.total)
		}
		m.mu.Unlock()
	}
}

// costs adds up the batches of each tensor, in order.
func (m *measurement) costs() ([]TensorCosts, error) {
	all := make([]TensorCosts, len(m.tensors))
	batches := m.batches
	for i, mt := range m.tensors {
		t := &m.plan.Tensors[mt.index]
		all[i] = TensorCosts{Tensor: mt.index, Rows: mt.rows, Sampled: int64(len(mt.sample))}
		whole := float64(mt.rows) / float64(len(mt.sample))
		for _, b := range batches[:mt.batches] {
			all[i].Signal += b.signal
		}
		all[i].Signal *= whole
		for j, c := range mt.types {
			var loss float64
			for _, b := range batches[:mt.batches] {
				loss += b.losses[j]
			}
			loss *= whole
			if math.IsNaN(loss) || math.IsInf(loss, 0) {
				continue
			}
			bytes, err := c.RowBytes(t.Values())
			if err != nil {
				return nil, tensorError(t, err)
			}
			all[i].Types = append(all[i].Types, TypeCost{c, bytes, loss})
		}
		batches = batches[mt.batches:]
	}
	return all, nil
}
