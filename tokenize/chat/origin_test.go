package chat_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/nibble-go/nibble/tokenize/chat"
)

// marked writes a prompt with the bytes of messages in brackets, each with its
// number, and those of other origins with their first letter.
func marked(p chat.Prompt) string {
	var b strings.Builder
	for _, s := range p.Spans() {
		text := p.String()[s.Start:s.End]
		switch s.Origin.Kind {
		case chat.FromTemplate:
			b.WriteString(text)
		case chat.FromMessage:
			fmt.Fprintf(&b, "[%d:%s]", s.Origin.Message, text)
		default:
			fmt.Fprintf(&b, "[%c:%s]", s.Origin.Kind.String()[0], text)
		}
	}
	return b.String()
}

// TestOrigins follows the bytes of messages through the operations of
// templates. u and a are the contents of two messages, e is an extra variable.
func TestOrigins(t *testing.T) {
	tests := []struct{ expression, want string }{
		{"u", "[0: Hello, World ]"},
		{"'<' + u + '>'", "<[0: Hello, World ]>"},
		{"'<' ~ u ~ a", "<[0: Hello, World ][1:été]"},
		{"u|trim", "[0:Hello, World]"},
		{"u.strip().split(', ')[1] + '!'", "[0:World]!"},
		{"u.split('o')|join('0')", "[0: Hell]0[0:, W]0[0:rld ]"},
		{"u[1:4] ~ u[-3]", "[0:Hell]"},
		{"a[::-1] ~ '.'", "[1:été]."},
		{"('x' ~ u)[:4]", "x[0: He]"},
		{"('x' ~ u)[::-1]", "[0: dlroW ,olleH ]x"},
		{"u|replace('l', 'L')", "[0: He]LL[0:o, Wor]L[0:d ]"},
		{"('a-b')|replace('-', u)", "a[0: Hello, World ]b"},
		{"u|replace('Hello', a)", "[0: ][1:été][0:, World ]"},
		{"u|upper ~ a|upper ~ a|title", "[0: HELLO, WORLD ][1:ÉTÉÉté]"},
		{"('x' ~ a)|upper", "X[1:ÉTÉ]"},
		{"u|indent(2, true)", "  [0: Hello, World ]"},
		{"u * 2", "[0: Hello, World  Hello, World ]"},
		{"'%s-%s' % (u, 1)", "[0: Hello, World ]-1"},
		{"'%5s|%.2s' % (a, u)", "  [1:été]|[0: H]"},
		{"'{}: {a}'.format(u, a=a)", "[0: Hello, World ]: [1:été]"},
		{"[u, 'x']", "['[0: Hello, World ]', 'x']"},
		{"[u, 'x']|tojson", "[\"[0: Hello, World ]\", \"x\"]"},
		{"{'k': a}|tojson", "{\"k\": \"[1:été]\"}"},
		{"messages[1]|tojson", "[1:{\"role\": \"]assistant[1:\", \"content\": \"été\", \"calls\": [{\"n\": 1}]}]"},
		{"messages[1].calls|string", "[1:[{'n': 1}]]"},
		{"messages[1].calls[0].n", "1"},
		{"messages[1].keys()|join('+')", "[1:role]+[1:content]+[1:calls]"},
		{"u|length", "14"},
		{"u|first ~ u|last|e", "[0:  ]"},
		{"('<' ~ u)|e", "&lt;[0: Hello, World ]"},
		{"u|list|join('')", "[0: Hello, World ]"},
		{"u|safe + '<'", "[0: Hello, World ]&lt;"},
		{"u|truncate(8, true, '~', 0)", "[0: Hello,]~"},
		{"u.partition(',')[2]|trim", "[0:World]"},
		{"u.splitlines()[0].lstrip()", "[0:Hello, World ]"},
		{"'/'.join([u, a])", "[0: Hello, World ]/[1:été]"},
		{"a.center(7, '*')", "**[1:été]**"},
		{"a.zfill(5)", "00[1:été]"},
		{"e ~ (e|default('x')) ~ (missing|default(e))", "[e:extraextraextra]"},
		{"tools|tojson", "[t:[{\"name\": \"f\"}]]"},
		{"documents[0].text", "[d:doc]"},
		{"bos_token ~ u[:1]", "<s>[0: ]"},
		{"messages[0].role ~ ': '", "user: "},
		{"dict(k=u).k", "[0: Hello, World ]"},
		{"namespace(k=u).k", "[0: Hello, World ]"},
		{"[a, u]|sort|first", "[0: Hello, World ]"},
		{"messages|map(attribute='content')|map('upper')|join(',')", "[0: HELLO, WORLD ],[1:ÉTÉ]"},
		{"u if true else a", "[0: Hello, World ]"},
		{"u|wordcount ~ u.find('W')", "28"},
		{"a|urlencode", "[1:%C3%A9t%C3%A9]"},
		{"'a\\tb'.expandtabs(4) ~ u.expandtabs()[:2]", "a   b[0: H]"},
		{"m(u)", "<[0: Hello, World ]>"},
	}
	for _, test := range tests {
		t.Run(test.expression, func(t *testing.T) {
			source := "{% set u = messages[0].content %}{% set a = messages[1].content %}" +
				"{% macro m(x) %}<{{ x }}>{% endmacro %}{{ " + test.expression + " }}"
			if got := marked(renderOrigins(t, source)); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func renderOrigins(t *testing.T, source string) chat.Prompt {
	t.Helper()
	template, err := chat.Parse("origins", source, nil, chat.Options{})
	if err != nil {
		t.Fatal(err)
	}
	in, err := chat.ParseInput([]byte(`{
		"messages": [
			{"role": "user", "content": " Hello, World "},
			{"role": "assistant", "content": "été", "calls": [{"n": 1}]}
		],
		"tools": [{"name": "f"}], "documents": [{"text": "doc"}], "e": "extra", "bos_token": "<s>"
	}`))
	if err != nil {
		t.Fatal(err)
	}
	prompt, err := template.Render(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	checkSpans(t, prompt)
	return prompt
}

// TestOriginsOfBlocks follows them through statements.
func TestOriginsOfBlocks(t *testing.T) {
	for source, want := range map[string]string{
		"{% for m in messages %}{{ loop.index }}{{ m.content }}{% endfor %}":                                            "1[0: Hello, World ]2[1:été]",
		"{% set x %}<{{ messages[1].content }}>{% endset %}{{ x }}":                                                     "<[1:été]>",
		"{% set x | upper %}<{{ messages[1].content }}x>{% endset %}{{ x }}":                                            "<[1:ÉTÉ]X>",
		"{% filter trim %} {{ messages[0].content }}{% endfilter %}":                                                    "[0:Hello, World]",
		"{% macro m() %}({{ caller() }}){% endmacro %}{% call m() %}{{ messages[1].content }}{% endcall %}":             "([1:été])",
		"{% generation %}{{ messages[1].content }}.{% endgeneration %}":                                                 "[1:été].",
		"{% set ns = namespace(s='') %}{% for m in messages %}{% set ns.s = ns.s + m.content %}{% endfor %}{{ ns.s }}.": "[0: Hello, World ][1:été].",
		"{% for c in messages[1].content %}{{ c }}{{ loop.previtem }}{% endfor %}":                                      "[1:étéét]",
	} {
		if got := marked(renderOrigins(t, source)); got != want {
			t.Errorf("%s:\ngot  %s\nwant %s", source, got, want)
		}
	}
}

// TestOriginsOfTwins: two messages that say the same keep their bytes apart, and
// a conversation whose users write other letters has the same origins.
func TestOriginsOfTwins(t *testing.T) {
	inputs := conversations(t)
	for _, name := range []string{"simple", "system", "tools", "unicode"} {
		in := inputs[name]
		for _, file := range []string{"meta-llama-Llama-3.2-3B-Instruct.jinja", "Qwen-Qwen2.5-7B-Instruct.jinja", "Mistral-Small-3.2-24B-Instruct-2506.jinja"} {
			template := openShared(t, file)
			rapid.Check(t, func(t *rapid.T) {
				changed := in
				changed.Messages = nil
				letter := string(rapid.RuneFrom([]rune("abcxyz")).Draw(t, "letter"))
				for _, m := range in.Messages {
					m = m.Clone()
					if content, ok := m.String("content"); ok {
						m.Set("content", strings.Map(func(r rune) rune {
							if 'a' <= r && r <= 'z' {
								return rune(letter[0])
							}
							return r
						}, content))
					}
					changed.Messages = append(changed.Messages, m)
				}
				before, err := template.Render(t.Context(), in)
				if err != nil {
					t.Skip(err)
				}
				after, err := template.Render(t.Context(), changed)
				if err != nil {
					t.Fatal(err)
				}
				if fmt.Sprint(before.Spans()) != fmt.Sprint(after.Spans()) {
					t.Fatalf("%v\n%v", marked(before), marked(after))
				}
			})
		}
	}
}
