package convert

import "github.com/nibble-go/nibble/quantize"

// chunkValues is how many values a worker takes at a time, and writes at once. It is
// a multiple of every block size, so that a chunk of a long row ends where a block
// does. It is fixed, so that the sums behind the metrics do not depend on the machine.
const chunkValues = 256 << 10

// portionValues is how many values of a chunk go from the source to their bytes at a
// time, so that they stay in the processor's cache on the way: 128 KiB as float32, as
// much as the source at most, and what they become. It too is a multiple of every
// block size. Beside them a worker holds the bytes of its chunk, 1 MiB at most. A row
// that must not be torn, and a matrix that is transposed, take as much as a chunk:
// 5 MiB in all. A row that is longer yet is torn, unless it has importance weights:
// some types weigh its values by the mean of their squares. It takes 20 bytes for
// each.
const portionValues = 32 << 10

// chunk is a piece of one tensor: whole rows of one matrix, or part of a row that is
// longer and has no importance weights.
type chunk struct {
	tensor int
	from   int64 // first value
	values int
}

// chunks cuts all tensors, in order.
func (p *Plan) chunks() []chunk {
	var all []chunk
	for i := range p.Tensors {
		t := &p.Tensors[i]
		total, row := t.Values(), rowLength(t.Shape)
		step := int64(chunkValues)
		if row > 0 && row <= chunkValues {
			step = chunkValues / row * row
		}
		part := total
		if t.importance != nil { // a matrix has its weights, and they are for whole rows
			part = total / t.matrices()
			step = max(step, row)
		}
		for first := int64(0); first < total; first += part {
			for from := first; from < first+part; from += step {
				all = append(all, chunk{i, from, int(min(step, first+part-from))})
			}
		}
	}
	return all
}

// A portion is the part of a chunk that is read and encoded at a time, with the bytes
// that it becomes.
type portion struct {
	chunk
	encoded []byte
}

// cut cuts off the first n values, or all where there are fewer.
func (b *portion) cut(t quantize.Type, n int) portion {
	n = min(n, b.values)
	size := n / t.BlockSize() * t.BlockBytes()
	first := portion{chunk{b.tensor, b.from, n}, b.encoded[:size]}
	*b = portion{chunk{b.tensor, b.from + int64(n), b.values - n}, b.encoded[size:]}
	return first
}

// portionSize returns how many values of a chunk are read and encoded at a time.
func portionSize(t *Tensor, c chunk, to comparison) int {
	if _, gathers := t.rows.(transposedRows); gathers {
		return c.values // each value of a row here is a read of its own there
	}
	columns := int(rowLength(t.Shape))
	switch {
	case columns <= portionValues:
		return portionValues / columns * columns
	case t.importance != nil || to.asked():
		return min(columns, c.values) // weights and sums are for whole rows
	}
	return portionValues
}
