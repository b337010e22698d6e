//go:build wasip1 && !nibbletext

package main

import (
	"github.com/nibble-go/nibble/wasm"
	"github.com/nibble-go/nibble/wasm/internal/serve"
	"github.com/nibble-go/nibble/wasm/internal/text"
	"github.com/nibble-go/nibble/wasm/internal/weights"
)

var handlers = newHandlers()

func newHandlers() serve.Handlers {
	h := serve.Handlers{}
	tokens := new(text.Room)
	tokens.AddTo(h)
	new(weights.Room).AddTo(h)
	return h
}

func statusOf(err error) wasm.Status {
	if status := text.StatusOf(err); status != wasm.StatusOK {
		return status
	}
	return weights.StatusOf(err)
}
