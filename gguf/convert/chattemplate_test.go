package convert

import (
	"strings"
	"testing"
)

func TestChatTemplate(t *testing.T) {
	tokenizer := caseFile(t, "bpe-no-config/tokenizer.json")
	cases := map[string]struct {
		files map[string]string
		want  []string // the keys under tokenizer.chat_, in order
	}{
		"none": {map[string]string{"tokenizer_config.json": `{"a": 1}`}, nil},
		"in the configuration": {
			map[string]string{"tokenizer_config.json": `{"chat_template": "a"}`, "chat_template.jinja": "b"},
			[]string{"template=\"a\""},
		},
		"hidden by null": {
			map[string]string{"tokenizer_config.json": `{"chat_template": null}`, "chat_template.jinja": "b"},
			nil,
		},
		"empty":  {map[string]string{"tokenizer_config.json": `{"chat_template": ""}`, "chat_template.jinja": "b"}, nil},
		"number": {map[string]string{"tokenizer_config.json": `{"chat_template": 1}`}, nil},
		"jinja": {
			map[string]string{"tokenizer_config.json": `{"a": 1}`, "chat_template.jinja": "b\r\nc\rd\n", "chat_template.json": `{"chat_template": "e"}`},
			[]string{`template="b\nc\nd\n"`},
		},
		"jinja, and no configuration": {map[string]string{"chat_template.jinja": "b"}, nil},
		"jinja, and an empty configuration": {
			map[string]string{"tokenizer_config.json": `{}`, "chat_template.jinja": "b"}, nil,
		},
		"json": {
			map[string]string{"tokenizer_config.json": `{"a": 1}`, "chat_template.json": `{"chat_template": "e"}`},
			[]string{`template="e"`},
		},
		"json without a template": {
			map[string]string{"tokenizer_config.json": `{"a": 1}`, "chat_template.json": `{}`}, nil,
		},
		"additional": {
			map[string]string{
				"tokenizer_config.json": `{"a": 1}`, "chat_template.jinja": "b",
				"additional_chat_templates/z.jinja": "Z", "additional_chat_templates/a-b.jinja": "A",
				"additional_chat_templates/c.txt": "no",
			},
			[]string{`template.a_b="A"`, `template.z="Z"`, `templates=str[2]`, `template="b"`},
		},
		"additional alone": {
			map[string]string{"tokenizer_config.json": `{"a": 1}`, "additional_chat_templates/z.jinja": "Z"}, nil,
		},
		"list": {
			map[string]string{"tokenizer_config.json": `{"chat_template": [
				{"name": "tool use", "template": "T"}, {"name": "default", "template": "D"},
				{"name": "é", "template": "E"}, {"name": "", "template": "x"}, {"template": "y"},
				{"name": "no template"}, {"name": "tool_use", "template": "U"}]}`},
			[]string{`template.tool_use="U"`, `template._="E"`, `templates=str[2]`, `template="D"`},
		},
		"list without default": {
			map[string]string{"tokenizer_config.json": `{"chat_template": [{"name": "a", "template": "A"}]}`},
			[]string{`template.a="A"`, `templates=str[1]`},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			c.files["config.json"] = configOf("Qwen3ForCausalLM", "qwen3", `, "vocab_size": 30`)
			c.files["tokenizer.json"] = tokenizer
			meta, err := vocabularyOf(t, makeDir(t, c.files), Options{})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for key, v := range meta.All() {
				if rest, ok := strings.CutPrefix(key, "tokenizer.chat_"); ok {
					got = append(got, rest+"="+v.String())
				}
			}
			if strings.Join(got, "; ") != strings.Join(c.want, "; ") {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
