package weights

import (
	"fmt"
	"strings"

	"github.com/nibble-go/nibble/quantize"
	"github.com/nibble-go/nibble/wasm"
	"github.com/nibble-go/nibble/wasm/internal/serve"
)

func (r *Room) block(q *wasm.WeightsBlockRequest, _ [][]byte) (wasm.Outgoing, [][]byte, error) {
	t, err := r.tensor(q.Weights, q.Tensor)
	if err != nil {
		return nil, nil, err
	}
	b := block{reader: t, typ: t.typ, typed: t.typed, size: t.blockValues}
	if q.Type != "" && !strings.EqualFold(q.Type, t.typeName) {
		if b.typ, err = typeNamed(q.Type); err != nil {
			return nil, nil, err
		}
		if err := t.accepts(b.typ); err != nil {
			return nil, nil, err
		}
		b.typed, b.encodes, b.size = true, true, int64(b.typ.BlockSize())
	}
	blocks := t.values / b.size
	if q.Block < 0 || q.Block >= blocks {
		return nil, nil, serve.Usage(fmt.Sprintf("there is no block %d of %d", q.Block, blocks))
	}
	b.from = q.Block * b.size
	stored, source, decoded, err := b.make()
	if err != nil {
		return nil, nil, err
	}
	reply := &wasm.WeightsBlockReply{Type: t.typeName, Block: q.Block, Blocks: blocks, Row: b.from / t.row, Column: b.from % t.row}
	if b.encodes {
		reply.Type = b.typ.String()
	}
	if b.typed {
		anatomy, err := quantize.Dissect(b.typ, stored)
		if err != nil {
			return nil, nil, err
		}
		if reply.Anatomy, err = rawJSON(anatomy); err != nil {
			return nil, nil, err
		}
	}
	return reply, [][]byte{stored, floatBytes(source), floatBytes(decoded)}, nil
}

// A block is one of a tensor in its own type or another one.
type block struct {
	*reader
	typ        quantize.Type
	typed      bool // typ counts
	encodes    bool // it is not the tensor's own
	from, size int64
}

// make returns the bytes of the block, the weights that they are made of, and
// those that they stand for.
func (b *block) make() (stored []byte, source, decoded []float32, err error) {
	// The blocks of the tensor that have the values.
	first := b.from / b.blockValues * b.blockValues
	last := (b.from + b.size + b.blockValues - 1) / b.blockValues * b.blockValues
	values, encoded, err := b.read(first, last-first)
	if err != nil {
		return nil, nil, nil, err
	}
	if !b.encodes {
		return encoded, values, values, nil
	}
	source = values[b.from-first:][:b.size]
	stored, err = quantize.AppendEncode(nil, b.typ, source, quantize.Options{Workers: 1})
	if err == nil {
		decoded, err = quantize.AppendDecode(nil, b.typ, stored)
	}
	return stored, source, decoded, err
}
