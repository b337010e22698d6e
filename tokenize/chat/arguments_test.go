package chat_test

import (
	"fmt"
	"log"
	"testing"

	"github.com/nibble-go/nibble/tokenize/chat"
)

func TestParseArguments(t *testing.T) {
	const source = "{% for m in messages %}{{ m }}{% endfor %}"
	tests := []struct {
		name, messages, want string
		parsed               int
	}{
		{
			"of a function", `[{"tool_calls": [{"function": {"name": "f", "arguments": "{\"b\": 1, \"a\": [2.50, null]}"}}]}]`,
			"{'tool_calls': [{'function': {'name': 'f', 'arguments': {'b': 1, 'a': [2.5, None]}}}]}", 1,
		},
		{
			"of the call, twice", `[{"tool_calls": [{"arguments": "{}"}, {"arguments": " {\"x\": NaN}\n"}]}]`,
			"{'tool_calls': [{'arguments': {}}, {'arguments': {'x': nan}}]}", 2,
		},
		{
			"objects, lists, words and halves",
			`[{"tool_calls": [{"arguments": {}}, {"arguments": "[1]"}, {"arguments": "x"}, {"arguments": "{"}, {"arguments": ""}, {"arguments": null}, {}, 1, null]}]`,
			"{'tool_calls': [{'arguments': {}}, {'arguments': '[1]'}, {'arguments': 'x'}, {'arguments': '{'}, {'arguments': ''}, {'arguments': None}, {}, 1, None]}", 0,
		},
		{
			"elsewhere", `[{"arguments": "{}", "content": "{}", "function": {"arguments": "{}"}}, {"tool_calls": "{}"}, {"tool_calls": null}]`,
			"{'arguments': '{}', 'content': '{}', 'function': {'arguments': '{}'}}{'tool_calls': '{}'}{'tool_calls': None}", 0,
		},
		{"nothing", `[]`, "", 0},
	}
	template, err := chat.Parse("t", source, nil, chat.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			original, err := chat.ParseInput([]byte(test.messages))
			if err != nil {
				t.Fatal(err)
			}
			before := render(t, template, original)
			in := original
			if n := in.ParseArguments(); n != test.parsed {
				t.Errorf("parsed %d, want %d", n, test.parsed)
			}
			if got := render(t, template, in); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
			if after := render(t, template, original); after != before {
				t.Errorf("the input it was copied from changed from %s\nto %s", before, after)
			}
			if n := in.ParseArguments(); n != 0 {
				t.Errorf("parsed %d a second time", n)
			}
		})
	}
}

func render(t *testing.T, template *chat.Template, in chat.Input) string {
	t.Helper()
	prompt, err := template.Render(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return prompt.String()
}

// What the arguments were a string of has the origin of their message.
func TestParseArgumentsOrigin(t *testing.T) {
	template, err := chat.Parse("t", "{{ messages[1].tool_calls[0].function.arguments.city }}", nil, chat.Options{})
	if err != nil {
		t.Fatal(err)
	}
	call := new(chat.Object)
	call.Set("arguments", `{"city": "Bern"}`)
	m := chat.NewMessage("assistant", "")
	function := new(chat.Object)
	function.Set("function", call)
	m.Set("tool_calls", chat.Array{function})
	in := chat.Input{Messages: []*chat.Object{chat.NewMessage("user", "Where?"), m}}
	if got := render(t, template, in); got != "" {
		t.Errorf("a string has the city %q", got)
	}
	in.ParseArguments()
	prompt, err := template.Render(t.Context(), in)
	want := chat.Span{Start: 0, End: 4, Origin: chat.Origin{Kind: chat.FromMessage, Message: 1, Role: "assistant"}}
	if err != nil || len(prompt.Spans()) != 1 || prompt.Spans()[0] != want || prompt.String() != "Bern" {
		t.Errorf("got %q of %v, %v", prompt, prompt.Spans(), err)
	}
}

// Conversations recorded from OpenAI's API have arguments as strings, templates
// want objects.
func ExampleInput_ParseArguments() {
	in, err := chat.ParseInput([]byte(`[{"role": "assistant", "tool_calls": [
		{"type": "function", "function": {"name": "weather", "arguments": "{\"city\": \"Bern\"}"}}]}]`))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(in.ParseArguments())
	call, _ := in.Messages[0].Array("tool_calls")
	function, _ := call[0].(*chat.Object).Object("function")
	arguments, _ := function.Object("arguments")
	fmt.Println(arguments.String("city"))
	// Output:
	// 1
	// Bern true
}
