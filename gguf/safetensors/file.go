package safetensors

import (
	"cmp"
	"errors"
	"io"
	"slices"

	"github.com/nibble-go/nibble/internal/fault"
)

// A File is the header of a safetensors file: what tensors it holds, and
// where. It is safe for concurrent use.
type File struct {
	// Tensors are sorted by name, bytewise: the order in which the reference
	// implementation lists them.
	Tensors []*Tensor

	// Metadata are the strings of __metadata__, such as format: pt. It is nil
	// where the file has none.
	Metadata map[string]string

	// DataOffset is where the data section starts in the file.
	DataOffset int64

	// Size is that of the file.
	Size int64

	src    io.ReaderAt
	closer io.Closer // nil: the caller's to close
}

// A Tensor is the view of one tensor in a file. It is safe for concurrent use.
type Tensor struct {
	Name  string
	DType DType
	Shape []int64 // row-major; empty for a scalar

	file       *File
	begin, end int64 // in the data section
	entry      int64 // file offset of the header's entry, for errors
}

// Size returns the number of bytes of the tensor.
func (t *Tensor) Size() int64 { return t.end - t.begin }

// FileOffset returns where the tensor starts in its file.
func (t *Tensor) FileOffset() int64 { return t.file.DataOffset + t.begin }

// Values returns the number of values of the tensor.
func (t *Tensor) Values() int64 {
	n := int64(1)
	for _, d := range t.Shape {
		n *= d
	}
	return n
}

// ReadAt reads bytes of the tensor; offset 0 is its first.
func (t *Tensor) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 {
		return 0, errors.New("tensor " + fault.Quote(t.Name) + ": read at negative offset " + decimal(off))
	}
	size := t.Size()
	if off >= size {
		return 0, io.EOF
	}
	short := int64(len(p)) > size-off
	if short {
		p = p[:size-off]
	}
	n, err := t.file.src.ReadAt(p, t.FileOffset()+off)
	switch {
	case n < len(p) && (err == nil || err == io.EOF):
		err = io.ErrUnexpectedEOF // the file is shorter than it was
	case n == len(p) && short:
		err = io.EOF
	case n == len(p):
		err = nil
	}
	return n, err
}

// Lookup returns the tensor of that name.
func (f *File) Lookup(name string) (*Tensor, bool) { return lookup(f.Tensors, name) }

func lookup(sorted []*Tensor, name string) (*Tensor, bool) {
	i, ok := slices.BinarySearchFunc(sorted, name, func(t *Tensor, name string) int { return cmp.Compare(t.Name, name) })
	if !ok {
		return nil, false
	}
	return sorted[i], true
}

// Close closes the file, if [Open] opened it.
func (f *File) Close() error {
	if f.closer == nil {
		return nil
	}
	return f.closer.Close()
}
