package gguf

import (
	"io"
	"math"
	"math/bits"

	"github.com/nibble-go/nibble/internal/fault"
	"github.com/nibble-go/nibble/quantize"
)

const (
	maxDims      = 4
	maxNameBytes = 63 // ggml keeps names in 64 bytes with a NUL at the end
)

// TensorInfo describes a tensor.
type TensorInfo struct {
	Name   string
	Dims   []int64       // innermost first: Dims[0] is the length of a row; none: a single value
	Type   quantize.Type // how the values are stored
	Offset int64         // of the first byte, from the start of the data section
}

// Values returns the product of the dims. Of a tensor whose [TensorInfo.Size]
// is an error it may be meaningless.
func (t *TensorInfo) Values() int64 {
	n := int64(1)
	for _, d := range t.Dims {
		n *= d
	}
	return n
}

// Size returns the bytes that the tensor takes, without padding. It fails
// where a dim is negative, a row is not a whole number of blocks, the type is
// not valid, or the values or bytes are too many to count in 63 bits.
func (t *TensorInfo) Size() (int64, error) {
	row, rows := int64(1), int64(1)
	zero := false
	for i, d := range t.Dims {
		switch {
		case d < 0:
			return 0, malformed("dimension " + decimal(i) + " is negative")
		case d == 0:
			zero = true
			continue // the others must not overflow either
		case i == 0:
			row = d
		default:
			product, ok := multiply(rows, d)
			if !ok {
				return 0, malformed("more than 2^63 values")
			}
			rows = product
		}
	}
	if _, ok := multiply(row, rows); !ok {
		return 0, malformed("more than 2^63 values")
	}
	if zero && t.Dims[0] == 0 {
		row = 0
	}
	rowBytes, err := t.Type.RowBytes(row)
	if err != nil {
		return 0, fault.Of(sentinelOf(t.Type), err)
	}
	if zero {
		return 0, nil
	}
	size, ok := multiply(rowBytes, rows)
	if !ok {
		return 0, malformed("more than 2^63 bytes")
	}
	return size, nil
}

// sentinelOf tells a type of the future or past, which another program may
// read, from a row that fits no program.
func sentinelOf(t quantize.Type) error {
	if t.Valid() || t > math.MaxInt32 {
		return ErrFormat
	}
	return ErrUnsupported
}

// multiply returns a·b of numbers that are not negative, and whether int64 can
// hold it.
func multiply(a, b int64) (int64, bool) {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	return int64(lo), hi == 0 && lo <= math.MaxInt64
}

// pad rounds n up to a multiple of alignment, a power of two, and reports
// whether int64 can hold it.
func pad(n, alignment int64) (int64, bool) {
	if n > math.MaxInt64-alignment+1 {
		return 0, false
	}
	return (n + alignment - 1) &^ (alignment - 1), true
}

// A Tensor is a tensor of a [File]. Its ReaderAt is a view of the tensor's
// bytes as they stand in the file: offset 0 is the first, and reading ends
// with io.EOF behind the last. Numbers in them have the file's byte order.
//
// Several goroutines may read from one Tensor if the file's source allows it,
// as an [os.File] does.
type Tensor struct {
	TensorInfo

	// Embedded so that it can be passed on where a reader is wanted. Read
	// and Seek, which have a position, are kept to Open's result, so that two
	// users of a Tensor never share one.
	io.ReaderAt

	// Split is the index of the file of a split set that holds the tensor, 0
	// in a single file.
	Split int

	view io.SectionReader
	file int64
	dims [maxDims]int64 // backs Dims
}

// Open returns a reader over the tensor's bytes.
func (t *Tensor) Open() io.ReadSeeker { return io.NewSectionReader(&t.view, 0, t.view.Size()) }

// Bytes returns how many bytes the tensor takes.
func (t *Tensor) Bytes() int64 { return t.view.Size() }

// FileOffset returns where the tensor's first byte stands, from the start of
// its file.
func (t *Tensor) FileOffset() int64 { return t.file }
