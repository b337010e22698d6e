package imatrix

import (
	"maps"
	"slices"
)

// A Matrix is an importance matrix whose index has been read. Its fields are
// for the record; none changes a weight.
type Matrix struct {
	// Name is the file as its opener spelled it. Quantized models carry it
	// along, as quantize.imatrix.file.
	Name string

	// Datasets are the texts that the model ran over, as the file names them,
	// often by path. The older format knows at most one.
	Datasets []string

	// Chunks is the number of chunks that the model ran over, 0 where the file
	// does not say.
	Chunks int64

	// ChunkSize is the number of tokens in a chunk, 0 where the file does not
	// say, as in the older format.
	ChunkSize int64

	// Legacy is true of a file in the format before GGUF.
	Legacy bool

	entries map[string]*Entry
	close   func() error // may be called again; nil where the source is the caller's
}

// Len returns the number of entries.
func (m *Matrix) Len() int { return len(m.entries) }

// Names returns the names of the entries, sorted.
func (m *Matrix) Names() []string { return slices.Sorted(maps.Keys(m.entries)) }

// Entry returns the entry of the tensor with the given name.
func (m *Matrix) Entry(name string) (*Entry, bool) {
	e, ok := m.entries[name]
	return e, ok
}

// Keep returns a Matrix of the entries whose names keep accepts. It reads from
// the same file: closing one closes both.
func (m *Matrix) Keep(keep func(name string) bool) *Matrix {
	kept := *m
	kept.entries = make(map[string]*Entry)
	for name, e := range m.entries {
		if keep(name) {
			kept.entries[name] = e
		}
	}
	return &kept
}

// Close closes the file that [Open] opened. It does nothing on a Matrix from
// [Read], whose source belongs to the caller, and when it is called again.
func (m *Matrix) Close() error {
	if m.close == nil {
		return nil
	}
	return m.close()
}
