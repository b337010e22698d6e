package convert

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"math/bits"
	"slices"
	"sync"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/gguf/imatrix"
	"github.com/nibble-go/nibble/quantize"
)

// SourceOptions say how a file is held against its source.
type SourceOptions struct {
	// Rows is the number of rows of each tensor that are encoded anew, spread
	// over the tensor; always the same ones. 0 means all.
	Rows int64

	// Imatrix is the importance matrix that the file was made with. Nil: none.
	Imatrix *imatrix.Matrix

	// Workers bounds the goroutines; 0 means one for each processor. What is
	// found does not depend on it.
	Workers int

	// Progress, if not nil, is called with the bytes of the tensors done so far
	// and of all. Calls do not overlap.
	Progress func(done, total int64)
}

// A SourceCheck says what holding a file against its source came to.
type SourceCheck struct {
	Source  string   `json:"source"`
	Tensors int      `json:"tensors"` // that were compared
	Rows    int64    `json:"rows"`    // that were encoded anew
	Damages []Damage `json:"-"`
}

// VerifySource encodes rows of a model directory or a GGUF file anew, in the
// types that the tensors of the GGUF file at path have, and compares bytes. It
// finds whatever happened to those rows; the others, and the metadata, it does
// not look at.
//
// A file that was made with other rules than those of this module and of
// llama.cpp's own programs, from other weights, or with another importance
// matrix, differs in most rows. Tensors that only one of the two has, or in
// another shape, are damages too.
func VerifySource(ctx context.Context, path, source string, opts SourceOptions) (*SourceCheck, error) {
	f, err := openLittleEndian(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var best *SourceCheck
	var firstErr error
	for _, o := range waysToMake(f, opts.Imatrix) {
		check, err := verifySource(ctx, path, f, source, o, opts)
		switch {
		case err != nil && firstErr == nil:
			firstErr = err
		case err == nil && (best == nil || len(check.Damages) < len(best.Damages)):
			best = check
		}
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if best != nil && len(best.Damages) == 0 {
			break
		}
	}
	if best == nil {
		return nil, firstErr
	}
	return best, nil
}

// waysToMake returns the options that a file of the given types may have been
// made with: those of the quantizer and, for the types that it writes itself,
// those of the converter, which rounds less.
func waysToMake(f *gguf.File, m *imatrix.Matrix) []Options {
	types := make(map[string]string, len(f.Tensors))
	for _, t := range f.Tensors {
		types[t.Name] = t.Type.String()
	}
	ft := fileTypeOf(f) &^ guessedFileType
	if !ft.Valid() {
		ft = quantize.FileTypeF16 // the types are given, so that it chooses nothing
	}
	quantized := Options{Type: ft.String(), AllowNonFinite: true}
	quantized.Quantize = QuantizeOptions{Always: true, AllowRequantize: true, Types: types, Imatrix: m}
	ways := []Options{quantized}
	switch ft {
	case quantize.FileTypeF32, quantize.FileTypeF16, quantize.FileTypeBF16, quantize.FileTypeQ8_0:
		if m == nil {
			ways = append(ways, Options{Type: ft.String(), AllowNonFinite: true})
		}
	}
	return ways
}

// verifySource compares f with what the source becomes with the given options.
func verifySource(ctx context.Context, path string, f *gguf.File, source string, o Options, opts SourceOptions) (*SourceCheck, error) {
	names, err := tensorsOf(ctx, source)
	if err != nil {
		return nil, err
	}
	check := &SourceCheck{Source: source}
	for _, t := range f.Tensors {
		if !names[t.Name] {
			check.Damages = append(check.Damages, Damage{Kind: NotOfSource, File: path, Tensor: t.Name, Offset: t.FileOffset(),
				Text: "the source has no such tensor"})
		}
		delete(names, t.Name)
	}
	for name := range names {
		check.Damages = append(check.Damages, Damage{Kind: NotOfSource, File: path, Tensor: name, Offset: -1,
			Text: "the source has this tensor, and the file has not"})
	}
	if len(check.Damages) > 0 {
		slices.SortFunc(check.Damages, func(a, b Damage) int { return quantize.CompareTensorNames(a.Tensor, b.Tensor) })
		return check, nil
	}
	plan, err := NewPlan(ctx, source, o)
	if err != nil {
		return nil, err
	}
	defer plan.Close()
	if err := plan.checkImportance(); err != nil {
		return nil, err
	}
	return check, check.compare(ctx, path, f, plan, opts)
}

// tensorsOf returns the names of the tensors that a source becomes.
func tensorsOf(ctx context.Context, source string) (map[string]bool, error) {
	plan, err := NewPlan(ctx, source, Options{Type: Copy})
	if err != nil {
		return nil, err
	}
	defer plan.Close()
	names := make(map[string]bool, len(plan.Tensors))
	for i := range plan.Tensors {
		names[plan.Tensors[i].Name] = true
	}
	return names, nil
}

// compare encodes rows of all tensors and compares them with those of f.
func (c *SourceCheck) compare(ctx context.Context, path string, f *gguf.File, plan *Plan, opts SourceOptions) error {
	c.Tensors = len(plan.Tensors)
	found := make([]*Damage, c.Tensors)
	rows := make([]int64, c.Tensors)
	errs := make([]error, c.Tensors)
	var mu sync.Mutex // of done
	done, total := int64(0), int64(0)
	for i := range plan.Tensors {
		total += plan.Tensors[i].Bytes
	}
	inParallel(ctx, c.Tensors, opts.Workers, func() func(int) {
		var w worker
		return func(i int) {
			t := &plan.Tensors[i]
			stored, _ := f.Tensor(t.Name)
			found[i], rows[i], errs[i] = w.compareRows(ctx, plan, t, stored, opts.Rows)
			if opts.Progress != nil {
				mu.Lock()
				defer mu.Unlock()
				done += t.Bytes
				opts.Progress(done, total)
			}
		}
	})
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	for i, d := range found {
		c.Rows += rows[i]
		if d != nil {
			d.File, d.Tensor, d.Kind = pathOfSplit(path, f, plan.Tensors[i].Name), plan.Tensors[i].Name, NotOfSource
			c.Damages = append(c.Damages, *d)
		}
	}
	return nil
}

// pathOfSplit returns the file of a split set that holds a tensor.
func pathOfSplit(path string, f *gguf.File, name string) string {
	t, ok := f.Tensor(name)
	prefix, _, count, named := gguf.ParseSplitName(path)
	if !ok || !named || len(f.Splits) < 2 {
		return path
	}
	return gguf.SplitName(prefix, t.Split, count)
}

// compareRows encodes some rows of t and returns where the stored tensor first
// differs, and the number of rows.
func (w *worker) compareRows(ctx context.Context, plan *Plan, t *Tensor, stored *gguf.Tensor, sample int64) (*Damage, int64, error) {
	columns := rowLength(t.Shape)
	shape := innermostFirst(stored.Dims)
	if stored.Type != t.Type || !slices.Equal(significant(shape), significant(t.Shape)) {
		return &Damage{Offset: stored.FileOffset(), Text: fmt.Sprintf("it is %s %v, and the source makes %s %v of it", stored.Type, shape, t.Type, t.Shape)}, 0, nil
	}
	if columns == 0 {
		return nil, 0, nil
	}
	var d *Damage
	n := int64(0)
	for row := range sampledRows(t.Name, t.Values()/columns, sample) {
		if ctx.Err() != nil {
			return nil, n, context.Cause(ctx)
		}
		n++
		at, blocks, err := w.compareRow(plan, t, stored, row*columns, columns)
		if err != nil {
			return nil, n, err
		}
		if blocks == 0 {
			continue
		}
		if d == nil {
			block := blockAt(stored, at)
			d = &Damage{Block: &block, Offset: stored.FileOffset() + at}
		}
		d.Count += blocks
	}
	if d != nil {
		d.Text = fmt.Sprintf("byte %d: other bytes than the source makes", d.Offset)
	}
	return d, n, nil
}

// compareRow compares one row. It returns the first byte of the tensor that
// differs and how many blocks of the row do.
func (w *worker) compareRow(plan *Plan, t *Tensor, stored *gguf.Tensor, from, columns int64) (at, blocks int64, err error) {
	start, err := stored.Type.RowBytes(from)
	if err != nil {
		return 0, 0, tensorError(t, err)
	}
	size := int64(stored.Type.BlockBytes())
	step := min(columns, chunkValues)
	if t.importance != nil {
		step = columns // the weights are for whole rows
	}
	at = -1
	for value := from; value < from+columns; value += step {
		c := chunk{values: int(min(step, from+columns-value)), from: value}
		var encoded []byte
		if t.copied() {
			encoded, err = w.copied(plan, t, c)
		} else {
			encoded, err = w.encode(plan, t, c, comparison{})
		}
		if err != nil {
			return 0, 0, err
		}
		// encoded may stand in the buffer that reading uses.
		encoded = slices.Clone(encoded)
		got, err := ggufRows{stored}.encoded(value, c.values, &w.buf)
		if err != nil {
			return 0, 0, err
		}
		for i := int64(0); i < int64(len(got)); i += size {
			if bytes.Equal(got[i:i+size], encoded[i:i+size]) {
				continue
			}
			blocks++
			if at < 0 {
				at = start + i + firstDifference(got[i:i+size], encoded[i:i+size])
			}
		}
		start += int64(len(got))
	}
	return at, blocks, nil
}

func firstDifference(a, b []byte) int64 {
	for i := range a {
		if a[i] != b[i] {
			return int64(i)
		}
	}
	return int64(len(a))
}

// sampledRows yields sample of the rows, one from each of as many equal parts,
// or all of them. Which one of a part follows from the tensor's name.
func sampledRows(name string, rows, sample int64) func(yield func(int64) bool) {
	return func(yield func(int64) bool) {
		if sample <= 0 || sample > rows {
			sample = rows
		}
		h := fnv.New64a()
		h.Write([]byte(name))
		state := h.Sum64()
		for i := range sample {
			from, to := partStart(i, rows, sample), partStart(i+1, rows, sample)
			state = state*6364136223846793005 + 1442695040888963407 // Knuth's generator
			if !yield(from + int64(state>>33)%(to-from)) {
				return
			}
		}
	}
}

// partStart returns where the i-th of as many equal parts of the rows starts:
// i*rows/parts, whose product may take more than 64 bits. i is at most parts.
func partStart(i, rows, parts int64) int64 {
	hi, lo := bits.Mul64(uint64(i), uint64(rows))
	start, _ := bits.Div64(hi, lo, uint64(parts)) // at most rows, so that it does not overflow
	return int64(start)
}
