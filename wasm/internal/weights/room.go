// Package weights answers the calls of the Weights room: models, their tensors
// and blocks, and conversions.
package weights

import (
	"errors"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/gguf/convert"
	"github.com/nibble-go/nibble/gguf/safetensors"
	"github.com/nibble-go/nibble/quantize"
	"github.com/nibble-go/nibble/wasm"
	"github.com/nibble-go/nibble/wasm/internal/serve"
)

// A Room keeps open models and planned conversions.
type Room struct{}

// AddTo adds the handlers of the room.
func (r *Room) AddTo(h serve.Handlers) {
	h[wasm.OpQuantizeTypes] = serve.On(r.types)
}

// StatusOf says what kind of fault an error is, or StatusOK for one that is not
// about a model.
func StatusOf(err error) wasm.Status {
	is := func(kinds ...error) bool {
		for _, kind := range kinds {
			if errors.Is(err, kind) {
				return true
			}
		}
		return false
	}
	switch {
	case is(gguf.ErrFormat, safetensors.ErrFormat, convert.ErrFormat):
		return wasm.StatusFormat
	case is(gguf.ErrUnsupported, safetensors.ErrUnsupported, convert.ErrUnsupported, quantize.ErrUnsupported):
		return wasm.StatusUnsupported
	}
	return wasm.StatusOK
}

func (r *Room) types(*wasm.Empty, [][]byte) (wasm.Wire, [][]byte, error) {
	reply := &wasm.QuantizeTypesReply{}
	for _, t := range quantize.Types() {
		reply.Types = append(reply.Types, wasm.QuantizeType{Name: t.String(), BitsPerWeight: t.BitsPerWeight(), BlockValues: t.BlockSize(), BlockBytes: t.BlockBytes()})
	}
	return reply, nil, nil
}
