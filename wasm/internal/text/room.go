// Package text answers the calls of the Tokens room: tokenizers.
package text

import (
	"errors"

	"github.com/nibble-go/nibble/tokenize"
	"github.com/nibble-go/nibble/wasm"
	"github.com/nibble-go/nibble/wasm/internal/serve"
)

// A Room keeps open tokenizers.
type Room struct {
	tokenizers serve.Handles[*tokenize.Tokenizer]
}

// AddTo adds the handlers of the room.
func (r *Room) AddTo(h serve.Handlers) {
	h[wasm.OpTextOpen] = serve.On(r.open)
	h[wasm.OpTextClose] = serve.On(r.close)
	r.addWhole(h)
}

// Tokenizer returns the tokenizer of a handle.
func (r *Room) Tokenizer(handle int) (*tokenize.Tokenizer, error) { return r.tokenizers.Get(handle) }

// StatusOf says what kind of fault an error is, or StatusOK for one that is not
// about a tokenizer.
func StatusOf(err error) wasm.Status {
	switch {
	case errors.Is(err, tokenize.ErrFormat):
		return wasm.StatusFormat
	case errors.Is(err, tokenize.ErrUnsupported):
		return wasm.StatusUnsupported
	}
	return wasm.StatusOK
}

func (r *Room) open(q *wasm.TextOpenRequest, blobs [][]byte) (wasm.Wire, [][]byte, error) {
	if len(q.Files) == 0 || len(blobs) != len(q.Files) {
		return nil, nil, serve.Usage("a tokenizer needs a name and the contents for each of its files")
	}
	t, err := tokenize.Read(q.Files[0], blobs[0], tokenize.LoadOptions{Encoding: q.Encoding})
	if err != nil {
		return nil, nil, err
	}
	info := t.Info()
	return &wasm.TextOpenReply{Tokenizer: r.tokenizers.Keep(t), Source: info.Source, Model: info.Model, VocabSize: info.VocabSize}, nil, nil
}

func (r *Room) close(q *wasm.TextHandle, _ [][]byte) (wasm.Wire, [][]byte, error) {
	_, err := r.tokenizers.Drop(q.Tokenizer)
	return &wasm.Empty{}, nil, err
}
