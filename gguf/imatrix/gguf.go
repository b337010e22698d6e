package imatrix

import (
	"encoding/binary"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/quantize"
)

const (
	typeKey      = "general.type"
	typeValue    = "imatrix"
	datasetsKey  = "imatrix.datasets"
	chunksKey    = "imatrix.chunk_count"
	chunkSizeKey = "imatrix.chunk_size"

	sumsSuffix   = ".in_sum2"
	countsSuffix = ".counts"

	// maxCount bounds the counts of activations: llama-quantize has 64 bits for
	// them.
	maxCount = 1 << 62
)

// containerOptions bound the names of data sets, which come into memory.
var containerOptions = gguf.ReaderOptions{MaxArrayLen: 1 << 16, MaxArrayBytes: 16 << 20}

func (m *Matrix) readGGUF(src io.ReaderAt, size int64) error {
	f, err := gguf.NewReader(src, size, containerOptions)
	if err != nil {
		return containerError("header", err)
	}
	if f.ByteOrder != binary.LittleEndian {
		return unsupported(0, "byte order", "numbers are big-endian")
	}
	if err := m.readMetadata(f.Metadata); err != nil {
		return err
	}
	if _, count, err := f.SplitInfo(); err != nil {
		return containerError("split set", err)
	} else if count > 1 {
		return unsupported(0, "metadata", "file is one of a split set of %d; join them first", count)
	}
	for _, t := range f.Tensors {
		if name, ok := strings.CutSuffix(t.Name, sumsSuffix); ok {
			counts, ok := f.Tensor(name + countsSuffix)
			if !ok {
				return malformed(t.FileOffset(), entryPath(name), "there are sums but no tensor %q", name+countsSuffix)
			}
			e, err := newEntry(name, src, t, counts)
			if err != nil {
				return err
			}
			m.entries[name] = e
		} else if name, ok := strings.CutSuffix(t.Name, countsSuffix); ok {
			if _, ok := f.Tensor(name + sumsSuffix); !ok {
				return malformed(t.FileOffset(), entryPath(name), "there are counts but no tensor %q", name+sumsSuffix)
			}
		}
	}
	if len(m.entries) == 0 {
		return malformed(f.DataOffset, "tensors", "there is no entry among them")
	}
	return nil
}

// readMetadata reads the keys that llama-quantize demands, and makes sure that
// the file is no model.
func (m *Matrix) readMetadata(meta *gguf.Metadata) error {
	v, ok := meta.Get(typeKey)
	if kind, text := v.Text(); !text || kind != typeValue {
		if !ok {
			return foreign(metadataPath(typeKey), "key is missing: no importance matrix")
		}
		return foreign(metadataPath(typeKey), "%s, not %q: no importance matrix", v, typeValue)
	}
	if v, ok = meta.Get(datasetsKey); !ok {
		return malformed(0, metadataPath(datasetsKey), "key is missing")
	}
	var err error
	if m.Datasets, err = v.Strings(); err != nil {
		return containerError(metadataPath(datasetsKey), err)
	}
	if m.Chunks, err = number(meta, chunksKey); err != nil {
		return err
	}
	m.ChunkSize, err = number(meta, chunkSizeKey)
	return err
}

// number returns the value of a key that must be there.
func number(meta *gguf.Metadata, key string) (int64, error) {
	v, ok := meta.Get(key)
	if !ok {
		return 0, malformed(0, metadataPath(key), "key is missing")
	}
	n, _ := v.Uint()
	switch {
	case v.Type() != gguf.TypeUint32:
		return 0, malformed(0, metadataPath(key), "value is of type %s, not %s", v.Type(), gguf.TypeUint32)
	case n > math.MaxInt32:
		return 0, malformed(0, metadataPath(key), "%d is more than 2^31", n)
	}
	return int64(n), nil
}

func metadataPath(key string) string { return "metadata " + strconv.Quote(key) }

// newEntry makes an entry of its two tensors in src, and checks all values.
func newEntry(name string, src io.ReaderAt, sums, counts *gguf.Tensor) (*Entry, error) {
	if name == "" {
		return nil, malformed(sums.FileOffset(), "tensor "+strconv.Quote(sums.Name), "entry has no name")
	}
	for _, t := range []*gguf.Tensor{sums, counts} {
		switch {
		case t.Type != quantize.F32:
			return nil, malformed(t.FileOffset(), entryPath(name), "tensor %q is of type %s, not %s", t.Name, t.Type, quantize.F32)
		case t.Values() == 0:
			return nil, malformed(t.FileOffset(), entryPath(name), "tensor %q has no values", t.Name)
		}
	}
	n, matrices := sums.Values(), counts.Values()
	if n%matrices != 0 {
		return nil, malformed(counts.FileOffset(), entryPath(name), "%d counts do not divide %d values", matrices, n)
	}
	e := &Entry{
		Name:    name,
		Values:  n,
		sums:    values{src, sums.FileOffset(), n},
		columns: n / matrices,
		counts:  values{src, counts.FileOffset(), matrices},
	}
	if err := e.checkSums(); err != nil {
		return nil, err
	}
	return e, e.checkCounts()
}
