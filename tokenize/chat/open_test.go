package chat_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/tokenize/chat"
)

// TestOpen opens model directories: which templates there are, which of them is
// taken, and what it finds as bos_token.
func TestOpen(t *testing.T) {
	const tokens = `"bos_token": "<s>", "eos_token": {"content": "</s>", "special": true}, "pad_token": null`
	tests := []struct {
		name   string
		files  map[string]string
		origin string
		names  []string
		prompt string // of the template that an input with tools selects
	}{
		{
			"text in the configuration",
			map[string]string{"tokenizer_config.json": `{"chat_template": "{{ bos_token }}{{ eos_token }}{{ pad_token is defined }}", ` + tokens + `}`},
			"tokenizer_config.json", []string{"default"}, "<s></s>False",
		},
		{
			"list in the configuration",
			map[string]string{"tokenizer_config.json": `{"chat_template": [
				{"name": "rag", "template": "R"}, {"name": "tool_use", "template": "T{{ bos_token }}"}, {"name": "default", "template": "D"}], ` + tokens + `}`},
			"tokenizer_config.json", []string{"default", "rag", "tool_use"}, "T<s>",
		},
		{
			"object in the configuration",
			map[string]string{"tokenizer_config.json": `{"chat_template": {"default": "D", "x": "X"}}`},
			"tokenizer_config.json", []string{"default", "x"}, "D",
		},
		{
			"files of their own",
			map[string]string{
				"chat_template.jinja": "D\n", "additional_chat_templates/tool_use.jinja": "T{{ bos_token }}",
				"tokenizer_config.json": `{"chat_template": "old", ` + tokens + `}`,
			},
			"chat_template.jinja", []string{"default", "tool_use"}, "T<s>",
		},
		{
			"processor",
			map[string]string{"chat_template.json": `{"chat_template": "P{{ bos_token }}"}`, "tokenizer_config.json": `{` + tokens + `}`},
			"chat_template.json", []string{"default"}, "P<s>",
		},
		{
			"configuration before the processor's",
			map[string]string{"chat_template.json": `{"chat_template": "P"}`, "tokenizer_config.json": `{"chat_template": "C"}`},
			"tokenizer_config.json", []string{"default"}, "C",
		},
		{
			"tokens in a file of their own",
			map[string]string{
				"chat_template.jinja":     "{{ bos_token }}{{ eos_token }}{{ additional_special_tokens[1] }}{{ image_token }}",
				"special_tokens_map.json": `{"bos_token": "<b>", "eos_token": "<e>"}`,
				"tokenizer_config.json": `{"eos_token": "</s>", "additional_special_tokens": ["<1>", {"content": "<2>"}],
					"extra_special_tokens": {"image_token": "<i>"}}`,
			},
			"chat_template.jinja", []string{"default"}, "<b></s><2><i>",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			files, inMemory := fstest.MapFS{}, map[string][]byte{}
			for name, text := range test.files {
				inMemory[name] = []byte(text)
				files[name] = &fstest.MapFile{Data: []byte(text)}
				path := filepath.Join(dir, name)
				if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o644)); err != nil {
					t.Fatal(err)
				}
			}
			read := map[string]func() (*chat.Templates, error){
				"directory":   func() (*chat.Templates, error) { return chat.Open(dir) },
				"file":        func() (*chat.Templates, error) { return chat.Open(filepath.Join(dir, test.origin)) },
				"file system": func() (*chat.Templates, error) { return chat.ReadFS(files, chat.Options{}) },
				"memory":      func() (*chat.Templates, error) { return chat.ReadFiles(inMemory, chat.Options{}) },
			}
			for how, open := range read {
				templates, err := open()
				if err != nil {
					t.Fatal(how, err)
				}
				if templates.Origin() != test.origin || !slices.Equal(templates.Names(), test.names) {
					t.Errorf("%s: %v of %s, want %v of %s", how, templates.Names(), templates.Origin(), test.names, test.origin)
				}
				if got := selected(t, templates, chat.Input{Tools: chat.Array{}}); got != test.prompt {
					t.Errorf("%s: got %q, want %q", how, got, test.prompt)
				}
			}
		})
	}
}

func selected(t *testing.T, templates *chat.Templates, in chat.Input) string {
	t.Helper()
	template, err := templates.Select("", in)
	if err != nil {
		t.Fatal(err)
	}
	prompt, err := template.Render(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return prompt.String()
}

func TestOpenErrors(t *testing.T) {
	tests := []struct {
		name, file, text string
		want             error
		message          string
	}{
		{"none", "tokenizer_config.json", `{}`, chat.ErrNoTemplate, "no chat template"},
		{"null", "tokenizer_config.json", `{"chat_template": null}`, chat.ErrNoTemplate, "no chat template"},
		{"not JSON", "tokenizer_config.json", `{`, chat.ErrFormat, "tokenizer_config.json: malformed: line 1"},
		{"number", "tokenizer_config.json", `{"chat_template": 1}`, chat.ErrFormat, "neither string, list nor object"},
		{"list without names", "tokenizer_config.json", `{"chat_template": [{"template": "x"}]}`, chat.ErrFormat, "chat_template[0]"},
		{"same name twice", "tokenizer_config.json", `{"chat_template": [{"name": "a", "template": "x"}, {"name": "a", "template": "y"}]}`, chat.ErrFormat, `two templates named "a"`},
		{"object of numbers", "tokenizer_config.json", `{"chat_template": {"a": 1}}`, chat.ErrFormat, "chat_template.a"},
		{"syntax", "chat_template.jinja", "line\n{% if x %}", chat.ErrSyntax, "default:2:11: syntax error: unexpected end of template"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, test.file), []byte(test.text), 0o644); err != nil {
				t.Fatal(err)
			}
			_, err := chat.Open(dir)
			if !errors.Is(err, test.want) || !strings.Contains(err.Error(), test.message) {
				t.Errorf("got %v, want %v with %q", err, test.want, test.message)
			}
		})
	}
	dir := t.TempDir()
	if _, err := chat.Open(filepath.Join(dir, "missing")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("missing path: %v", err)
	}
	other := filepath.Join(dir, "model.txt")
	if err := os.WriteFile(other, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := chat.Open(other); !errors.Is(err, chat.ErrNoTemplate) {
		t.Errorf("other file: %v", err)
	}
}

// ggufMetadata is what a converter writes of two templates.
func ggufMetadata() *gguf.Metadata {
	meta := new(gguf.Metadata)
	meta.Set("general.architecture", gguf.String("llama"))
	meta.Set("tokenizer.ggml.tokens", gguf.Strings([]string{"<unk>", "<s>", "</s>"}))
	meta.Set("tokenizer.ggml.bos_token_id", gguf.Uint32(1))
	meta.Set("tokenizer.ggml.eos_token_id", gguf.Uint32(2))
	meta.Set("tokenizer.ggml.padding_token_id", gguf.Uint32(1000))
	meta.Set("tokenizer.chat_templates", gguf.Strings([]string{"tool_use"}))
	meta.Set("tokenizer.chat_template.tool_use", gguf.String("T{{ bos_token }}"))
	meta.Set("tokenizer.chat_template", gguf.String("D{{ eos_token }}{{ pad_token }}"))
	return meta
}

func TestOpenGGUF(t *testing.T) {
	layout, err := gguf.NewLayout(ggufMetadata(), nil)
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	w, err := gguf.NewWriter(&file, layout)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "model.gguf")
	if err := errors.Join(w.Close(), os.WriteFile(path, file.Bytes(), 0o644)); err != nil {
		t.Fatal(err)
	}
	templates, err := chat.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(templates.Names(), []string{"default", "tool_use"}) {
		t.Errorf("names %v", templates.Names())
	}
	if got := selected(t, templates, chat.Input{}); got != "D</s>" {
		t.Errorf("without tools: %q", got)
	}
	if got := selected(t, templates, chat.Input{Tools: chat.Array{&chat.Object{}}}); got != "T<s>" {
		t.Errorf("with tools: %q", got)
	}
}

func TestFromMetadataErrors(t *testing.T) {
	meta := ggufMetadata()
	meta.Set("tokenizer.chat_template", gguf.Uint32(1))
	if _, err := chat.FromMetadata(meta, chat.Options{}); !errors.Is(err, chat.ErrFormat) {
		t.Errorf("a number for a template: %v", err)
	}
	for _, key := range []string{"tokenizer.chat_template", "tokenizer.chat_template.tool_use"} {
		meta.Delete(key)
	}
	if _, err := chat.FromMetadata(meta, chat.Options{}); !errors.Is(err, chat.ErrNoTemplate) {
		t.Errorf("no template: %v", err)
	}
}

func TestSelect(t *testing.T) {
	templates, err := chat.FromMetadata(ggufMetadata(), chat.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if template, err := templates.Select("tool_use", chat.Input{}); err != nil || template.Name() != "tool_use" {
		t.Errorf("by name: %v, %v", template, err)
	}
	if bos, _ := templates.SpecialTokens().String("bos_token"); bos != "<s>" {
		t.Errorf("bos_token is %q", bos)
	}
	_, err = templates.Select("rag", chat.Input{})
	if !errors.Is(err, chat.ErrNoTemplate) || !strings.Contains(err.Error(), `"rag"; there are default, tool_use`) {
		t.Errorf("no such name: %v", err)
	}
}

func TestParseInput(t *testing.T) {
	in, err := chat.ParseInput([]byte(`{"messages": [{"role": "user", "content": null, "z": 1, "a": 2.50}], "tools": null, "documents": [],
		"add_generation_prompt": false, "enable_thinking": true}`))
	if err != nil {
		t.Fatal(err)
	}
	template, err := chat.Parse("t", "{{ messages }}{{ tools is none }}{{ documents }}{{ add_generation_prompt }}{{ enable_thinking }}", nil, chat.Options{})
	if err != nil {
		t.Fatal(err)
	}
	prompt, err := template.Render(t.Context(), in)
	if want := "[{'role': 'user', 'content': None, 'z': 1, 'a': 2.5}]True[]FalseTrue"; err != nil || prompt.String() != want {
		t.Errorf("got %q, %v, want %q", prompt, err, want)
	}
	for source, want := range map[string]bool{
		`[{"role": "user"}]`:                                               true,
		`[{"role": "user"}, {"role": "assistant"}]`:                        false,
		`{"messages": [{"role": "tool"}]}`:                                 true,
		`{"messages": [{"role": "user"}], "add_generation_prompt": false}`: false,
		`[]`:               false,
		`{"messages": []}`: false,
	} {
		if in, err := chat.ParseInput([]byte(source)); err != nil || in.AddGenerationPrompt != want {
			t.Errorf("%s: %v, %v", source, in.AddGenerationPrompt, err)
		}
	}
	for _, source := range []string{`{`, `1`, `"x"`, `[1]`, `{"messages": 1}`, `{"messages": [null]}`, `{"messages": null}`, `{}`,
		`{"conversation": []}`, `{"messages": [], "tools": {}}`, `{"messages": [], "add_generation_prompt": 1}`} {
		if _, err := chat.ParseInput([]byte(source)); !errors.Is(err, chat.ErrFormat) {
			t.Errorf("%s: %v", source, err)
		}
	}
}

func TestParseInputLimits(t *testing.T) {
	tests := []struct {
		name          string
		within, above string
		message       string
	}{
		{"string", message(strings.Repeat("x", 8<<20)), message(strings.Repeat("x", 8<<20+1)), "a string of more than 8388608 bytes"},
		{"values", values(1 << 19), values(1<<19 + 1), "more than 524288 values"},
		{"depth", nested(100), nested(101), "more than 100 arrays and objects within each other"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if _, err := chat.ParseInput([]byte(test.within)); err != nil {
				t.Error("at the limit:", err)
			}
			_, err := chat.ParseInput([]byte(test.above))
			if !errors.Is(err, chat.ErrLimit) || errors.Is(err, chat.ErrFormat) || !strings.Contains(err.Error(), test.message) {
				t.Errorf("above: got %v, want ErrLimit with %q", err, test.message)
			}
		})
	}
}

// message is a conversation of one message.
func message(content string) string { return `[{"role": "user", "content": "` + content + `"}]` }

// values is a conversation of that many JSON values.
func values(n int) string {
	const others = 3 // the conversation, its messages, and the list of numbers
	return `{"messages": [], "numbers": [0` + strings.Repeat(",0", n-others-1) + `]}`
}

// nested is a conversation of that many arrays and objects within each other.
func nested(depth int) string {
	return `{"messages": [], "deep": ` + strings.Repeat("[", depth-1) + strings.Repeat("]", depth-1) + "}"
}

func TestRenderErrors(t *testing.T) {
	template, err := chat.Parse("greeting", "{{ messages[0].content }}\n\t{{ 'é' ~ messages[1].content + 1 }}", nil, chat.Options{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = template.Render(t.Context(), chat.Input{Messages: []*chat.Object{chat.NewMessage("user", "Hi")}})
	want := "greeting:2:23: undefined: list object has no element 1\n" +
		"     {{ 'é' ~ messages[1].content + 1 }}\n" +
		"    " + strings.Repeat(" ", 22) + "^"
	var e *chat.Error
	if !errors.As(err, &e) || !errors.Is(err, chat.ErrUndefined) || e.Line != 2 || e.Column != 23 {
		t.Fatalf("got %#v", err)
	}
	if err.Error() != want {
		t.Errorf("got\n%s\nwant\n%s", err, want)
	}
	deep := chat.Value("x")
	for range 200 {
		deep = chat.Array{deep}
	}
	for name, test := range map[string]struct {
		v    chat.Value
		want error
	}{"deep": {deep, chat.ErrLimit}, "Go's map": {map[string]any{}, chat.ErrFormat}} {
		m := chat.NewMessage("user", "")
		m.Set("x", test.v)
		if _, err := template.Render(t.Context(), chat.Input{Messages: []*chat.Object{m}}); !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", name, err, test.want)
		}
	}
}
