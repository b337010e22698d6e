package imatrix

import (
	"errors"
	"fmt"
	"io"
	"math"
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
		return malformed(0, "start", "file of %d bytes is no importance matrix", size)
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

// checkSums makes sure that the sums of an entry can be sums of squares.
func (e *Entry) checkSums() error {
	at, bad, err := e.sums.firstOutside(math.MaxFloat32)
	switch {
	case err != nil:
		return fmt.Errorf("byte %d: %s: %w", e.sums.offset(at), entryPath(e.Name), err)
	case at == e.sums.n:
		return nil
	case e.columns == e.Values:
		return malformed(e.sums.offset(at), fmt.Sprintf("%s column %d", entryPath(e.Name), at),
			"%v is no sum of squares", bad)
	}
	return malformed(e.sums.offset(at), fmt.Sprintf("%s matrix %d, column %d", entryPath(e.Name), at/e.columns, at%e.columns),
		"%v is no sum of squares", bad)
}

// checkCounts makes sure that the counts of an entry can count something.
func (e *Entry) checkCounts() error {
	at, bad, err := e.counts.firstOutside(maxCount)
	switch {
	case err != nil:
		return fmt.Errorf("byte %d: %s: %w", e.counts.offset(at), entryPath(e.Name), err)
	case at < e.counts.n:
		return malformed(e.counts.offset(at), fmt.Sprintf("%s count of matrix %d", entryPath(e.Name), at), "%v counts nothing", bad)
	}
	return nil
}
