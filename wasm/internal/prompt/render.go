package prompt

import (
	"context"
	"time"

	"github.com/nibble-go/nibble/tokenize"
	"github.com/nibble-go/nibble/tokenize/chat"
	"github.com/nibble-go/nibble/wasm"
	"github.com/nibble-go/nibble/wasm/internal/serve"
	"github.com/nibble-go/nibble/wasm/internal/text"
)

func (r *Room) render(q *wasm.ChatRenderRequest, blobs [][]byte) (wasm.Outgoing, [][]byte, error) {
	templates, err := r.chats.Get(q.Chat)
	if err != nil {
		return nil, nil, err
	}
	in, err := conversation(q, blobs)
	if err != nil {
		return nil, nil, err
	}
	template, err := templates.Select(q.Template, in)
	if err != nil {
		return nil, nil, err
	}
	prompt, err := template.Render(context.Background(), in)
	if err != nil {
		return nil, nil, err
	}
	reply := &wasm.ChatRenderReply{Prompt: prompt.String(), Spans: spans(prompt)}
	if q.Tokenizer == 0 {
		return reply, nil, nil
	}
	t, err := r.tokens.Tokenizer(q.Tokenizer)
	if err != nil {
		return nil, nil, err
	}
	tokens, err := prompt.Encode(t, !q.NoGuard)
	if err != nil {
		return nil, nil, err
	}
	reply.Guarded = spelledByOthers(t, prompt)
	return reply, t.Located(prompt.String(), tokens.IDs, tokens.Spans), nil
}

// conversation reads the conversation of a request.
func conversation(q *wasm.ChatRenderRequest, blobs [][]byte) (chat.Input, error) {
	if len(blobs) != 1 {
		return chat.Input{}, serve.Usage("a conversation is one blob")
	}
	in, err := chat.ParseInput(blobs[0])
	if err != nil {
		return in, err
	}
	if q.ParseArguments {
		in.ParseArguments()
	}
	switch {
	case q.AddGenerationPrompt && q.NoGenerationPrompt:
		return in, serve.Usage("a generation prompt and none")
	case q.AddGenerationPrompt:
		in.AddGenerationPrompt = true
	case q.NoGenerationPrompt:
		in.AddGenerationPrompt = false
	}
	if q.Now != 0 {
		now := time.Unix(q.Now, 0).UTC()
		in.Now = func() time.Time { return now }
	}
	return in, nil
}

// spans says where the stretches of a prompt come from.
func spans(prompt chat.Prompt) []wasm.ChatSpan {
	bytes := make([]tokenize.Span, len(prompt.Spans()))
	for i, s := range prompt.Spans() {
		bytes[i] = tokenize.Span{Start: s.Start, End: s.End}
	}
	units := text.Units(prompt.String(), bytes)
	out := make([]wasm.ChatSpan, len(units))
	for i, s := range prompt.Spans() {
		out[i] = wasm.ChatSpan{Start: units[i].Start, End: units[i].End, Origin: s.Origin.Kind.String(), Message: -1}
		if s.Origin.Kind == chat.FromMessage {
			out[i].Message, out[i].Role = s.Origin.Message, s.Origin.Role
		}
	}
	return out
}

// spelledByOthers returns how many special tokens the prompt spells with bytes
// that are not the template's.
func spelledByOthers(t *text.Tokenizer, prompt chat.Prompt) int {
	n, span := 0, 0
	origins := prompt.Spans()
	for at := range t.SpelledSpecial(prompt.String()) {
		for origins[span].End <= at.Start {
			span++
		}
		if origins[span].Origin.Kind != chat.FromTemplate || origins[span].End < at.End {
			n++
		}
	}
	return n
}
