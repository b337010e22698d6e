package quantize

import (
	"context"
	"math"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
)

// batchValues is how many values a worker takes at a time: some milliseconds
// of the slowest search, so that workers end together and a cancelled context
// is noticed soon, and enough that handing out the batches costs nothing.
const batchValues = 16 << 10

// An encoder encodes rows of one shape. Its fields do not change, so that any
// number of goroutines may use it.
type encoder struct {
	codec
	geometry

	// columns is the unit that must not be torn: a row where there are
	// importance weights, a block where there are none.
	columns    int
	importance []float32 // nil where there is none or the type ignores it
	workers    int
}

// newEncoder checks what n values are to be encoded with.
func newEncoder(t Type, n int, opts Options) (encoder, error) {
	e := encoder{codec: codecOf(t), geometry: t.geometry(), workers: opts.Workers}
	if e.codec.encode == nil {
		return encoder{}, &TypeError{Type: t, Detail: e.notEncoded, Err: ErrUnsupported}
	}
	if encode := fastest[t]; encode != nil {
		e.codec.encode = encode
	}
	columns := opts.Columns
	if columns == 0 {
		columns = n
	}
	switch {
	case columns < 0 || columns%e.blockSize != 0:
		return encoder{}, shapeError(t, "rows of "+strconv.Itoa(columns)+" values are not a whole number of blocks of "+strconv.Itoa(e.blockSize))
	case columns > 0 && n%columns != 0:
		return encoder{}, shapeError(t, strconv.Itoa(n)+" values are not a whole number of rows of "+strconv.Itoa(columns))
	}
	if err := checkImportance(t, columns, opts.Importance); err != nil {
		return encoder{}, err
	}
	if opts.Importance == nil && e.weighted == importanceRequired {
		return encoder{}, &TypeError{Type: t, Detail: "cannot be encoded without", Err: ErrImportance}
	}
	e.columns = e.blockSize
	if opts.Importance != nil && e.weighted != importanceIgnored {
		e.columns, e.importance = columns, opts.Importance
	}
	if e.workers <= 0 {
		e.workers = runtime.GOMAXPROCS(0)
	}
	return e, nil
}

func checkImportance(t Type, columns int, importance []float32) error {
	if importance == nil {
		return nil
	}
	if len(importance) != columns {
		return &TypeError{Type: t, Detail: strconv.Itoa(len(importance)) + " weights for rows of " + strconv.Itoa(columns) + " values", Err: ErrImportance}
	}
	for i, w := range importance {
		if !(w >= 0 && w <= math.MaxFloat32) {
			return &TypeError{Type: t, Detail: "the weight of column " + strconv.Itoa(i) + " is " + strconv.FormatFloat(float64(w), 'g', -1, 32), Err: ErrImportance}
		}
	}
	return nil
}

// encode encodes src into dst, which fit each other.
//
// Batches are handed out in any order and written where they belong; the bytes
// of a batch depend on its own values only.
func (e *encoder) encode(ctx context.Context, dst []byte, src []float32) error {
	if len(src) == 0 {
		return context.Cause(ctx)
	}
	batches := (len(src)-1)/e.batch() + 1
	if workers := min(e.workers, batches); workers > 1 {
		e.share(ctx, dst, src, workers, batches)
		return context.Cause(ctx)
	}
	for i := 0; i < batches && ctx.Err() == nil; i++ {
		e.encodeBatch(dst, src, i)
	}
	return context.Cause(ctx)
}

// share encodes batches by several workers. It has an encoder of its own, so that
// one which does not share stays on the stack.
func (e encoder) share(ctx context.Context, dst []byte, src []float32, workers, batches int) {
	var next atomic.Int64
	work := func() {
		for ctx.Err() == nil {
			i := int(next.Add(1)) - 1
			if i >= batches {
				return
			}
			e.encodeBatch(dst, src, i)
		}
	}
	var group sync.WaitGroup
	for range workers - 1 {
		group.Go(work)
	}
	work()
	group.Wait()
}

// batch is the number of values in a batch: whole rows, or whole blocks where there
// is no importance.
func (e *encoder) batch() int { return max(batchValues/e.columns, 1) * e.columns }

// encodeBatch encodes batch i of src.
func (e *encoder) encodeBatch(dst []byte, src []float32, i int) {
	first := i * e.batch()
	x := src[first:min(first+e.batch(), len(src))]
	dst = dst[first/e.blockSize*e.blockBytes:][:len(x)/e.blockSize*e.blockBytes]
	if e.importance == nil {
		e.codec.encode(dst, x, nil)
		return
	}
	rowBytes := e.columns / e.blockSize * e.blockBytes
	for len(x) > 0 {
		e.codec.encode(dst[:rowBytes], x[:e.columns], e.importance)
		dst, x = dst[rowBytes:], x[e.columns:]
	}
}
