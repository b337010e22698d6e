package chat

import (
	"fmt"
	"slices"
	"strings"
)

// The names of templates that are chosen without being asked for.
const (
	defaultName = "default"
	toolUseName = "tool_use"
)

// Templates are the chat templates of a model, by name. A model's only template
// is named default.
type Templates struct {
	templates []*Template
	tokens    *Object // special tokens by the names of their variables
	origin    string  // the file that the templates come from
}

// Origin returns the file that the templates come from, such as
// chat_template.jinja.
func (t *Templates) Origin() string { return t.origin }

// Names returns the names of the templates: default first, the others sorted.
func (t *Templates) Names() []string {
	names := make([]string, len(t.templates))
	for i, template := range t.templates {
		names[i] = template.Name()
	}
	return names
}

// Get returns the template of a name.
func (t *Templates) Get(name string) (*Template, bool) {
	for _, template := range t.templates {
		if template.Name() == name {
			return template, true
		}
	}
	return nil, false
}

// Select returns the template of a name or, if name is "", the one that
// transformers takes for an input: tool_use where tools are given and there is
// one of that name, or else default.
//
// The error is [ErrNoTemplate].
func (t *Templates) Select(name string, in Input) (*Template, error) {
	wanted := []string{name}
	if name == "" {
		wanted = []string{defaultName}
		if in.Tools != nil {
			wanted = []string{toolUseName, defaultName}
		}
	}
	for _, name := range wanted {
		if template, ok := t.Get(name); ok {
			return template, nil
		}
	}
	return nil, fmt.Errorf("%w named %q; there are %s", ErrNoTemplate, wanted[len(wanted)-1], strings.Join(t.Names(), ", "))
}

// SpecialTokens returns the special tokens that templates find as variables,
// such as bos_token, as the model's files name them.
func (t *Templates) SpecialTokens() *Object { return t.tokens.Clone() }

// sourceText is a template that is not parsed yet.
type sourceText struct{ name, text string }

// newTemplates parses the templates of a model.
func newTemplates(origin string, sources []sourceText, tokens *Object, o Options) (*Templates, error) {
	t := &Templates{tokens: tokens, origin: origin}
	for _, s := range sources {
		if _, ok := t.Get(s.name); ok {
			return nil, fmt.Errorf("%w: two templates named %q", ErrFormat, s.name)
		}
		template, err := Parse(s.name, s.text, tokens, o)
		if err != nil {
			return nil, err
		}
		t.templates = append(t.templates, template)
	}
	slices.SortStableFunc(t.templates, func(a, b *Template) int {
		if first := a.Name() == defaultName; first != (b.Name() == defaultName) {
			if first {
				return -1
			}
			return 1
		}
		return strings.Compare(a.Name(), b.Name())
	})
	return t, nil
}
