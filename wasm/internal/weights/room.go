// Package weights answers the calls of the Weights room: models, their tensors
// and blocks, and conversions.
package weights

import (
	"github.com/nibble-go/nibble/wasm"
	"github.com/nibble-go/nibble/wasm/internal/serve"
)

// A Room keeps open models and planned conversions.
type Room struct {
	models      serve.Handles[*model]
	conversions serve.Handles[*conversion]
	values      spare[float32]
	blob        spare[byte]
}

// AddTo adds the handlers of the room.
func (r *Room) AddTo(h serve.Handlers) {
	h[wasm.OpWeightsOpen] = serve.On(r.open)
	h[wasm.OpWeightsClose] = serve.On(r.close)
	h[wasm.OpWeightsMemory] = serve.On(r.memory)
	h[wasm.OpWeightsHistogram] = serve.On(r.histogram)
	h[wasm.OpWeightsMeasure] = serve.On(r.measure)
	h[wasm.OpWeightsBlock] = serve.On(r.block)
	h[wasm.OpConvertPlan] = serve.On(r.plan)
	h[wasm.OpConvertClose] = serve.On(r.closeConversion)
	h[wasm.OpConvertStart] = serve.On(r.start)
	h[wasm.OpConvertNext] = serve.On(r.next)
	h[wasm.OpConvertReport] = serve.On(r.report)
	h[wasm.OpQuantizeTypes] = serve.On(r.types)
	h[wasm.OpQuantizeEncode] = serve.On(r.encode)
	h[wasm.OpQuantizeDecode] = serve.On(r.decode)
}
