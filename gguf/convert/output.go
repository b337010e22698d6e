package convert

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/nibble-go/nibble/quantize"
)

// An Output makes what a plan comes to piece by piece, each when it is asked
// for, in the goroutine that asks: for a destination that is no file on this
// machine, and for who must pause, cancel or wait for the destination between
// two pieces. The bytes are those of [Plan.WriteFile]. Between two calls there
// is nothing that runs, so that an Output need not be closed; it holds one
// worker's memory.
//
// An Output is not safe for concurrent use.
type Output struct {
	stream stream
	worker worker
	last   captured
	at     place
	err    error // of the last call; io.EOF behind the last piece
	took   time.Duration
}

// A Piece is a run of bytes of one of the files.
type Piece struct {
	File   int    // index into Plan.Files
	Offset int64  // of Bytes, in the file
	Bytes  []byte // until the next call of Next
	Tensor int    // index into Plan.Tensors; -1: a header
}

// place is where the next piece comes from.
type place struct {
	file    int
	tensors bool // the header is done
	chunk   int
	padding bool // that behind the tensor of the chunk before
}

// captured is a destination that remembers what was written to it last.
type captured struct {
	bytes  []byte
	offset int64
}

func (c *captured) WriteAt(b []byte, offset int64) (int, error) {
	c.bytes, c.offset = b, offset
	return len(b), nil
}

// Output returns the output of the plan, of which nothing is made yet. Of opts
// Workers does not count. The plan must stay open until the last piece.
//
// It fails where [Plan.WriteTensors] would before it reads a weight.
func (p *Plan) Output(opts StreamOptions) (*Output, error) {
	if err := p.checkImportance(); err != nil {
		return nil, err
	}
	o := new(Output)
	outs := make([]io.WriterAt, len(p.Files))
	for i := range outs {
		outs[i] = &o.last
	}
	o.stream.init(p, outs, p.chunks(), opts)
	return o, nil
}

// Progress returns the bytes of tensors in the pieces so far, and in all.
func (o *Output) Progress() (done, total int64) { return o.stream.done, o.stream.total }

// Next returns the next piece: file by file, from the first byte of each to its
// last, without gaps. Behind the last piece it returns io.EOF. Other errors are
// those of [Plan.WriteTensors]; after one that is not the context's there are no
// more pieces.
func (o *Output) Next(ctx context.Context) (Piece, error) {
	switch {
	case o.err != nil:
		return Piece{}, o.err
	case ctx.Err() != nil:
		return Piece{}, context.Cause(ctx)
	}
	start := time.Now()
	piece, err := o.next()
	o.took += time.Since(start)
	o.err = err
	return piece, err
}

func (o *Output) next() (Piece, error) {
	p := o.stream.plan
	for o.at.file < len(p.Files) {
		layout := p.Files[o.at.file]
		if !o.at.tensors {
			o.at.tensors = true
			header, err := layout.AppendHeader(nil)
			if err != nil {
				return Piece{}, err
			}
			return Piece{File: o.at.file, Bytes: header, Tensor: -1}, nil
		}
		if o.at.padding {
			o.at.padding = false
			t := &p.Tensors[o.stream.chunks[o.at.chunk-1].tensor]
			if n := layout.PaddingAfter(t.index); n > 0 {
				return Piece{
					File:   o.at.file,
					Offset: layout.TensorFileOffset(t.index) + layout.TensorSize(t.index),
					Bytes:  make([]byte, n),
					Tensor: o.stream.chunks[o.at.chunk-1].tensor,
				}, nil
			}
		}
		if chunks := o.stream.chunks; o.at.chunk < len(chunks) && p.Tensors[chunks[o.at.chunk].tensor].File == o.at.file {
			return o.convert()
		}
		o.at.file++
		o.at.tensors = false
	}
	return Piece{}, io.EOF
}

// convert makes the piece of the chunk at hand.
func (o *Output) convert() (Piece, error) {
	i, chunks := o.at.chunk, o.stream.chunks
	n, err := o.worker.convert(&o.stream, int64(i))
	if err != nil {
		return Piece{}, err
	}
	o.stream.advance(n)
	o.at.chunk++
	o.at.padding = o.at.chunk == len(chunks) || chunks[o.at.chunk].tensor != chunks[i].tensor
	return Piece{File: o.at.file, Offset: o.last.offset, Bytes: o.last.bytes, Tensor: chunks[i].tensor}, nil
}

// Report returns what was done, as soon as Next has returned io.EOF; before, an
// error. Its Seconds are those that Next took, its Paths the caller's to set.
func (o *Output) Report() (*Report, error) {
	if o.err != io.EOF {
		done, total := o.Progress()
		return nil, fmt.Errorf("there is no report yet: %d of %d bytes of tensors are done", done, total)
	}
	var metrics []quantize.Metrics
	if o.stream.opts.Measure {
		metrics = o.stream.metrics()
	}
	return o.stream.plan.report(nil, metrics, o.took), nil
}
