package convert

import "github.com/nibble-go/nibble/quantize"

// A measurer is the memory of one goroutine.
type measurer struct {
	worker
	source []float32 // as the source has them
	exact  []float32 // in the precision that is encoded
}

// measure encodes a batch with each type. It returns the number of values
// encoded.
func (w *measurer) measure(m *measurement, b *batch) (int64, error) {
	mt := &m.tensors[b.tensor]
	t := &m.plan.Tensors[mt.index]
	row, each := rowLength(t.Shape), mt.rows/t.matrices()
	b.losses = make([]float64, len(mt.types))
	var n int64
	for _, at := range b.rows {
		for from := int64(0); from < row; from += batchValues {
			size := int(min(batchValues, row-from))
			if err := w.load(m.plan, t, at*row+from, size); err != nil {
				return 0, err
			}
			opts := quantize.Options{Columns: size, Workers: 1}
			if t.importance != nil {
				w.weights = floats(w.weights, size, batchValues)
				if err := t.importance.ReadAt(w.weights, at/each*row+from); err != nil {
					return 0, err
				}
				opts.Importance = w.weights
			}
			b.signal += weightedSquares(w.source, opts.Importance)
			for j, c := range mt.types {
				loss, err := w.loss(t, c, opts)
				if err != nil {
					return 0, tensorError(t, err)
				}
				b.losses[j] += loss
				n += int64(size)
			}
		}
	}
	return n, nil
}

// load reads values for w.loss to encode.
func (w *measurer) load(p *Plan, t *Tensor, from int64, size int) error {
	w.source = floats(w.source, size, batchValues)
	if err := t.rows.read(w.source, from, &w.buf); err != nil {
		return err
	}
	if err := p.checkFinite(t, from, w.source, w.source); err != nil {
		return err
	}
	w.exact = floats(w.exact, size, batchValues)
	copy(w.exact, w.source)
	if t.origin != nil || t.precision == quantize.F32 {
		return nil
	}
	rounded, err := w.rounded(w.source, t.precision)
	if err != nil {
		return tensorError(t, err)
	}
	copy(w.exact, rounded)
	return p.checkFinite(t, from, w.exact, w.source)
}

// loss returns the weighted squared error of the loaded values in type c, NaN or
// infinite where c cannot hold them.
func (w *measurer) loss(t *Tensor, c quantize.Type, opts quantize.Options) (float64, error) {
	if t.origin != nil && t.origin.Type == c {
		return 0, nil // copied
	}
	encoded, err := w.room(c, len(w.exact))
	if err != nil {
		return 0, err
	}
	if err := quantize.Encode(encoded, c, w.exact, opts); err != nil {
		return 0, err
	}
	decoded, err := w.decode(c, encoded, len(w.exact))
	if err != nil {
		return 0, err
	}
	return weightedSquaredError(w.source, decoded, opts.Importance), nil
}

// weightedSquares sums up the squares of values times the weights, or times 1
// without.
func weightedSquares(values, weights []float32) float64 {
	var sum float64
	for i, v := range values {
		square := float64(float64(v) * float64(v))
		if weights == nil {
			sum += square
		} else {
			sum += float64(square * float64(weights[i]))
		}
	}
	return sum
}

// weightedSquaredError sums up the squared errors times the weights, or times 1
// without.
func weightedSquaredError(source, decoded, weights []float32) float64 {
	var sum float64
	for i, v := range source {
		e := float64(decoded[i]) - float64(v)
		if weights == nil {
			sum += float64(e * e)
		} else {
			sum += float64(float64(e*e) * float64(weights[i]))
		}
	}
	return sum
}
