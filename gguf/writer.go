package gguf

import (
	"io"

	"github.com/nibble-go/nibble/internal/fault"
)

// A Writer writes a GGUF file from front to back. It holds every tensor
// against the layout, so that a file is either what the layout says or an
// error. It does not buffer.
type Writer struct {
	w      io.Writer
	layout *Layout
	next   int // index of the tensor that follows
	err    error
}

// NewWriter writes the header of layout to w and returns a Writer of its
// tensors.
func NewWriter(w io.Writer, layout *Layout) (*Writer, error) {
	if err := layout.WriteHeader(w); err != nil {
		return nil, err
	}
	return &Writer{w: w, layout: layout}, nil
}

// WriteTensor copies tensor i from r to the file, and its padding. Tensors
// are written in the layout's order: i must be the one behind the last. A
// reader that has more or fewer bytes than the tensor is an error, and no
// more can be written after any error.
func (w *Writer) WriteTensor(i int, r io.Reader) error {
	if w.err == nil {
		w.err = w.writeTensor(i, r)
	}
	return w.err
}

func (w *Writer) writeTensor(i int, r io.Reader) error {
	if i != w.next || i >= len(w.layout.Tensors) {
		return unfit("tensor " + decimal(i) + " written, but " + decimal(w.next) + " of " + decimal(len(w.layout.Tensors)) + " comes next")
	}
	place := tensorPath(w.layout.Tensors[i].Name)
	want := w.layout.TensorSize(i)
	n, err := io.Copy(w.w, io.LimitReader(r, want))
	if err != nil {
		return fault.At(place, err)
	}
	if n < want {
		return fault.At(place, unfit("data ends after "+decimal(n)+" of "+decimal(want)+" bytes"))
	}
	var more [1]byte
	switch n, err := io.ReadFull(r, more[:]); {
	case n > 0:
		return fault.At(place, unfit("data is longer than "+decimal(want)+" bytes"))
	case err != io.EOF:
		return fault.At(place, err)
	}
	if _, err := io.CopyN(w.w, zeros{}, w.layout.PaddingAfter(i)); err != nil {
		return fault.At(place, err)
	}
	w.next++
	return nil
}

// Close reports whether the file is complete. It does not close the writer
// below.
func (w *Writer) Close() error {
	if w.err == nil && w.next < len(w.layout.Tensors) {
		w.err = unfit("file ends before " + tensorPath(w.layout.Tensors[w.next].Name) + ", " +
			decimal(w.next) + " of " + decimal(len(w.layout.Tensors)) + " tensors written")
	}
	return w.err
}

// zeros is an endless run of zero bytes.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}
