package convert

import (
	"fmt"

	"github.com/nibble-go/nibble/quantize"
)

// worker is the memory of one goroutine. It grows to what its chunks need and is
// then reused: a chunk allocates nothing.
type worker struct {
	buf     scratch
	values  []float32 // as the source has them
	second  []float32 // rounded, and later decoded
	weights []float32 // of the columns
	encoded []byte    // of the chunk
	counts  histogramPair
}

// A comparison takes what values and what their bytes decode to differ by. The zero
// value asks for nothing.
type comparison struct {
	meter  *quantize.Meter
	counts *histogramPair
}

func (c comparison) asked() bool { return c.meter != nil || c.counts != nil }

// convert reads, checks, encodes and writes chunk i, unless it stands in the
// output already. It returns the number of bytes that it has there.
func (w *worker) convert(s *stream, i int64) (int64, error) {
	c := s.chunks[i]
	t := &s.plan.Tensors[c.tensor]
	before, err := t.Type.RowBytes(c.from)
	if err != nil {
		return 0, err
	}
	offset := s.plan.Files[t.File].TensorFileOffset(t.index) + before

	var to comparison
	if s.opts.Measure {
		to.meter = &s.meters[i]
	}
	if s.histograms != nil {
		w.counts.reset()
		to.counts = &w.counts
	}
	encoded, kept, err := w.kept(s, i, offset)
	switch {
	case err != nil:
	case kept:
		err = w.compareMade(t, c, encoded, to)
	case t.copied():
		if encoded, err = w.copied(s.plan, t, c); err == nil {
			err = w.compareMade(t, c, encoded, to)
		}
	default:
		encoded, err = w.encode(s.plan, t, c, to)
	}
	if err != nil {
		return 0, err
	}
	if !kept {
		if _, err := s.outs[t.File].WriteAt(encoded, offset); err != nil {
			return 0, err
		}
		s.journal.wrote(i, encoded)
	}
	if s.histograms != nil {
		s.histograms.add(c.tensor, &w.counts)
	}
	return int64(len(encoded)), nil
}

// kept returns the bytes of a chunk that stands in the output already.
func (w *worker) kept(s *stream, i, offset int64) (encoded []byte, ok bool, err error) {
	if s.journal == nil || !s.journal.resumed {
		return nil, false, nil
	}
	c := s.chunks[i]
	encoded, err = w.room(s.plan.Tensors[c.tensor].Type, c.values)
	if err != nil {
		return nil, false, err
	}
	return encoded, s.journal.keeps(i, encoded, offset), nil
}

// room returns memory for the bytes of n values.
func (w *worker) room(t quantize.Type, n int) ([]byte, error) {
	size, err := t.RowBytes(int64(n))
	if err != nil {
		return nil, err
	}
	if int64(cap(w.encoded)) < size {
		w.encoded = make([]byte, size)
	}
	return w.encoded[:size], nil
}

// copied reads the bytes of a chunk that stays as it is.
func (w *worker) copied(p *Plan, t *Tensor, c chunk) ([]byte, error) {
	encoded, err := ggufRows{t.origin}.encoded(c.from, c.values, &w.buf)
	if err != nil {
		return nil, err
	}
	if invalid := quantize.Validate(t.Type, encoded); invalid != nil && !p.allowNonFinite {
		return nil, w.invalid(p, t, c, encoded, nil, invalid)
	}
	return encoded, nil
}

// encode reads a chunk and encodes it, a portion at a time.
func (w *worker) encode(p *Plan, t *Tensor, c chunk, to comparison) ([]byte, error) {
	encoded, err := w.room(t.Type, c.values)
	if err != nil {
		return nil, err
	}
	columns := int(rowLength(t.Shape))
	opts := quantize.Options{Columns: columns, Workers: 1}
	if t.importance != nil {
		w.weights = floats(w.weights, columns, 0)
		matrix := c.from / (t.Values() / t.matrices())
		if err := t.importance.ReadAt(w.weights, matrix*int64(columns)); err != nil {
			return nil, err
		}
		opts.Importance = w.weights
	}
	n := portionSize(t, c, to)
	for rest := (portion{c, encoded}); rest.values > 0; {
		part := rest.cut(t.Type, n)
		opts.Columns = columns
		if part.values%columns != 0 {
			opts.Columns = part.values // part of a row that is longer
		}
		values, err := w.encodePortion(p, t, part, opts)
		if err != nil {
			return nil, err
		}
		if err := w.compare(t, values, part.encoded, to); err != nil {
			return nil, err
		}
	}
	return encoded, nil
}

// encodePortion reads the values of part and encodes them. It returns them.
func (w *worker) encodePortion(p *Plan, t *Tensor, part portion, opts quantize.Options) ([]float32, error) {
	w.values = floats(w.values, part.values, portionValues)
	values := w.values
	if err := t.rows.read(values, part.from, &w.buf); err != nil {
		return nil, err
	}
	if err := p.checkFinite(t, part.from, values, values); err != nil {
		return nil, err
	}
	exact := values
	if t.origin == nil && t.precision != quantize.F32 && t.precision != t.Type {
		var err error
		if exact, err = w.rounded(values, t.precision); err != nil {
			return nil, tensorError(t, err)
		}
		if err := p.checkFinite(t, part.from, exact, values); err != nil {
			return nil, err
		}
	}
	if err := quantize.Encode(part.encoded, t.Type, exact, opts); err != nil {
		return nil, tensorError(t, err)
	}
	if invalid := quantize.Validate(t.Type, part.encoded); invalid != nil && !p.allowNonFinite {
		return nil, w.invalid(p, t, part.chunk, part.encoded, values, invalid)
	}
	return values, nil
}

// compareMade compares the bytes of a chunk, which are there already, with the source,
// a portion at a time.
func (w *worker) compareMade(t *Tensor, c chunk, encoded []byte, to comparison) error {
	if !to.asked() {
		return nil
	}
	n := portionSize(t, c, to)
	for rest := (portion{c, encoded}); rest.values > 0; {
		part := rest.cut(t.Type, n)
		var values []float32
		if !t.copied() {
			w.values = floats(w.values, part.values, portionValues)
			values = w.values
			if err := t.rows.read(values, part.from, &w.buf); err != nil {
				return err
			}
		}
		if err := w.compare(t, values, part.encoded, to); err != nil {
			return err
		}
	}
	return nil
}

// invalid returns the error for values that are not valid: the place of its
// first weight that is not finite, shown with the value in the source, or what
// was found where all of them are.
func (w *worker) invalid(p *Plan, t *Tensor, c chunk, encoded []byte, values []float32, found error) error {
	decoded, err := w.decode(t.Type, encoded, c.values)
	if err != nil {
		return tensorError(t, err)
	}
	if values == nil {
		values = decoded
	}
	if err := p.checkFinite(t, c.from, decoded, values); err != nil {
		return err
	}
	return tensorError(t, found)
}

// floats returns n floats of memory: buf where it is large enough, else at
// least as many as least.
func floats(buf []float32, n, least int) []float32 {
	if cap(buf) < n {
		buf = make([]float32, max(n, least))
	}
	return buf[:n]
}

// rounded returns values rounded to the precision of the file that the
// reference converter would have put in between. A BF16 checkpoint loses
// nothing here; a float32 tensor in it does. The result stands in w.second.
func (w *worker) rounded(values []float32, precision quantize.Type) ([]float32, error) {
	half := w.buf.bytes(int64(2 * len(values)))
	if err := quantize.Encode(half, precision, values, quantize.Options{Workers: 1}); err != nil {
		return nil, err
	}
	return w.decode(precision, half, len(values))
}

// decode returns n encoded values in w.second.
func (w *worker) decode(t quantize.Type, encoded []byte, n int) ([]float32, error) {
	w.second = floats(w.second, n, portionValues)
	return w.second, quantize.Decode(w.second, t, encoded)
}

// compare holds values against those that their bytes decode to. Values of nil are the
// same: the bytes were copied.
func (w *worker) compare(t *Tensor, values []float32, encoded []byte, to comparison) error {
	if !to.asked() {
		return nil
	}
	decoded, err := w.decode(t.Type, encoded, len(encoded)/t.Type.BlockBytes()*t.Type.BlockSize())
	if err != nil {
		return tensorError(t, err)
	}
	if values == nil {
		values = decoded
	}
	if to.counts != nil {
		to.counts.count(values, decoded)
	}
	if to.meter != nil {
		measure(to.meter, t, values, decoded)
	}
	return nil
}

// measure adds rows to m.
func measure(m *quantize.Meter, t *Tensor, values, decoded []float32) {
	columns := int(rowLength(t.Shape))
	if len(values)%columns != 0 {
		columns = len(values) // part of a row that is longer
	}
	for len(values) > 0 {
		m.Add(values[:columns], decoded[:columns])
		values, decoded = values[columns:], decoded[columns:]
	}
}

// checkFinite fails at the first of stored that is NaN or infinite. Its error
// shows the value in the directory, which may have been finite.
func (p *Plan) checkFinite(t *Tensor, from int64, stored, values []float32) error {
	if p.allowNonFinite {
		return nil
	}
	at := quantize.FirstNonFinite(stored)
	if at < 0 {
		return nil
	}
	row := rowLength(t.Shape)
	return &WeightError{
		Tensor:   t.Name,
		Row:      (from + int64(at)) / row,
		Column:   (from + int64(at)) % row,
		Value:    values[at],
		Type:     t.Type,
		Weighted: t.importance != nil,
	}
}

func tensorError(t *Tensor, err error) error {
	return fmt.Errorf("tensor %q: %w", t.Name, err)
}
