package chat

import (
	"context"

	"github.com/nibble-go/nibble/tokenize/chat/internal/jinja"
)

// Limits bound what a template may use. A field that is 0 takes the default,
// which grows with the input where it says so: a long conversation is no attack.
type Limits struct {
	Steps  int // nodes evaluated, and what costs as much as that; 0: 1,000,000 + 64 a byte of input
	Memory int // bytes that all values made take together, whether they are still in use or not; 0: 32 MiB + 64 a byte of input
	Output int // bytes of the prompt; 0: 8 MiB + 16 a byte of input
	Depth  int // macros, loops and containers within each other; 0: 200
	Source int // bytes of the template; 0: 128 KiB
}

// Options say how templates are parsed and rendered. The zero Options are what
// Open uses.
type Options struct {
	Limits Limits
}

// A Template is a chat template. It is immutable.
type Template struct {
	parsed *jinja.Template
	source string
	tokens *Object // special tokens by the names of their variables, and what else the model's files say
	limits Limits
}

// Parse parses a template. tokens are the special tokens that it finds as
// variables, such as bos_token; they may be nil.
//
// The error is an [*Error].
func Parse(name, source string, tokens *Object, o Options) (*Template, error) {
	parsed, err := jinja.Parse(name, source, jinja.Limits(o.Limits))
	if err != nil {
		return nil, public(err)
	}
	return &Template{parsed, source, tokens.Clone(), o.Limits}, nil
}

// Name returns the name that the template was parsed under.
func (t *Template) Name() string { return t.parsed.Name() }

// Source returns the template as it was given.
func (t *Template) Source() string { return t.source }

// Render returns the prompt of a conversation.
//
// The error is an [*Error], which wraps that of ctx if it ended the run, or
// ErrFormat or ErrLimit for an input that no template can be given.
func (t *Template) Render(ctx context.Context, in Input) (Prompt, error) {
	vars, size, err := t.variables(&in)
	if err != nil {
		return Prompt{}, err
	}
	text, err := t.parsed.Render(ctx, vars, jinja.RenderOptions{Limits: jinja.Limits(t.limits), Now: in.Now, Input: size})
	if err != nil {
		return Prompt{}, public(err)
	}
	return newPrompt(text, &in), nil
}

// variables returns what the template finds, and how many bytes that counts
// for.
func (t *Template) variables(in *Input) (vars *jinja.Dict, size int, err error) {
	var im importer
	vars = jinja.NewDict(jinja.FromTemplate)
	set := func(name string, v Value, origin Kind) {
		if err != nil {
			return
		}
		var imported jinja.Value
		if imported, err = im.value(v, jinja.Origin(origin)); err == nil {
			vars.SetString(jinja.NewStr(name, jinja.FromTemplate), imported)
		}
	}
	for name, v := range t.tokens.All() {
		set(name, v, FromTemplate)
	}
	messages := make([]jinja.Value, len(in.Messages))
	for i, m := range in.Messages {
		if messages[i], err = im.message(m, firstMessage+jinja.Origin(i)); err != nil {
			return nil, 0, err
		}
	}
	vars.SetString(jinja.NewStr("messages", jinja.FromTemplate), jinja.NewList(messages, jinja.FromTemplate))
	if in.Tools != nil {
		set("tools", in.Tools, FromTools)
	}
	if in.Documents != nil {
		set("documents", in.Documents, FromDocuments)
	}
	set(promptVariable, in.AddGenerationPrompt, FromTemplate)
	for name, v := range in.Extra.All() {
		origin := FromExtra
		if isSpecialToken(name) {
			origin = FromTemplate
		}
		set(name, v, origin)
	}
	return vars, im.size, err
}

func isSpecialToken(name string) bool {
	for _, token := range specialTokenNames {
		if token == name {
			return true
		}
	}
	return false
}
