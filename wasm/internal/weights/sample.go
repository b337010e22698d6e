package weights

import (
	"iter"
	"math/rand/v2"

	"github.com/nibble-go/nibble/wasm/internal/serve"
)

const (
	// defaultValues is how many weights are read where a request does not say.
	defaultValues = 1 << 20

	// sampleValues is about how many weights of a sample stand together: enough
	// for a file to be read in few pieces, and few enough for a sample to come
	// from everywhere. It is a multiple of every block size.
	sampleValues = 4096

	// chunkValues bounds what is read at once. Package convert cuts tensors into
	// the same chunks, so that what is measured of a whole tensor is, to the last
	// bit, what a conversion measures.
	chunkValues = 256 << 10
)

// A span is some values of a tensor: whole rows, or part of a row.
type span struct{ from, values int64 }

// spans returns about as many values of the tensor as asked for, which begin and
// end at blocks, and are the same each time. If it is not the whole tensor, it is
// cut into as many equal parts as there are spans, and each span stands anywhere
// in its part: rows at even distances could all be the same row of an attention
// head.
func (t *tensor) spans(values int64) (iter.Seq[span], error) {
	switch {
	case values < 0:
		return nil, serve.Usage("a sample has no fewer values than none")
	case values == 0:
		values = defaultValues
	}
	if t.values == 0 {
		return func(func(span) bool) {}, nil
	}
	if values >= t.values {
		g := newGrid(t, chunkValues)
		return g.sample(g.cells()), nil
	}
	g := newGrid(t, sampleValues)
	return g.sample(values / g.size), nil
}

// A grid cuts a tensor into cells of size values: of whole rows, or of part of a
// longer row. The last cell, or the last of a row, may be smaller.
type grid struct{ values, row, size int64 }

// newGrid returns a grid of cells of at most the given number of values.
func newGrid(t *tensor, most int64) grid {
	g := grid{values: t.values, row: t.row, size: most}
	if t.row < most {
		g.size = most / t.row * t.row
	}
	return g
}

// cells returns the number of cells.
func (g grid) cells() int64 {
	if g.row <= g.size {
		return (g.values-1)/g.size + 1
	}
	return g.values / g.row * g.inRow()
}

// inRow returns the number of cells in a row that has several.
func (g grid) inRow() int64 { return (g.row-1)/g.size + 1 }

// cell returns cell i.
func (g grid) cell(i int64) span {
	if g.row <= g.size {
		return span{i * g.size, min(g.size, g.values-i*g.size)}
	}
	column := i % g.inRow() * g.size
	return span{i/g.inRow()*g.row + column, min(g.size, g.row-column)}
}

// sample returns n cells, at least one and at most all, in order.
func (g grid) sample(n int64) iter.Seq[span] {
	cells := g.cells()
	n = max(1, min(n, cells))
	return func(yield func(span) bool) {
		random := rand.New(rand.NewPCG(uint64(cells), uint64(n)))
		for i := range n {
			// Part i of n begins at i·cells/n, rounded in a way that does not overflow.
			first, size := i*(cells/n)+min(i, cells%n), cells/n
			if i < cells%n {
				size++
			}
			if !yield(g.cell(first + random.Int64N(size))) {
				return
			}
		}
	}
}
