//go:build wasip1 && !nibbletext

package main

import (
	"github.com/nibble-go/nibble/wasm"
	"github.com/nibble-go/nibble/wasm/internal/prompt"
	"github.com/nibble-go/nibble/wasm/internal/serve"
	"github.com/nibble-go/nibble/wasm/internal/text"
	"github.com/nibble-go/nibble/wasm/internal/weights"
)

var handlers = newHandlers()

func newHandlers() serve.Handlers {
	h := serve.Handlers{}
	tokens := new(text.Room)
	tokens.AddTo(h)
	prompt.New(tokens).AddTo(h)
	new(weights.Room).AddTo(h)
	return h
}

func statusOf(err error) wasm.Status {
	for _, statusOf := range []func(error) wasm.Status{text.StatusOf, prompt.StatusOf, weights.StatusOf} {
		if status := statusOf(err); status != wasm.StatusOK {
			return status
		}
	}
	return wasm.StatusOK
}
