//go:build !nibbletext

package text

import (
	"github.com/nibble-go/nibble/wasm"
	"github.com/nibble-go/nibble/wasm/internal/serve"
)

// addWhole adds the handlers that the small guest does without.
func (r *Room) addWhole(h serve.Handlers) {
	h[wasm.OpTextInput] = serve.On(r.input)
}
