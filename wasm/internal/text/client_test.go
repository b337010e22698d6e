//go:build !nibbletext

package text_test

import (
	"encoding/binary"
	"io/fs"

	"pgregory.net/rapid"

	"github.com/nibble-go/nibble/internal/sample"
	"github.com/nibble-go/nibble/tokenize"
	"github.com/nibble-go/nibble/wasm"
	"github.com/nibble-go/nibble/wasm/internal/serve"
	"github.com/nibble-go/nibble/wasm/internal/serve/servetest"
	"github.com/nibble-go/nibble/wasm/internal/text"
)

// A client calls the room's handlers.
type client struct{ servetest.Client }

func newClient(tb rapid.TB) client {
	h := serve.Handlers{}
	new(text.Room).AddTo(h)
	return client{servetest.Client{TB: tb, Handlers: h, StatusOf: text.StatusOf}}
}

// with returns the client for another test.
func (c client) with(tb rapid.TB) client { return client{c.With(tb)} }

// open opens a vocabulary of one file.
func (c client) open(name string, data []byte) *wasm.TextOpenReply {
	c.Helper()
	var reply wasm.TextOpenReply
	c.Call(wasm.OpTextOpen, &wasm.TextOpenRequest{Files: []string{name}}, &reply, data)
	return &reply
}

// openSample opens the sample's vocabulary, also outside of the handlers.
func (c client) openSample() (int, *tokenize.Tokenizer) {
	c.Helper()
	data, err := fs.ReadFile(sample.FS(), "tokenizer.json")
	if err != nil {
		c.Fatal(err)
	}
	tok, err := tokenize.Read("tokenizer.json", data, tokenize.LoadOptions{})
	if err != nil {
		c.Fatal(err)
	}
	return c.open("tokenizer.json", data).Tokenizer, tok
}

// numbers returns the numbers of a blob.
func numbers(blob []byte) []uint32 {
	list := make([]uint32, len(blob)/4)
	for i := range list {
		list[i] = binary.LittleEndian.Uint32(blob[4*i:])
	}
	return list
}

func blobOf(list ...uint32) []byte {
	var blob []byte
	for _, v := range list {
		blob = binary.LittleEndian.AppendUint32(blob, v)
	}
	return blob
}
