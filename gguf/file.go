package gguf

import (
	"encoding/binary"
	"errors"
	"io"
)

// A File is a GGUF file, or a set of splits, whose header has been read.
type File struct {
	// Version of the format, 2 or 3. Both look the same.
	Version uint32

	// ByteOrder of all numbers, those of the tensors included.
	ByteOrder binary.ByteOrder

	// Alignment of tensors: general.alignment, or 32.
	Alignment int64

	// Metadata in file order; of a split set, that of the first file.
	Metadata *Metadata

	// Tensors in file order; of a split set, those of all files.
	Tensors []*Tensor

	// DataOffset is where the data section starts, from the start of the
	// file; of a split set, of the first file.
	DataOffset int64

	// Size is the number of bytes of the file, of all files of a split set.
	Size int64

	// Splits are the files of a split set in order, nil of a single file.
	Splits []*File

	// Warnings lists what the reader read past.
	Warnings []Warning

	byName map[string]*Tensor
	closer io.Closer
}

// Tensor returns the tensor of the given name.
func (f *File) Tensor(name string) (*Tensor, bool) {
	t, ok := f.byName[name]
	return t, ok
}

// Close closes the files that [Open] opened. It does nothing on a File from
// [NewReader], whose source belongs to the caller.
func (f *File) Close() error {
	var errs []error
	for _, split := range f.Splits {
		errs = append(errs, split.Close())
	}
	if f.closer != nil {
		errs = append(errs, f.closer.Close())
		f.closer = nil
	}
	return errors.Join(errs...)
}
