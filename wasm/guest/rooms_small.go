//go:build wasip1 && nibbletext

package main

import (
	"github.com/nibble-go/nibble/wasm"
	"github.com/nibble-go/nibble/wasm/internal/serve"
	"github.com/nibble-go/nibble/wasm/internal/text"
)

var handlers = newHandlers()

func newHandlers() serve.Handlers {
	h := serve.Handlers{}
	new(text.Room).AddTo(h)
	return h
}

func statusOf(err error) wasm.Status { return text.StatusOf(err) }
