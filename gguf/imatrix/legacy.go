package imatrix

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/nibble-go/nibble/internal/binio"
)

const (
	// maxEntries bounds the entries, as package gguf bounds tensors.
	maxEntries = 1 << 20

	// maxNameBytes bounds names. ggml's take 63 bytes, but it can be built for
	// longer ones.
	maxNameBytes = 255

	// maxDatasetBytes bounds the path of the data set.
	maxDatasetBytes = 64 << 10

	// minEntryBytes is the least that an entry takes: a name of one byte and
	// one value.
	minEntryBytes = 4 + 1 + 4 + 4 + 4
)

// A legacyReader reads a file in the older format from front to back.
type legacyReader struct {
	*binio.Reader
	src io.ReaderAt
}

func (m *Matrix) readLegacy(src io.ReaderAt, size int64) error {
	r := &legacyReader{binio.NewReader(src, binary.LittleEndian, 0, size), src}
	n, err := r.number("number of entries", 1)
	switch {
	case err != nil:
		return err
	case int64(n) > r.Remaining()/minEntryBytes:
		return foreign("number of entries", "%d do not fit into the %d bytes that remain: no importance matrix, or a truncated one", n, r.Remaining())
	case n > maxEntries:
		return unsupported(0, "number of entries", "%d is above the limit of %d", n, maxEntries)
	}
	for i := range n {
		at := r.Pos()
		e, err := r.entry(i)
		if err != nil {
			return err
		}
		if m.entries[e.Name] != nil {
			return malformed(at, entryPath(e.Name), "name is used twice")
		}
		m.entries[e.Name] = e
	}
	return r.trailer(m)
}

// entry reads entry i and checks its values.
func (r *legacyReader) entry(i int32) (*Entry, error) {
	name, err := r.name(fmt.Sprintf("name of entry %d", i))
	if err != nil {
		return nil, err
	}
	e := &Entry{Name: name}
	if e.calls, err = r.number(entryPath(name)+" calls", 0); err != nil {
		return nil, err
	}
	at := r.Pos()
	n, err := r.number(entryPath(name)+" number of values", 1)
	switch {
	case err != nil:
		return nil, err
	case int64(n) > r.Remaining()/4:
		return nil, malformed(at, entryPath(name)+" number of values", "%d do not fit into the %d bytes that remain", n, r.Remaining())
	}
	e.Values, e.columns = int64(n), int64(n)
	e.sums = values{r.src, r.Pos(), e.Values}
	if err := e.checkSums(); err != nil {
		return nil, err
	}
	return e, r.Skip(4 * e.Values)
}

// name reads a name, which stands at the given path.
func (r *legacyReader) name(path string) (string, error) {
	at := r.Pos()
	n, err := r.number(path, 1)
	switch {
	case err != nil:
		return "", err
	case n > maxNameBytes:
		return "", malformed(at, path, "name of %d bytes is longer than %d", n, maxNameBytes)
	}
	name, err := r.Text(int64(n))
	switch {
	case err != nil:
		return "", r.fail(at, path, err)
	case strings.IndexByte(name, 0) >= 0:
		return "", malformed(at, path, "name %q holds a NUL", name)
	}
	return name, nil
}

// trailer reads what newer files have behind their entries.
func (r *legacyReader) trailer(m *Matrix) error {
	if r.Remaining() == 0 {
		return nil
	}
	chunks, err := r.number("chunks", 0)
	if err != nil {
		return err
	}
	m.Chunks = int64(chunks)
	if r.Remaining() == 0 {
		return nil
	}
	const path = "data set"
	at := r.Pos()
	n, err := r.number(path, 0)
	switch {
	case err != nil:
		return err
	case n > maxDatasetBytes:
		return unsupported(at, path, "path of %d bytes is longer than %d", n, maxDatasetBytes)
	}
	dataset, err := r.Text(int64(n))
	if err != nil {
		return r.fail(at, path, err)
	}
	if n > 0 {
		dataset, _, _ = strings.Cut(dataset, "\x00") // a C string to its readers
		m.Datasets = []string{dataset}
	}
	if r.Remaining() > 0 {
		return malformed(r.Pos(), "end", "%d bytes follow", r.Remaining())
	}
	return nil
}

// number reads an int32 that is at least least.
func (r *legacyReader) number(path string, least int32) (int32, error) {
	at := r.Pos()
	u, err := r.Uint32()
	n := int32(u)
	switch {
	case err != nil:
		return 0, r.fail(at, path, err)
	case n < least:
		return 0, malformed(at, path, "%d is less than %d", n, least)
	}
	return n, nil
}

// fail locates an error of reading.
func (r *legacyReader) fail(at int64, path string, err error) error {
	if errors.Is(err, binio.ErrShort) {
		return malformed(at, path, "file ends early, %v", err)
	}
	return fmt.Errorf("byte %d: %s: %w", at, path, err)
}
