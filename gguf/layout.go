package gguf

import (
	"encoding/binary"
	"io"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/nibble-go/nibble/internal/fault"
)

const (
	magic            = "GGUF"
	versionWritten   = 3
	defaultAlignment = 32
	headerBytes      = 4 + 4 + 8 + 8 // magic, version, tensor count, key count
	alignmentKey     = "general.alignment"
	maxKeyBytes      = math.MaxUint16
)

// A Layout is a GGUF file before its tensors are written: every offset
// follows from names, dims and types, so all of them are known before the
// first byte is.
type Layout struct {
	Metadata   *Metadata
	Tensors    []TensorInfo // in file order, with their offsets
	Alignment  int64        // of tensors: general.alignment, or 32
	DataOffset int64        // where the data section starts, from the start of the file
	FileSize   int64        // bytes of the whole file, padding behind the last tensor included

	// ByteOrder of the header's numbers, little-endian from [NewLayout]. A
	// file that is big-endian is so throughout: who sets this writes the
	// tensors in the same order.
	ByteOrder binary.AppendByteOrder

	sizes  []int64 // bytes of each tensor, without padding
	header int64   // bytes of the header, without padding
}

// NewLayout places tensors one after the other, in the given order, each at
// the next multiple of the alignment; Offset fields of the argument are
// ignored. Metadata may be nil.
//
// It refuses what the format forbids, even where readers are lenient: names
// that are empty, repeated, not UTF-8 or longer than 63 bytes, keys that are
// empty, longer than 65535 bytes or not printable ASCII, more than 4 dims,
// rows that are not a whole number of blocks, an alignment that is not a
// uint32, not a power of two, less than 8 or more than 1 MiB, and a vocabulary
// whose scores or types are not as many as its tokens. These errors wrap
// ErrLayout.
func NewLayout(meta *Metadata, tensors []TensorInfo) (*Layout, error) {
	if meta == nil {
		meta = new(Metadata)
	}
	l := &Layout{
		Metadata:  meta.Clone(),
		Tensors:   slices.Clone(tensors),
		ByteOrder: binary.LittleEndian,
		sizes:     make([]int64, len(tensors)),
	}
	if err := l.checkMetadata(); err != nil {
		return nil, err
	}
	if err := l.placeTensors(); err != nil {
		return nil, err
	}
	return l, nil
}

func (l *Layout) checkMetadata() error {
	for key := range l.Metadata.All() {
		if err := checkKey(key); err != nil {
			return fault.At(metadataPath(key), err)
		}
	}
	l.Alignment = defaultAlignment
	if v, ok := l.Metadata.Get(alignmentKey); ok {
		alignment, problem := alignmentOf(v, 1<<20)
		if problem == "" && alignment%8 != 0 {
			problem = "is not a multiple of 8"
		}
		if problem != "" {
			return fault.At(metadataPath(alignmentKey), unfit(v.String()+" "+problem))
		}
		l.Alignment = alignment
	}
	if problem := vocabularyProblem(l.Metadata); problem != "" {
		return unfit(problem)
	}
	return nil
}

func checkKey(key string) error {
	switch {
	case key == "":
		return unfit("key is empty")
	case len(key) > maxKeyBytes:
		return unfit("key of " + decimal(len(key)) + " bytes is longer than 65535")
	}
	for i := range len(key) {
		if key[i] <= ' ' || key[i] > '~' {
			return unfit("key is not printable ASCII without spaces")
		}
	}
	return nil
}

// alignmentOf returns the alignment that v asks for, or what is wrong with it
// in words that follow the value.
func alignmentOf(v Value, limit int64) (alignment int64, problem string) {
	n, _ := v.Uint()
	switch {
	case v.Type() != TypeUint32:
		return 0, "is of type " + v.Type().String() + ", not u32"
	case n == 0 || n&(n-1) != 0:
		return 0, "is not a power of two"
	case int64(n) > limit:
		return 0, "is above the limit of " + decimal(limit)
	}
	return int64(n), ""
}

// vocabularyProblem says in words where the arrays of the vocabulary do not
// fit each other; they must be parallel.
func vocabularyProblem(m *Metadata) string {
	tokens, ok := m.Get("tokenizer.ggml.tokens")
	if !ok {
		return ""
	}
	for _, key := range []string{"tokenizer.ggml.scores", "tokenizer.ggml.token_type"} {
		if v, ok := m.Get(key); ok && v.Len() != tokens.Len() {
			return key + " has " + decimal(v.Len()) + " elements for " + decimal(tokens.Len()) + " tokens"
		}
	}
	return ""
}

func (l *Layout) placeTensors() error {
	header := int64(headerBytes)
	for key, v := range l.Metadata.All() {
		header += 8 + int64(len(key)) + 4 + v.encodedSize()
	}
	seen := make(map[string]bool, len(l.Tensors))
	data := int64(0)
	for i := range l.Tensors {
		t := &l.Tensors[i]
		if err := checkName(t.Name); err != nil {
			return fault.At(tensorPath(t.Name), err)
		}
		if seen[t.Name] {
			return fault.At(tensorPath(t.Name), unfit("name is used twice"))
		}
		seen[t.Name] = true
		if len(t.Dims) > maxDims {
			return fault.At(tensorPath(t.Name), unfit(decimal(len(t.Dims))+" dims are more than 4"))
		}
		t.Dims = slices.Clone(t.Dims)
		size, err := t.Size()
		if err != nil {
			return fault.At(tensorPath(t.Name), &fault.Reason{Text: reasonText(err), Sentinel: ErrLayout, Cause: err})
		}
		padded, fits := pad(size, l.Alignment)
		if !fits || padded > math.MaxInt64/2-data {
			return fault.At(tensorPath(t.Name), unfit("file would be larger than 2^62 bytes"))
		}
		l.sizes[i], t.Offset = size, data
		data += padded
		header += 8 + int64(len(t.Name)) + 4 + 8*int64(len(t.Dims)) + 4 + 8
	}
	l.header = header
	l.DataOffset, _ = pad(header, l.Alignment)
	l.FileSize = l.DataOffset + data
	return nil
}

func checkName(name string) error {
	switch {
	case name == "":
		return unfit("name is empty")
	case len(name) > maxNameBytes:
		return unfit("name of " + decimal(len(name)) + " bytes is longer than 63")
	case strings.IndexByte(name, 0) >= 0:
		return unfit("name holds a NUL")
	case !utf8.ValidString(name):
		return unfit("name is not UTF-8")
	}
	return nil
}

// TensorSize returns the bytes of tensor i, without padding.
func (l *Layout) TensorSize(i int) int64 { return l.sizes[i] }

// TensorFileOffset returns where tensor i starts, from the start of the file.
func (l *Layout) TensorFileOffset(i int) int64 { return l.DataOffset + l.Tensors[i].Offset }

// PaddingAfter returns how many zero bytes stand between the end of tensor i
// and the start of the next one, or the end of the file: the last tensor is
// padded too.
func (l *Layout) PaddingAfter(i int) int64 {
	padded, _ := pad(l.sizes[i], l.Alignment) // fits: NewLayout added it up
	return padded - l.sizes[i]
}

// WriteHeader writes everything before the data section: magic, metadata,
// tensor infos and padding, DataOffset bytes in all. Arrays of another file's
// metadata are copied piece by piece; that file must still be open.
func (l *Layout) WriteHeader(w io.Writer) error {
	hw := headerWriter{w: w, order: l.ByteOrder}
	hw.text(magic)
	hw.uint32(versionWritten)
	hw.uint64(uint64(len(l.Tensors)))
	hw.uint64(uint64(l.Metadata.Len()))
	for key, v := range l.Metadata.All() {
		hw.string(key)
		if err := hw.value(v); err != nil {
			return fault.At(metadataPath(key), err)
		}
	}
	for i := range l.Tensors {
		hw.tensorInfo(&l.Tensors[i])
	}
	if hw.written() != l.header {
		return unfit("header takes " + decimal(hw.written()) + " bytes and not " + decimal(l.header) +
			": a file whose metadata it repeats has changed")
	}
	hw.zeros(l.DataOffset - l.header)
	return hw.flush()
}

// AppendHeader appends to dst what [Layout.WriteHeader] writes.
func (l *Layout) AppendHeader(dst []byte) ([]byte, error) {
	s := sliceWriter(slices.Grow(dst, int(l.DataOffset)))
	err := l.WriteHeader(&s)
	return s, err
}

type sliceWriter []byte

func (s *sliceWriter) Write(p []byte) (int, error) {
	*s = append(*s, p...)
	return len(p), nil
}
