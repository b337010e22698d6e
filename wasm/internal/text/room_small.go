//go:build nibbletext

package text

import "github.com/nibble-go/nibble/wasm/internal/serve"

func (*Room) addWhole(serve.Handlers) {}
