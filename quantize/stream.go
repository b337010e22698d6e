package quantize

import (
	"context"
	"io"
	"strconv"
)

// A RowWriter encodes rows into a stream, a few at a time, so that memory does
// not grow with their number. It must not be used concurrently.
type RowWriter struct {
	w       io.Writer
	encoder encoder
	row     rowShape
	buf     []byte
	err     error // of the stream; everything after it fails too
}

// NewRowWriter returns a writer of rows of opts.Columns values to w.
func NewRowWriter(w io.Writer, t Type, opts Options) (*RowWriter, error) {
	row, err := newRowShape(t, opts.Columns)
	if err != nil {
		return nil, err
	}
	e, err := newEncoder(t, opts.Columns, opts)
	if err != nil {
		return nil, err
	}
	return &RowWriter{w: w, encoder: e, row: row}, nil
}

// WriteRows encodes src, any number of whole rows, and writes the bytes. After an
// error of the stream, or a cancelled ctx, what was written is incomplete and
// every call returns that error.
func (w *RowWriter) WriteRows(ctx context.Context, src []float32) error {
	if w.err != nil {
		return w.err
	}
	if len(src)%w.row.columns != 0 {
		return w.row.tornError(len(src))
	}
	step := w.row.perStep(w.encoder.workers) * w.row.columns
	for len(src) > 0 {
		x := src[:min(step, len(src))]
		src = src[len(x):]
		w.buf = grow(w.buf, len(x)/w.row.columns*w.row.bytes)
		if w.err = w.encoder.encode(ctx, w.buf, x); w.err != nil {
			return w.err
		}
		if _, w.err = w.w.Write(w.buf); w.err != nil {
			return w.err
		}
	}
	return nil
}

// A RowReader decodes rows from a stream, a few at a time, so that memory does
// not grow with their number. It must not be used concurrently.
type RowReader struct {
	r      io.Reader
	decode func(dst []float32, src []byte)
	row    rowShape
	buf    []byte
	rows   int64 // read so far
	err    error // of the stream; everything after it fails too
}

// NewRowReader returns a reader of rows of the given number of values from r.
func NewRowReader(r io.Reader, t Type, columns int) (*RowReader, error) {
	row, err := newRowShape(t, columns)
	if err != nil {
		return nil, err
	}
	return &RowReader{r: r, decode: decoderOf(t), row: row}, nil
}

// ReadRows decodes rows into dst, which has room for a whole number of rows, until
// dst is full or the stream ends, and returns their number. At the end of the
// stream that is 0 with io.EOF; where the stream ends inside of a row, the error
// wraps io.ErrUnexpectedEOF and names the row.
func (r *RowReader) ReadRows(dst []float32) (int, error) {
	if len(dst)%r.row.columns != 0 {
		return 0, r.row.tornError(len(dst))
	}
	rows := 0
	step := r.row.perStep(1) * r.row.columns
	for len(dst) > 0 && r.err == nil {
		want := min(step, len(dst)) / r.row.columns
		r.buf = grow(r.buf, want*r.row.bytes)
		n, err := io.ReadFull(r.r, r.buf)
		got := n / r.row.bytes
		r.decode(dst[:got*r.row.columns], r.buf[:got*r.row.bytes])
		dst = dst[got*r.row.columns:]
		rows += got
		r.rows += int64(got)
		switch {
		case err == io.ErrUnexpectedEOF && n%r.row.bytes == 0:
			r.err = io.EOF
		case err == io.ErrUnexpectedEOF:
			r.err = &rowError{row: r.rows, got: n % r.row.bytes, want: r.row.bytes}
		default:
			r.err = err
		}
	}
	if r.err == io.EOF && rows > 0 {
		return rows, nil
	}
	return rows, r.err
}

// rowShape is how long the rows of a stream are.
type rowShape struct {
	t              Type
	columns, bytes int
}

func newRowShape(t Type, columns int) (rowShape, error) {
	size, err := EncodedSize(t, columns)
	if err != nil {
		return rowShape{}, err
	}
	if columns == 0 {
		return rowShape{}, shapeError(t, "a stream needs to know the columns of its rows")
	}
	return rowShape{t: t, columns: columns, bytes: size}, nil
}

// perStep returns the number of rows that go through the buffer at once.
func (s *rowShape) perStep(workers int) int { return max(workers*batchValues/s.columns, 1) }

func (s *rowShape) tornError(n int) error {
	return shapeError(s.t, strconv.Itoa(n)+" values are not a whole number of rows of "+strconv.Itoa(s.columns))
}

// grow returns a slice of n bytes, b where it is large enough.
func grow(b []byte, n int) []byte {
	if cap(b) < n {
		return make([]byte, n)
	}
	return b[:n]
}

// A rowError says where a stream broke off.
type rowError struct {
	row       int64
	got, want int
}

func (e *rowError) Error() string {
	return "row " + strconv.FormatInt(e.row, 10) + ": the stream ends after " + strconv.Itoa(e.got) + " of " + strconv.Itoa(e.want) + " bytes"
}

func (e *rowError) Unwrap() error { return io.ErrUnexpectedEOF }
