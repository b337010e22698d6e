package weights

import (
	"encoding/binary"
	"errors"
	"math"

	"github.com/nibble-go/nibble/quantize"
	"github.com/nibble-go/nibble/wasm"
	"github.com/nibble-go/nibble/wasm/internal/serve"
)

// maxDecoded bounds the values of a reply, which a few bits may ask for.
const maxDecoded = 64 << 20

// A spare is memory that a call leaves to the next one: a collection of garbage for each
// would take longer than many of them.
type spare[T float32 | byte] struct{ memory []T }

// maxSpare is the number of elements up to which memory is kept.
const maxSpare = 4 << 20

// take returns memory with nothing in it.
func (s *spare[T]) take() []T {
	memory := s.memory
	s.memory = nil
	return memory[:0]
}

// keep takes it back.
func (s *spare[T]) keep(memory []T) {
	if cap(memory) <= maxSpare {
		s.memory = memory
	}
}

func (r *Room) types(*wasm.Empty, [][]byte) (wasm.Outgoing, [][]byte, error) {
	reply := new(wasm.QuantizeTypesReply)
	for _, t := range quantize.Types() {
		reply.Types = append(reply.Types, wasm.QuantizeType{
			Name: t.String(), BitsPerWeight: t.BitsPerWeight(), BlockValues: t.BlockSize(), BlockBytes: t.BlockBytes(),
			Encodes: t.CanEncode(), NeedsImportance: needsImportance(t),
		})
	}
	return reply, nil, nil
}

// needsImportance reports whether the encoder of t refuses to do without weights.
func needsImportance(t quantize.Type) bool {
	_, err := quantize.AppendEncode(nil, t, make([]float32, t.BlockSize()), quantize.Options{Workers: 1})
	return errors.Is(err, quantize.ErrImportance)
}

func (r *Room) encode(q *wasm.QuantizeRequest, blobs [][]byte) (wasm.Outgoing, [][]byte, error) {
	if len(blobs) != 1 && len(blobs) != 2 {
		return nil, nil, serve.Usage("weights are wanted, and their importance where there is any")
	}
	t, err := typeNamed(q.Type)
	if err != nil {
		return nil, nil, err
	}
	weights, err := appendFloats(r.values.take(), blobs[0])
	if err != nil {
		return nil, nil, err
	}
	defer r.values.keep(weights)
	opts := quantize.Options{Columns: q.Columns, Workers: 1}
	if len(blobs) == 2 {
		if opts.Importance, err = appendFloats(nil, blobs[1]); err != nil {
			return nil, nil, err
		}
	}
	encoded, err := quantize.AppendEncode(r.blob.take(), t, weights, opts)
	if err != nil {
		return nil, nil, err
	}
	r.blob.keep(encoded) // which is copied before the next call
	return &wasm.QuantizeReply{Values: len(weights)}, [][]byte{encoded}, nil
}

func (r *Room) decode(q *wasm.QuantizeRequest, blobs [][]byte) (wasm.Outgoing, [][]byte, error) {
	if len(blobs) != 1 {
		return nil, nil, serve.Usage("blocks are wanted")
	}
	t, err := typeNamed(q.Type)
	if err != nil {
		return nil, nil, err
	}
	if len(blobs[0])/t.BlockBytes() > maxDecoded/t.BlockSize() {
		return nil, nil, serve.Limit("the blocks hold too many weights for one reply")
	}
	weights, err := quantize.AppendDecode(r.values.take(), t, blobs[0])
	if err != nil {
		return nil, nil, err
	}
	defer r.values.keep(weights)
	if q.Columns < 0 || q.Columns > 0 && len(weights)%q.Columns != 0 {
		return nil, nil, serve.Usage("the weights are no whole number of rows")
	}
	blob, err := quantize.AppendEncode(r.blob.take(), quantize.F32, weights, quantize.Options{Workers: 1})
	if err != nil {
		return nil, nil, err
	}
	r.blob.keep(blob)
	return &wasm.QuantizeReply{Values: len(weights)}, [][]byte{blob}, nil
}

// appendFloats appends the numbers in a blob.
func appendFloats(values []float32, blob []byte) ([]float32, error) {
	if len(blob)%4 != 0 {
		return nil, serve.Usage("a blob is no whole number of floats")
	}
	return quantize.AppendDecode(values, quantize.F32, blob)
}

// floatBytes returns numbers as a blob.
func floatBytes(values []float32) []byte {
	b := make([]byte, 0, 4*len(values))
	for _, v := range values {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
	}
	return b
}
