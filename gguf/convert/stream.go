package convert

import (
	"context"
	"io"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/nibble-go/nibble/quantize"
)

// StreamOptions says how the pass over the weights is made. The zero value
// uses all processors and measures nothing.
type StreamOptions struct {
	// Workers bounds the goroutines: 0 means one for each processor. The
	// bytes do not depend on it. Each worker needs about 1 MiB, 5 at most;
	// only of rows of more than 262,144 values that have importance weights it
	// needs 20 bytes for each value.
	Workers int

	// Measure asks for the error of every tensor.
	Measure bool

	// Histograms, if not nil, is called with those of each tensor, an index into
	// Plan.Tensors, after its last chunk. Calls do not overlap; their order
	// depends on the workers, what they are given does not. A tensor on its way
	// and a worker each take 256 KiB more for it.
	Histograms func(tensor int, h TensorHistograms)

	// Progress, if not nil, is called after each chunk with the bytes of
	// tensors encoded so far and in all. Calls do not overlap.
	Progress func(done, total int64)
}

// WriteTensors makes the pass over the weights: every tensor is encoded and
// written to outs, one for each of p.Files, at the offset that its layout
// gives it. Headers and the padding between tensors are not written. It
// returns the error metrics of each tensor where opts asks for them.
//
// The first error by position in the output is returned, whatever the number
// of workers.
func (p *Plan) WriteTensors(ctx context.Context, outs []io.WriterAt, opts StreamOptions) ([]quantize.Metrics, error) {
	return p.writeTensors(ctx, outs, opts, nil)
}

// writeTensors is WriteTensors with a journal, or nil, of what stands in outs
// already.
func (p *Plan) writeTensors(ctx context.Context, outs []io.WriterAt, opts StreamOptions, j *journal) ([]quantize.Metrics, error) {
	if err := p.checkImportance(); err != nil {
		return nil, err
	}
	var chunks []chunk
	if j != nil {
		chunks = j.chunks
	} else {
		chunks = p.chunks()
	}
	var s stream
	s.init(p, outs, chunks, opts)
	s.journal = j

	workers := opts.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	workers = min(workers, len(chunks))
	if workers <= 1 {
		s.work(ctx)
	} else {
		var wg sync.WaitGroup
		for range workers {
			wg.Go(func() { s.work(ctx) })
		}
		wg.Wait()
	}
	if err := ctx.Err(); err != nil {
		return nil, context.Cause(ctx)
	}
	if at := s.failed.Load(); at < int64(len(chunks)) {
		return nil, s.errs[at]
	}
	if !opts.Measure {
		return nil, nil
	}
	return s.metrics(), nil
}

// stream is one pass over the weights. Workers draw chunks in order from next;
// a chunk that fails lowers failed to its own index, and the chunks before it
// are still finished, so that the error that is reported does not depend on
// which worker was faster.
type stream struct {
	plan   *Plan
	outs   []io.WriterAt
	chunks []chunk
	opts   StreamOptions
	meters []quantize.Meter // one a chunk, merged in order at the end

	histograms *histogramSet // nil where none are asked for
	journal    *journal      // nil where none is kept

	next   atomic.Int64
	failed atomic.Int64 // index of the first chunk that failed, or len(chunks)

	mu    sync.Mutex
	errs  map[int64]error
	done  int64 // bytes, under mu
	total int64
}

func (s *stream) init(p *Plan, outs []io.WriterAt, chunks []chunk, opts StreamOptions) {
	s.plan, s.outs, s.chunks, s.opts = p, outs, chunks, opts
	for i := range p.Tensors {
		s.total += p.Tensors[i].Bytes
	}
	if opts.Measure {
		s.meters = make([]quantize.Meter, len(chunks))
	}
	if opts.Histograms != nil {
		s.histograms = newHistogramSet(chunks, opts.Histograms)
	}
	s.failed.Store(int64(len(chunks)))
	s.errs = make(map[int64]error)
}

func (s *stream) work(ctx context.Context) {
	var w worker
	for ctx.Err() == nil {
		i := s.next.Add(1) - 1
		if i >= s.failed.Load() {
			return
		}
		n, err := w.convert(s, i)
		s.mu.Lock()
		if err != nil {
			s.errs[i] = err
			if i < s.failed.Load() {
				s.failed.Store(i)
			}
		} else {
			s.advance(n)
		}
		s.mu.Unlock()
	}
}

// advance counts the bytes of a chunk that is done.
func (s *stream) advance(n int64) {
	s.done += n
	if s.opts.Progress != nil {
		s.opts.Progress(s.done, s.total)
	}
}

// metrics merges the meters of the chunks of each tensor, in order.
func (s *stream) metrics() []quantize.Metrics {
	merged := make([]quantize.Meter, len(s.plan.Tensors))
	for i, c := range s.chunks {
		merged[c.tensor].Merge(&s.meters[i])
	}
	out := make([]quantize.Metrics, len(merged))
	for i := range merged {
		out[i] = merged[i].Metrics()
	}
	return out
}
