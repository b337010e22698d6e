package convert

import (
	"fmt"
	"io"

	"github.com/nibble-go/nibble/gguf/safetensors"
	"github.com/nibble-go/nibble/quantize"
)

// rows is a tensor, seen as its values in row-major order and widened to
// float32. A source reads a shard; everything else (rows permuted, experts
// stacked, a constant added) wraps other rows. Nothing is read before read is
// called, and no more than read asks for, so that a tensor of any size passes
// through a buffer of a fixed one.
//
// Implementations are immutable and safe for concurrent use, as long as each
// goroutine brings its own scratch.
type rows interface {
	// shape returns the dimensions, outermost first; the last is the length
	// of a row.
	shape() []int64

	// dtype returns the precision that the values come in: the result of read
	// is always exact in it.
	dtype() safetensors.DType

	// read fills dst with the values that begin at the given index of the
	// flattened tensor. The range lies within the tensor.
	read(dst []float32, from int64, buf *scratch) error
}

// scratch is the working memory of one goroutine. It grows to what a chunk
// needs and is then reused, so that a conversion allocates nothing for a chunk.
type scratch struct {
	encoded []byte    // values as the shard has them
	widened []float32 // values on their way through a transform
	band    []float32 // columns on their way into rows
}

func (s *scratch) bytes(n int64) []byte {
	if int64(cap(s.encoded)) < n {
		s.encoded = make([]byte, n)
	}
	return s.encoded[:n]
}

func (s *scratch) floats(n int) []float32 {
	if cap(s.widened) < n {
		s.widened = make([]float32, n)
	}
	return s.widened[:n]
}

// valueCount returns the number of values in a tensor of the given shape. The
// shapes of a directory are checked against the bytes of its shards when they
// are opened, so the product does not overflow.
func valueCount(shape []int64) int64 {
	n := int64(1)
	for _, d := range shape {
		n *= d
	}
	return n
}

// rowLength returns the last dimension, and 1 for a scalar.
func rowLength(shape []int64) int64 {
	if len(shape) == 0 {
		return 1
	}
	return shape[len(shape)-1]
}

// shardRows reads a tensor of a safetensors file.
type shardRows struct {
	tensor *safetensors.Tensor
}

// tensorRows returns the values of t. Its DType must be one that widens to
// float32.
func tensorRows(t *safetensors.Tensor) rows { return shardRows{t} }

func (r shardRows) shape() []int64           { return r.tensor.Shape }
func (r shardRows) dtype() safetensors.DType { return r.tensor.DType }

func (r shardRows) read(dst []float32, from int64, buf *scratch) error {
	width := int64(r.tensor.DType.Bits() / 8)
	src := buf.bytes(int64(len(dst)) * width)
	if n, err := r.tensor.ReadAt(src, from*width); n < len(src) {
		if err == io.EOF || err == nil {
			err = io.ErrUnexpectedEOF
		}
		return fmt.Errorf("tensor %q: value %d: %w", r.tensor.Name, from, err)
	}
	return widen(dst, r.tensor.DType, src)
}

// widen is safetensors.DecodeFloat32 with the kernels of package quantize, which that
// one may not import.
func widen(dst []float32, d safetensors.DType, src []byte) error {
	switch d {
	case safetensors.F32:
		return quantize.Decode(dst, quantize.F32, src)
	case safetensors.F16:
		return quantize.Decode(dst, quantize.F16, src)
	case safetensors.BF16:
		return quantize.Decode(dst, quantize.BF16, src)
	case safetensors.F8_E4M3:
		quantize.DecodeF8E4M3(dst, src)
		return nil
	case safetensors.F8_E5M2:
		quantize.DecodeF8E5M2(dst, src)
		return nil
	}
	return safetensors.DecodeFloat32(dst, d, src)
}
