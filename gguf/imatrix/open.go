package imatrix

import (
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/nibble-go/nibble/internal/modeldir"
)

// magic tells the formats apart: as the number of entries that the older one
// starts with, it would be more than a billion.
const magic = "GGUF"

// Open reads the importance matrix at path, in either format. Its Name is path.
// The caller closes the result, when no Entry of it is used any more.
func Open(path string) (*Matrix, error) {
	file, info, err := modeldir.OpenRegular(path)
	if err != nil {
		return nil, err
	}
	m, err := Read(file, info.Size(), path)
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	m.close = sync.OnceValue(file.Close)
	return m, nil
}

// Read reads the importance matrix of size bytes in r, in either format. The
// weights stay in r, which must stay readable as long as they are used. Errors
// start with name, which becomes the Name of the result.
//
// A file that breaks the format gives a [*FormatError] that wraps ErrFormat or
// ErrUnsupported. Where r fails, its error is wrapped.
func Read(r io.ReaderAt, size int64, name string) (*Matrix, error) {
	if size < 0 {
		return nil, errors.New("imatrix: negative size")
	}
	m := &Matrix{Name: name, entries: make(map[string]*Entry)}
	if err := m.read(r, size); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return m, nil
}

func (m *Matrix) read(r io.ReaderAt, size int64) error {
	var start [len(magic)]byte
	if size < int64(len(start)) {
		return foreign("start", "file of %d bytes is no importance matrix", size)
	}
	if err := readFull(r, start[:], 0); err != nil {
		return err
	}
	if string(start[:]) == magic {
		return m.readGGUF(r, size)
	}
	m.Legacy = true
	return m.readLegacy(r, size)
}
