// Package prompt answers the calls about chat templates: conversations become
// prompts.
package prompt

import (
	"errors"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/tokenize/chat"
	"github.com/nibble-go/nibble/wasm"
	"github.com/nibble-go/nibble/wasm/internal/serve"
	"github.com/nibble-go/nibble/wasm/internal/text"
)

// A Room keeps open chat templates. It takes tokenizers from another room.
type Room struct {
	tokens *text.Room
	chats  serve.Handles[*chat.Templates]
}

// New returns a Room whose prompts may have the tokens of the tokenizers in
// tokens.
func New(tokens *text.Room) *Room { return &Room{tokens: tokens} }

// AddTo adds the handlers of the room.
func (r *Room) AddTo(h serve.Handlers) {
	h[wasm.OpChatOpen] = serve.On(r.open)
	h[wasm.OpChatClose] = serve.On(r.close)
	h[wasm.OpChatRender] = serve.On(r.render)
}

// StatusOf says what kind of fault an error is, or StatusOK for one that is not
// about a chat template.
func StatusOf(err error) wasm.Status {
	for _, kind := range []struct {
		status wasm.Status
		errs   []error
	}{
		{wasm.StatusLimit, []error{chat.ErrLimit}},
		{wasm.StatusUnsupported, []error{chat.ErrUnsupported, chat.ErrSecurity, chat.ErrNoTemplate, gguf.ErrUnsupported}},
		// A template and a conversation that do not fit are both to blame.
		{wasm.StatusFormat, []error{chat.ErrFormat, chat.ErrSyntax, chat.ErrUndefined, chat.ErrType, chat.ErrValue, chat.ErrRaised, gguf.ErrFormat}},
	} {
		for _, e := range kind.errs {
			if errors.Is(err, e) {
				return kind.status
			}
		}
	}
	return wasm.StatusOK
}

func (r *Room) close(q *wasm.ChatHandle, _ [][]byte) (wasm.Outgoing, [][]byte, error) {
	_, err := r.chats.Drop(q.Chat)
	return &wasm.Empty{}, nil, err
}
