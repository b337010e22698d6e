package safetensors

import (
	"cmp"
	"encoding/binary"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/nibble-go/nibble/internal/fault"
	"github.com/nibble-go/nibble/internal/jsonread"
)

// Limits of the format and of this package (spec reliability 2e).
const (
	maxHeader     = 100_000_000 // of the format
	maxTensors    = 1 << 19
	maxMetadata   = 16 << 20 // bytes of __metadata__
	lengthBytes   = 8        // before the header
	metadataName  = "__metadata__"
	tensorsAtOnce = 512 // allocated together
	dimsAtOnce    = 8 * maxDims
)

// ReaderOptions are the limits of a reader. The zero value has those of the
// package comment.
type ReaderOptions struct {
	MaxTensors int // 0: 2^19
}

// NewReader reads the header of a file of the given size.
func NewReader(r io.ReaderAt, size int64, opts ReaderOptions) (*File, error) {
	if opts.MaxTensors == 0 {
		opts.MaxTensors = maxTensors
	}
	n, err := headerLength(r, size)
	if err != nil {
		return nil, err
	}
	h := &header{
		file:       &File{DataOffset: lengthBytes + n, Size: size, src: r},
		maxTensors: opts.MaxTensors,
		dataSize:   size - lengthBytes - n,
		dims:       make([]int64, 0, dimsAtOnce),
	}
	h.json = jsonread.NewDecoder(io.NewSectionReader(r, lengthBytes, n), jsonread.Options{})
	if err := h.read(); err != nil {
		return nil, formatError(err, lengthBytes, h.path)
	}
	if err := h.finish(); err != nil {
		return nil, err
	}
	return h.file, nil
}

// headerLength returns the length of the header, which the file can hold.
func headerLength(r io.ReaderAt, size int64) (int64, error) {
	if size < lengthBytes {
		return 0, &FormatError{Err: truncated("a file of " + decimal(size) + " bytes is too short for the length of a header")}
	}
	var b [lengthBytes]byte
	if n, err := r.ReadAt(b[:], 0); n < len(b) {
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return 0, err
	}
	n := binary.LittleEndian.Uint64(b[:])
	if n > maxHeader {
		return 0, &FormatError{Err: malformed("header of more than 100,000,000 bytes")}
	}
	if rest := size - lengthBytes; int64(n) > rest {
		return 0, &FormatError{Err: truncated("header of " + decimal(int64(n)) + " bytes where " + decimal(rest) + " follow")}
	}
	return int64(n), nil
}

// header is a header on its way in.
type header struct {
	file       *File
	json       *jsonread.Decoder
	maxTensors int
	dataSize   int64

	claimed  int64      // bytes that the tensors so far take
	chunks   [][]Tensor // tensors in the order of the header; full but the last
	count    int        // of tensors
	dims     []int64    // room for shapes
	metadata bool       // __metadata__ was there
	path     string     // of the value that an error is about
}

func (h *header) read() error {
	err := h.json.ReadTable(func(name string) error {
		if name == metadataName {
			return h.noting(metadataName, h.readMetadata())
		}
		if err := h.readTensor(name); err != nil {
			return h.noting(tensorPath(name), err)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return h.json.End()
}

// noting notes that err, if there is one, is about the value at path, or one
// within it.
func (h *header) noting(path string, err error) error {
	if err == nil {
		return nil
	}
	h.path = path
	var fault *jsonread.Error
	if errors.As(err, &fault) && fault.Path != "" {
		if !strings.HasPrefix(fault.Path, "[") {
			h.path += "."
		}
		h.path += fault.Path
	}
	return err
}

// readMetadata reads __metadata__: an object of strings, or null.
func (h *header) readMetadata() error {
	if h.metadata {
		return jsonread.DuplicateKey(metadataName)
	}
	h.metadata = true
	if null, err := h.json.ReadNull(); null || err != nil {
		return err
	}
	m := make(map[string]string)
	room := maxMetadata
	err := h.json.ReadTable(func(key string) error {
		if _, ok := m[key]; ok {
			return jsonread.DuplicateKey(key)
		}
		value, err := h.json.ReadString()
		if err != nil {
			return err
		}
		if room -= len(key) + len(value); room < 0 {
			return unsupported("more than " + decimal(maxMetadata) + " bytes of metadata")
		}
		m[key] = value
		return nil
	})
	h.file.Metadata = m
	return err
}

// readTensor reads the entry of a tensor.
func (h *header) readTensor(name string) error {
	if h.count == h.maxTensors {
		return unsupported("more than " + decimal(int64(h.maxTensors)) + " tensors")
	}
	if strings.Contains(name, "\x00") {
		return malformed("NUL in the name")
	}
	t := h.newTensor()
	*t = Tensor{Name: name, file: h.file, entry: lengthBytes + h.json.Offset()}
	var dtype, shape, offsets bool
	err := h.json.ReadTable(func(field string) error {
		switch field {
		case "dtype":
			return once(&dtype, field, func() error { return h.readDType(t) })
		case "shape":
			return once(&shape, field, func() error { return h.readShape(t) })
		case "data_offsets":
			return once(&offsets, field, func() error { return h.readOffsets(t) })
		}
		return malformed("unknown field")
	})
	switch {
	case err != nil:
		return err
	case !dtype:
		return malformed("no dtype")
	case !shape:
		return malformed("no shape")
	case !offsets:
		return malformed("no data_offsets")
	}
	size, wrong := byteSize(t.DType, t.Shape)
	if wrong != "" {
		return malformed(wrong)
	}
	if size != t.Size() {
		return malformed("data_offsets span " + decimal(t.Size()) + " bytes, its dtype and shape take " + decimal(size))
	}
	// Tensors that share bytes are found here, before there are many.
	if h.claimed += size; h.claimed > h.dataSize {
		return malformed("the tensors up to this one take " + decimal(h.claimed) + " bytes, the data section has " + decimal(h.dataSize))
	}
	return nil
}

// once calls read unless the field was seen.
func once(seen *bool, field string, read func() error) error {
	if *seen {
		return jsonread.DuplicateKey(field)
	}
	*seen = true
	return read()
}

func (h *header) readDType(t *Tensor) error {
	name, err := h.json.ReadText()
	if err != nil {
		return err
	}
	var ok bool
	if t.DType, ok = ParseDType(string(name)); !ok {
		return unsupported("unknown dtype " + fault.Quote(string(name)))
	}
	return nil
}

func (h *header) readShape(t *Tensor) error {
	start := len(h.dims)
	err := h.json.ReadArray(func(i int) error {
		n, err := h.json.ReadInt()
		if err != nil {
			return err
		}
		if n < 0 {
			return malformed("negative dimension " + decimal(n))
		}
		if i == maxDims {
			return unsupported("more than " + decimal(maxDims) + " dimensions")
		}
		h.dims = append(h.dims, n)
		return nil
	})
	t.Shape = h.dims[start:len(h.dims):len(h.dims)]
	if cap(h.dims)-len(h.dims) < maxDims { // leave this room to the shapes in it, and never grow it
		h.dims = make([]int64, 0, dimsAtOnce)
	}
	return err
}

func (h *header) readOffsets(t *Tensor) error {
	var at [2]int64
	count := 0
	err := h.json.ReadArray(func(i int) error {
		n, err := h.json.ReadInt()
		if err != nil {
			return err
		}
		if n < 0 {
			return malformed("negative offset " + decimal(n))
		}
		if n > h.dataSize {
			return truncated("offset " + decimal(n) + " is beyond the data section of " + decimal(h.dataSize) + " bytes")
		}
		if count++; i < len(at) {
			at[i] = n
		}
		return nil
	})
	if err != nil {
		return err
	}
	if count != len(at) {
		return malformed(decimal(int64(count)) + " offsets, not 2")
	}
	if t.begin, t.end = at[0], at[1]; t.end < t.begin {
		return malformed("ends at " + decimal(t.end) + ", before it begins at " + decimal(t.begin))
	}
	return nil
}

// newTensor returns room for the next tensor. Tensors are allocated in chunks,
// so that a header of many does not copy them as their number grows.
func (h *header) newTensor() *Tensor {
	if h.count%tensorsAtOnce == 0 {
		h.chunks = append(h.chunks, make([]Tensor, 0, tensorsAtOnce))
	}
	h.count++
	last := &h.chunks[len(h.chunks)-1]
	*last = append(*last, Tensor{})
	return &(*last)[len(*last)-1]
}

// finish checks the tensors against each other and puts them in order.
func (h *header) finish() error {
	list := make([]*Tensor, 0, h.count)
	for _, chunk := range h.chunks {
		for i := range chunk {
			list = append(list, &chunk[i])
		}
	}
	slices.SortFunc(list, func(a, b *Tensor) int {
		return cmp.Or(cmp.Compare(a.begin, b.begin), cmp.Compare(a.end, b.end))
	})
	end := int64(0)
	for _, t := range list {
		if t.begin < end {
			return t.fault(malformed("overlaps another tensor: begins at " + decimal(t.begin) + ", that one ends at " + decimal(end)))
		}
		if t.begin > end {
			return t.fault(malformed("hole before its data: begins at " + decimal(t.begin) + ", the tensors before it end at " + decimal(end)))
		}
		end = t.end
	}
	if end != h.dataSize {
		return &FormatError{
			Offset: h.file.DataOffset + end,
			Err:    malformed(decimal(h.dataSize-end) + " bytes behind the last tensor"),
		}
	}
	slices.SortFunc(list, func(a, b *Tensor) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.entry, b.entry))
	})
	for i, t := range list {
		if i > 0 && list[i-1].Name == t.Name {
			return t.fault(malformed("duplicate name"))
		}
	}
	h.file.Tensors = list
	return nil
}

// fault locates an error at the tensor's entry in the header.
func (t *Tensor) fault(err error) error {
	return &FormatError{Offset: t.entry, Path: tensorPath(t.Name), Err: err}
}
