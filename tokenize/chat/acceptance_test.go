package chat_test

import (
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/nibble-go/nibble/internal/jsonread"
	"github.com/nibble-go/nibble/tokenize/chat"
)

// shared is where real templates stand, with conversations and what Python's
// jinja2 3.1.2 makes of them.
const shared = "../../../shared/tokenizers/chat-templates"

// now is the time at which the expected prompts were rendered.
func now() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) }

func readObject(t testing.TB, path string) *chat.Object {
	t.Helper()
	data, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		t.Skip("the shared chat templates are not there: ", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	o, err := jsonread.ParseObject(data, jsonread.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// conversations returns the shared conversations by name.
func conversations(t testing.TB) map[string]chat.Input {
	t.Helper()
	all := map[string]chat.Input{}
	for name, v := range readObject(t, filepath.Join(shared, "conversations.json")).All() {
		in, err := chat.InputFrom(v)
		if err != nil {
			t.Fatal(name, err)
		}
		in.Now = now
		all[name] = in
	}
	if len(all) == 0 {
		t.Fatal("no conversations")
	}
	return all
}

// TestSharedTemplates renders every real template with every conversation:
// equal to Python's text, and an error where Python raises an exception.
func TestSharedTemplates(t *testing.T) {
	inputs := conversations(t)
	cases := 0
	for name, v := range readObject(t, filepath.Join(shared, "expected.json")).All() {
		t.Run(name, func(t *testing.T) {
			templates, err := chat.Open(filepath.Join(shared, "templates", name))
			if err != nil {
				t.Fatal(err)
			}
			template, err := templates.Select("", chat.Input{})
			if err != nil {
				t.Fatal(err)
			}
			for conversation, want := range v.(*chat.Object).All() {
				cases++
				prompt, err := template.Render(t.Context(), inputs[conversation])
				want := want.(*chat.Object)
				text, ok := want.String("text")
				message, _ := want.String("message")
				switch {
				case ok && err != nil:
					t.Errorf("%s: %v", conversation, err)
				case !ok && err == nil:
					t.Errorf("%s: no error, want %s", conversation, message)
				case prompt.String() != text:
					t.Errorf("%s:\n got %q\nwant %q", conversation, prompt, text)
				}
				checkSpans(t, prompt)
			}
		})
	}
	if cases < 330 {
		t.Errorf("%d cases", cases)
	}
}

// checkSpans checks that spans cover the prompt and differ from their
// neighbours.
func checkSpans(t testing.TB, p chat.Prompt) {
	t.Helper()
	end := 0
	var last chat.Origin
	for i, s := range p.Spans() {
		if s.Start != end || s.End <= s.Start || i > 0 && s.Origin == last {
			t.Fatalf("span %d is %+v, behind one that ends at %d", i, s, end)
		}
		end, last = s.End, s.Origin
	}
	if end != len(p.String()) {
		t.Fatalf("spans end at %d of %d", end, len(p.String()))
	}
}

// TestConcurrent renders one template in many goroutines at the same time.
func TestConcurrent(t *testing.T) {
	template, err := chat.Parse("t", "{% macro m(x) %}{{ x|upper }}{% endmacro %}{% for m in messages %}{{ loop.index }}{{ m.content|tojson }}{% endfor %}{{ m('x') }}", nil, chat.Options{})
	if err != nil {
		t.Fatal(err)
	}
	in := chat.Input{Messages: []*chat.Object{chat.NewMessage("user", "a"), chat.NewMessage("assistant", "b")}}
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 50 {
				if prompt, err := template.Render(t.Context(), in); err != nil || prompt.String() != `1"a"2"b"X` {
					t.Errorf("got %q, %v", prompt, err)
					return
				}
			}
		})
	}
	group.Wait()
}
