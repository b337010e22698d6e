// Package fileloss measures what a quantized file has lost, by decoding it and the file that it was made from.
package fileloss

import (
	"fmt"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/gguf/imatrix"
	"github.com/nibble-go/nibble/quantize"
)

// Measure returns the weighted squared error of the GGUF file at path, summed over all values of all tensors of the
// file at source. Where m, which may be nil, has an entry for a tensor, it weighs the columns; else the weights are 1.
func Measure(source, path string, m *imatrix.Matrix) (float64, error) {
	from, err := gguf.Open(source)
	if err != nil {
		return 0, err
	}
	defer from.Close()
	to, err := gguf.Open(path)
	if err != nil {
		return 0, err
	}
	defer to.Close()
	var loss float64
	for _, a := range from.Tensors {
		b, ok := to.Tensor(a.Name)
		if !ok {
			return 0, fmt.Errorf("%s: there is no tensor %q", path, a.Name)
		}
		weights, err := weightsOf(a, m)
		if err != nil {
			return 0, err
		}
		x, err := decode(a)
		if err != nil {
			return 0, err
		}
		y, err := decode(b)
		if err != nil {
			return 0, err
		}
		if len(x) != len(y) {
			return 0, fmt.Errorf("%s: tensor %q has %d values and not %d", path, a.Name, len(y), len(x))
		}
		for i := range x {
			e := float64(y[i]) - float64(x[i])
			if weights != nil {
				loss += e * e * weightAt(weights, a, i)
			} else {
				loss += e * e
			}
		}
	}
	return loss, nil
}

// weightAt returns the weight of the i-th value of t: that of its column, in its matrix.
func weightAt(weights []float32, t *gguf.Tensor, i int) float64 {
	columns, each := int(t.Dims[0]), int(t.Dims[0]*t.Dims[1])
	return float64(weights[i/each*columns+i%columns])
}

// weightsOf returns the weights of the columns of all matrices of t, nil where there are none.
func weightsOf(t *gguf.Tensor, m *imatrix.Matrix) ([]float32, error) {
	if m == nil {
		return nil, nil
	}
	entry, ok := m.Entry(t.Name)
	if !ok {
		return nil, nil
	}
	weights := make([]float32, entry.Values)
	return weights, entry.ReadAt(weights, 0)
}

func decode(t *gguf.Tensor) ([]float32, error) {
	data := make([]byte, t.Bytes())
	if n, err := t.ReadAt(data, 0); n < len(data) {
		return nil, fmt.Errorf("tensor %q: %w", t.Name, err)
	}
	return quantize.AppendDecode(nil, t.Type, data)
}
