package weights

import (
	"encoding/binary"
	"fmt"
	"io"
	"slices"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/gguf/safetensors"
	"github.com/nibble-go/nibble/quantize"
)

// A tensor is one of a model, as values in blocks.
type tensor struct {
	name     string
	typeName string
	at       io.ReaderAt // its bytes
	values   int64
	row      int64 // values of a row, a whole number of blocks

	// typ is the type of the blocks. Some types of safetensors files are none.
	typ   quantize.Type
	typed bool

	blockValues, blockBytes int64

	// decode is nil where there are no weights to be had.
	decode func(dst []float32, src []byte) error
}

func ggufTensor(t *gguf.Tensor, order binary.ByteOrder) *tensor {
	v := &tensor{name: t.Name, typeName: t.Type.String(), at: t, values: t.Values(), row: 1}
	if len(t.Dims) > 0 {
		v.row = t.Dims[0]
	}
	v.setType(t.Type)
	if order != binary.LittleEndian {
		v.decode = nil
	}
	return v
}

func safetensorsTensor(t *safetensors.Tensor) *tensor {
	v := &tensor{name: t.Name, typeName: t.DType.String(), at: t, values: t.Values(), row: 1}
	if len(t.Shape) > 0 {
		v.row = t.Shape[len(t.Shape)-1]
	}
	if typ, err := quantize.ParseType(t.DType.String()); err == nil {
		v.setType(typ)
	} else if t.DType.IsFloat() {
		v.blockValues, v.blockBytes = 1, int64(t.DType.Bits()/8)
		v.decode = func(dst []float32, src []byte) error { return safetensors.DecodeFloat32(dst, t.DType, src) }
	}
	return v
}

func (t *tensor) setType(typ quantize.Type) {
	t.typ, t.typed = typ, true
	t.blockValues, t.blockBytes = int64(typ.BlockSize()), int64(typ.BlockBytes())
	if t.blockValues > 0 {
		t.decode = func(dst []float32, src []byte) error { return quantize.Decode(dst, typ, src) }
	}
}

// weightless is the error of a tensor without decode.
func (t *tensor) weightless() error {
	return fmt.Errorf("tensor %q: %w: its numbers are no weights that can be shown", t.name, quantize.ErrUnsupported)
}

// A reader has the memory to read parts of a tensor.
type reader struct {
	*tensor
	encoded []byte
	floats  []float32
}

// read returns n values, which begin and end at a block, and the bytes that they
// are stored as. Both are good until the next call.
func (r *reader) read(from, n int64) (values []float32, encoded []byte, err error) {
	size := n / r.blockValues * r.blockBytes
	r.encoded = slices.Grow(r.encoded[:0], int(size))[:size]
	r.floats = slices.Grow(r.floats[:0], int(n))[:n]
	if n, err := r.at.ReadAt(r.encoded, from/r.blockValues*r.blockBytes); int64(n) < size {
		if err == io.EOF || err == nil {
			err = io.ErrUnexpectedEOF
		}
		return nil, nil, fmt.Errorf("tensor %q: %w", r.name, err)
	}
	return r.floats, r.encoded, r.decode(r.floats, r.encoded)
}
