package convert

import (
	"github.com/nibble-go/nibble/gguf/safetensors"
	"github.com/nibble-go/nibble/internal/half"
)

// derived is the part that transforms of one tensor share: what they do not
// override is what they wrap.
type derived struct {
	rows
	dims []int64
}

func (d derived) shape() []int64 { return d.dims }

// reshaped returns the values of r, in the same order, under another shape.
func reshaped(r rows, shape []int64) rows { return derived{rows: r, dims: shape} }

// rowRange returns n entries of the outermost dimension of r.
func rowRange(r rows, first, n int64) rows {
	dims := append([]int64{n}, r.shape()[1:]...)
	return rowRangeRows{derived{r, dims}, first * valueCount(dims[1:])}
}

type rowRangeRows struct {
	derived
	skip int64
}

func (r rowRangeRows) read(dst []float32, from int64, buf *scratch) error {
	return r.rows.read(dst, r.skip+from, buf)
}

// permuteHeads reorders the rows of each head of a query or key projection
// from Hugging Face's rotary layout (the two halves of the head) to the one
// that GGUF has (neighbours in pairs): reshape(heads, 2, dim/2, columns)
// .swapaxes(1, 2). A bias, of one dimension, is permuted by value.
func permuteHeads(r rows, heads int64) rows {
	shape := r.shape()
	p := permutedRows{derived: derived{r, shape}, columns: 1}
	if len(shape) > 1 {
		p.columns = valueCount(shape[1:])
	}
	p.headRows = shape[0] / heads
	return p
}

type permutedRows struct {
	derived
	headRows int64 // rows of one head
	columns  int64
}

// sourceRow returns the row of the wrapped tensor that stands at row i here.
func (p permutedRows) sourceRow(i int64) int64 {
	head, within := i/p.headRows, i%p.headRows
	return head*p.headRows + within%2*(p.headRows/2) + within/2
}

func (p permutedRows) read(dst []float32, from int64, buf *scratch) error {
	for len(dst) > 0 {
		row, column := from/p.columns, from%p.columns
		n := min(p.columns-column, int64(len(dst)))
		if err := p.rows.read(dst[:n], p.sourceRow(row)*p.columns+column, buf); err != nil {
			return err
		}
		dst, from = dst[n:], from+n
	}
	return nil
}

// transposed returns the matrix r with rows and columns exchanged: GPT-2
// stores its projections as inputs × outputs.
func transposed(r rows) rows {
	s := r.shape()
	return transposedRows{derived{r, []int64{s[1], s[0]}}}
}

type transposedRows struct{ derived }

// read gathers columns of the wrapped matrix. A chunk of rows here is a band
// of columns there, so each of its rows is read once, and only the band of it.
func (t transposedRows) read(dst []float32, from int64, buf *scratch) error {
	height, width := t.dims[1], t.dims[0] // of the wrapped matrix
	first := from / height
	last := (from + int64(len(dst)) - 1) / height
	if int64(cap(buf.band)) <= last-first {
		buf.band = make([]float32, last-first+1)
	}
	band := buf.band[:last-first+1]
	for y := range height {
		if err := t.rows.read(band, y*width+first, buf); err != nil {
			return err
		}
		for i, v := range band {
			if at := (first+int64(i))*height + y - from; at >= 0 && at < int64(len(dst)) {
				dst[at] = v
			}
		}
	}
	return nil
}

// plusOne returns r with one added to each value: Gemma stores the weights of
// its norms as the distance from one. The sum is rounded to half precision
// where the values come in it, as the reference adds in the tensor's own type;
// BF16 it widens first.
func plusOne(r rows) rows { return plusOneRows{r} }

type plusOneRows struct{ rows }

func (p plusOneRows) dtype() safetensors.DType {
	if d := p.rows.dtype(); d == safetensors.F16 {
		return d
	}
	return safetensors.F32
}

func (p plusOneRows) read(dst []float32, from int64, buf *scratch) error {
	if err := p.rows.read(dst, from, buf); err != nil {
		return err
	}
	for i := range dst {
		dst[i]++
	}
	if p.dtype() == safetensors.F16 {
		for i, v := range dst {
			dst[i] = half.F16ToF32(half.F32ToF16(v))
		}
	}
	return nil
}

// stacked returns the parts, all of one shape, as one tensor with one
// dimension more: the experts of a layer.
func stacked(parts []rows) rows {
	part := parts[0].shape()
	return stackedRows{
		parts: parts,
		dims:  append([]int64{int64(len(parts))}, part...),
		each:  valueCount(part),
	}
}

type stackedRows struct {
	parts []rows
	dims  []int64
	each  int64 // values of a part
}

func (s stackedRows) shape() []int64           { return s.dims }
func (s stackedRows) dtype() safetensors.DType { return s.parts[0].dtype() }

func (s stackedRows) read(dst []float32, from int64, buf *scratch) error {
	for len(dst) > 0 {
		part, within := from/s.each, from%s.each
		n := min(s.each-within, int64(len(dst)))
		if err := s.parts[part].read(dst[:n], within, buf); err != nil {
			return err
		}
		dst, from = dst[n:], from+n
	}
	return nil
}

// constant returns values that the conversion makes rather than reads.
func constant(shape []int64, values []float32) rows {
	return constantRows{dims: shape, values: values}
}

type constantRows struct {
	dims   []int64
	values []float32
}

func (c constantRows) shape() []int64           { return c.dims }
func (c constantRows) dtype() safetensors.DType { return safetensors.F32 }

func (c constantRows) read(dst []float32, from int64, _ *scratch) error {
	copy(dst, c.values[from:])
	return nil
}

// blockScaled multiplies each block of blockRows × blockColumns weights with
// its entry of scale, in float32: F8 checkpoints with a weight_scale_inv.
// Blocks at the right and lower edge may be partial. A scale of one value
// serves the whole tensor.
func blockScaled(weight, scale rows, blockRows, blockColumns int64) rows {
	b := blockScaledRows{rows: weight, scale: scale, blockRows: blockRows, blockColumns: blockColumns}
	shape := weight.shape()
	b.columns = rowLength(shape)
	if valueCount(scale.shape()) == 1 {
		b.blockRows, b.blockColumns = valueCount(shape)/b.columns, b.columns
	}
	b.scaleColumns = (b.columns + b.blockColumns - 1) / b.blockColumns
	return b
}

type blockScaledRows struct {
	rows
	scale                   rows
	blockRows, blockColumns int64
	columns                 int64 // length of a row of weights
	scaleColumns            int64 // length of a row of scales
}

func (b blockScaledRows) dtype() safetensors.DType { return safetensors.F32 }

func (b blockScaledRows) read(dst []float32, from int64, buf *scratch) error {
	if err := b.rows.read(dst, from, buf); err != nil {
		return err
	}
	scales := buf.floats(int(b.scaleColumns))
	have := int64(-1) // the row of scales that is at hand
	for len(dst) > 0 {
		row, column := from/b.columns, from%b.columns
		if band := row / b.blockRows; band != have {
			if err := b.scale.read(scales, band*b.scaleColumns, buf); err != nil {
				return err
			}
			have = band
		}
		block := column / b.blockColumns
		n := min((block+1)*b.blockColumns, b.columns) - column
		n = min(n, int64(len(dst)))
		scale := scales[block]
		for i := range dst[:n] {
			dst[i] *= scale
		}
		dst, from = dst[n:], from+n
	}
	return nil
}
