// Package text answers the calls of the Tokens room: tokenizers.
//
// It is in both guests, so it keeps out what would make the small one large:
// fmt, encoding/json, regexp and os.
package text

import (
	"errors"

	"github.com/nibble-go/nibble/tokenize"
	"github.com/nibble-go/nibble/wasm"
	"github.com/nibble-go/nibble/wasm/internal/serve"
)

// A Room keeps open tokenizers.
type Room struct {
	tokenizers serve.Handles[*Tokenizer]
	scratch    scratch
}

// AddTo adds the handlers of the room.
func (r *Room) AddTo(h serve.Handlers) {
	h[wasm.OpTextOpen] = serve.On(r.open)
	h[wasm.OpTextClose] = serve.On(r.close)
	h[wasm.OpTextEncode] = serve.On(r.encode)
	h[wasm.OpTextCount] = serve.On(r.count)
	h[wasm.OpTextIDs] = serve.On(r.ids)
	h[wasm.OpTextDecode] = serve.On(r.decode)
	h[wasm.OpTextTokens] = serve.On(r.tokens)
	h[wasm.OpTextBatch] = serve.On(r.batch)
	h[wasm.OpTextSteps] = serve.On(r.steps)
	h[wasm.OpTextFind] = serve.On(r.find)
	h[wasm.OpTextPipeline] = serve.On(r.pipeline)
	r.addWhole(h)
}

// Tokenizer returns the tokenizer of a handle.
func (r *Room) Tokenizer(handle int) (*Tokenizer, error) { return r.tokenizers.Get(handle) }

// StatusOf says what kind of fault an error is, or StatusOK for one that is not
// about a tokenizer.
func StatusOf(err error) wasm.Status {
	for _, kind := range []struct {
		err    error
		status wasm.Status
	}{
		{tokenize.ErrReduced, wasm.StatusElsewhere}, // before ErrUnsupported, which it is too
		{tokenize.ErrFormat, wasm.StatusFormat},
		{tokenize.ErrNoTokenizer, wasm.StatusFormat},
		{tokenize.ErrEncoding, wasm.StatusUsage}, // the request may name one
		{tokenize.ErrTruncation, wasm.StatusUsage},
		{tokenize.ErrPadding, wasm.StatusUsage},
		{tokenize.ErrUnsupported, wasm.StatusUnsupported},
		{tokenize.ErrNoMerges, wasm.StatusUnsupported},
		{tokenize.ErrUnknownToken, wasm.StatusUnsupported},
		{tokenize.ErrSpecial, wasm.StatusUnsupported},
		{tokenize.ErrTimeout, wasm.StatusLimit},
	} {
		if errors.Is(err, kind.err) {
			return kind.status
		}
	}
	return wasm.StatusOK
}

func (r *Room) close(q *wasm.TextHandle, _ [][]byte) (wasm.Outgoing, [][]byte, error) {
	_, err := r.tokenizers.Drop(q.Tokenizer)
	return &wasm.Empty{}, nil, err
}

// blob returns the only blob of a request.
func blob(blobs [][]byte) ([]byte, error) {
	if len(blobs) != 1 {
		return nil, serve.Usage("the request takes one blob")
	}
	return blobs[0], nil
}
