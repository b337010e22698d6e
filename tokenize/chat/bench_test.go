package chat_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/nibble-go/nibble/tokenize/chat"
)

// longConversation has 20 messages.
func longConversation() chat.Input {
	in := chat.Input{AddGenerationPrompt: true, Now: now, Extra: &chat.Object{}}
	in.Extra.Set("bos_token", "<|begin_of_text|>")
	in.Messages = append(in.Messages, chat.NewMessage("system", "You are a helpful assistant."))
	for i := range 19 {
		role := "user"
		if i%2 == 1 {
			role = "assistant"
		}
		in.Messages = append(in.Messages, chat.NewMessage(role, fmt.Sprintf("  Message %d of a conversation that goes on for a while.\n", i)))
	}
	return in
}

func openShared(b testing.TB, name string) *chat.Template {
	b.Helper()
	readObject(b, filepath.Join(shared, "expected.json")) // skips where it is absent
	templates, err := chat.Open(filepath.Join(shared, "templates", name))
	if err != nil {
		b.Fatal(err)
	}
	template, _ := templates.Get("default")
	return template
}

func BenchmarkRender(b *testing.B) {
	in := longConversation()
	for _, name := range []string{"meta-llama-Llama-3.2-3B-Instruct", "Qwen-Qwen2.5-7B-Instruct", "openai-gpt-oss-120b"} {
		b.Run(name, func(b *testing.B) {
			template := openShared(b, name+".jinja")
			b.ReportAllocs()
			for b.Loop() {
				if _, err := template.Render(b.Context(), in); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkParse(b *testing.B) {
	source := openShared(b, "meta-llama-Llama-3.2-3B-Instruct.jinja").Source()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := chat.Parse("default", source, nil, chat.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
