package convert

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/nibble-go/nibble/gguf/safetensors"
	"github.com/nibble-go/nibble/quantize"
)

// CompareOptions says how a comparison is made. The zero value uses all
// processors.
type CompareOptions struct {
	// Workers bounds the goroutines: 0 means one for each processor. The
	// result does not depend on it.
	Workers int

	// Progress, if not nil, is called after each chunk with the values
	// compared so far and in all. Calls do not overlap.
	Progress func(done, total int64)
}

// A Comparison says how far the tensors of B are from those of A.
type Comparison struct {
	A string `json:"a"`
	B string `json:"b"`

	// Tensors are those that both have, in the order of A.
	Tensors []TensorComparison `json:"tensors"`

	// OnlyA and OnlyB name the tensors that the other has not.
	OnlyA []string `json:"onlyA,omitempty"`
	OnlyB []string `json:"onlyB,omitempty"`

	// Total is the error over all tensors that could be compared.
	Total quantize.Metrics `json:"total"`
}

// A TensorComparison is a Comparison's line for one tensor.
type TensorComparison struct {
	Name   string  `json:"name"`
	Shape  []int64 `json:"shape"` // outermost dimension first
	TypeA  string  `json:"typeA"`
	TypeB  string  `json:"typeB"`
	BytesA int64   `json:"bytesA"`
	BytesB int64   `json:"bytesB"`

	// ShapeB is set where the shapes differ, so that there is no error to
	// measure.
	ShapeB []int64 `json:"shapeB,omitempty"`

	Error *quantize.Metrics `json:"error,omitempty"`
}

// Compare measures the error of each tensor of b against the tensor of that
// name in a. Each path is a model directory or a GGUF file. Where one of them
// is a directory and the other a file, the directory's tensors take the names
// and the order of values that a conversion gives them, so its architecture
// must be a known one; the tensors of two directories are compared under their
// own names.
func Compare(ctx context.Context, a, b string, opts CompareOptions) (*Comparison, error) {
	dirA, err := isDirectory(a)
	if err != nil {
		return nil, err
	}
	dirB, err := isDirectory(b)
	if err != nil {
		return nil, err
	}
	raw := dirA && dirB
	sideA, err := openSide(a, dirA, raw)
	if err != nil {
		return nil, err
	}
	defer sideA.Close()
	sideB, err := openSide(b, dirB, raw)
	if err != nil {
		return nil, err
	}
	defer sideB.Close()
	return compare(ctx, sideA, sideB, opts)
}

func isDirectory(path string) (bool, error) {
	info, err := os.Stat(path)
	if err != nil {
		return false, err
	}
	return info.IsDir(), nil
}

// side is one of the two things that are compared.
type side struct {
	path    string
	tensors []sideTensor
	source  io.Closer
}

func (s *side) Close() error { return s.source.Close() }

type sideTensor struct {
	name  string
	typ   string
	bytes int64
	rows  rows
}

func openSide(path string, isDir, raw bool) (*side, error) {
	if !isDir {
		return openFileSide(path)
	}
	dir, err := openDirectory(path)
	if err != nil {
		return nil, err
	}
	s := &side{path: path, source: dir}
	if raw {
		err = s.addWeights(dir.weights)
	} else {
		err = s.addModel(dir)
	}
	if err != nil {
		return nil, errors.Join(err, dir.Close())
	}
	return s, nil
}

// addWeights takes the tensors of a directory as they are.
func (s *side) addWeights(weights *safetensors.Set) error {
	for _, t := range weights.Tensors() {
		if t.DType.IsFloat() {
			s.add(t.Name, tensorRows(t))
		}
	}
	return nil
}

// addModel takes the tensors of a directory as a conversion does.
func (s *side) addModel(dir *directory) error {
	m, err := newModel(dir, Options{})
	if err != nil {
		return err
	}
	outputs, err := m.tensors()
	if err != nil {
		return err
	}
	for _, out := range outputs {
		s.add(out.name, out.rows)
	}
	return nil
}

func (s *side) add(name string, r rows) {
	s.tensors = append(s.tensors, sideTensor{
		name:  name,
		typ:   r.dtype().String(),
		bytes: valueCount(r.shape()) * int64(r.dtype().Bits()) / 8,
		rows:  r,
	})
}

// openFileSide takes the tensors of a GGUF file.
func openFileSide(path string) (*side, error) {
	f, err := openLittleEndian(path)
	if err != nil {
		return nil, err
	}
	s := &side{path: path, source: f}
	for _, t := range f.Tensors {
		s.tensors = append(s.tensors, sideTensor{
			name:  t.Name,
			typ:   t.Type.String(),
			bytes: t.Bytes(),
			rows:  ggufRows{t},
		})
	}
	return s, nil
}

func tensorNameError(name string, err error) error { return fmt.Errorf("tensor %q: %w", name, err) }

// comparedPair is a tensor that both sides have in the same shape.
type comparedPair struct {
	line int // in Comparison.Tensors
	a, b rows
}

func compare(ctx context.Context, a, b *side, opts CompareOptions) (*Comparison, error) {
	c := &Comparison{A: a.path, B: b.path}
	pairs := c.match(a, b)
	if len(pairs) == 0 {
		return nil, fmt.Errorf("%s and %s: %w: they have no tensor of the same name and shape", a.path, b.path, ErrUnsupported)
	}
	var run comparing
	run.opts = opts
	run.meters = make([]quantize.Meter, len(pairs))
	for _, p := range pairs {
		run.total += valueCount(p.a.shape())
	}
	workers := opts.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	// The largest tensors first, so that no worker starts one when the others
	// are done.
	order := make([]int, len(pairs))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int {
		return cmp.Compare(valueCount(pairs[j].a.shape()), valueCount(pairs[i].a.shape()))
	})
	errs := make([]error, len(pairs))
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(workers, len(pairs)) {
		wg.Go(func() {
			var buf comparingBuffers
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= len(order) {
					return
				}
				errs[order[i]] = run.measure(ctx, pairs[order[i]], &run.meters[order[i]], &buf)
			}
		})
	}
	wg.Wait()
	if err := ctx.Err(); err != nil {
		return nil, context.Cause(ctx)
	}
	var total quantize.Meter
	for i, p := range pairs {
		if errs[i] != nil {
			return nil, errs[i]
		}
		m := run.meters[i].Metrics()
		c.Tensors[p.line].Error = &m
		total.Merge(&run.meters[i])
	}
	c.Total = total.Metrics()
	return c, nil
}

// match fills c with what can be said without reading a weight, and returns
// what is left to measure.
func (c *Comparison) match(a, b *side) []comparedPair {
	byName := make(map[string]int, len(b.tensors))
	for i := range b.tensors {
		byName[b.tensors[i].name] = i
	}
	found := make([]bool, len(b.tensors))
	var pairs []comparedPair
	for _, ta := range a.tensors {
		i, ok := byName[ta.name]
		if !ok {
			c.OnlyA = append(c.OnlyA, ta.name)
			continue
		}
		found[i] = true
		tb := b.tensors[i]
		line := TensorComparison{
			Name: ta.name, Shape: ta.rows.shape(),
			TypeA: ta.typ, TypeB: tb.typ, BytesA: ta.bytes, BytesB: tb.bytes,
		}
		if slices.Equal(significant(ta.rows.shape()), significant(tb.rows.shape())) {
			pairs = append(pairs, comparedPair{line: len(c.Tensors), a: ta.rows, b: tb.rows})
		} else {
			line.ShapeB = tb.rows.shape()
		}
		c.Tensors = append(c.Tensors, line)
	}
	for i := range b.tensors {
		if !found[i] {
			c.OnlyB = append(c.OnlyB, b.tensors[i].name)
		}
	}
	return pairs
}

// significant returns shape without leading ones, which some files leave out.
func significant(shape []int64) []int64 {
	for len(shape) > 1 && shape[0] == 1 {
		shape = shape[1:]
	}
	return shape
}

// comparing is one comparison on its way.
type comparing struct {
	opts   CompareOptions
	meters []quantize.Meter

	mu    sync.Mutex
	done  int64 // values, under mu
	total int64
}

// comparingBuffers is the memory of one worker.
type comparingBuffers struct {
	scratch scratch
	a, b    []float32
}

// measure adds all rows of a pair to m, in order.
func (run *comparing) measure(ctx context.Context, p comparedPair, m *quantize.Meter, buf *comparingBuffers) error {
	shape := p.a.shape()
	total, row := valueCount(shape), rowLength(shape)
	// Few rows, so that both sides' stay in the processor's cache. How a longer row is cut
	// is part of its sums.
	step := int64(chunkValues)
	if row > 0 && row <= chunkValues {
		step = max(portionValues/row, 1) * row
	}
	for from := int64(0); from < total && ctx.Err() == nil; from += step {
		n := min(step, total-from)
		buf.a, buf.b = floats(buf.a, int(n), portionValues), floats(buf.b, int(n), portionValues)
		a, b := buf.a, buf.b
		if err := p.a.read(a, from, &buf.scratch); err != nil {
			return err
		}
		if err := p.b.read(b, from, &buf.scratch); err != nil {
			return err
		}
		columns := min(row, n)
		for len(a) > 0 {
			m.Add(a[:columns], b[:columns])
			a, b = a[columns:], b[columns:]
		}
		if run.opts.Progress != nil {
			run.mu.Lock()
			run.done += n
			run.opts.Progress(run.done, run.total)
			run.mu.Unlock()
		}
	}
	return nil
}
