package safetensors

import "io"

// A Writer writes a file from front to back: the header, then the bytes of the
// tensors in the order of the layout. It holds the data against the layout: a
// byte too many is an error of Write, a byte too few of Close.
type Writer struct {
	w    io.Writer
	rest int64 // bytes to come
}

// NewWriter writes the header of the layout to w.
func NewWriter(w io.Writer, l *Layout) (*Writer, error) {
	if _, err := w.Write(l.Header); err != nil {
		return nil, err
	}
	return &Writer{w: w, rest: l.Size - int64(len(l.Header))}, nil
}

// Write writes bytes of the data section. They need not be those of one tensor.
func (w *Writer) Write(p []byte) (int, error) {
	if int64(len(p)) > w.rest {
		return 0, unfit(decimal(int64(len(p))) + " bytes where the layout has room for " + decimal(w.rest))
	}
	n, err := w.w.Write(p)
	w.rest -= int64(n)
	return n, err
}

// Close makes sure that the data is complete. It does not close the
// underlying writer.
func (w *Writer) Close() error {
	if w.rest > 0 {
		return unfit(decimal(w.rest) + " bytes of the layout were not written")
	}
	return nil
}
