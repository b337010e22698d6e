package jinja

import (
	"context"
	"strings"
	"time"
)

// A Template is one that has been parsed. It is immutable: any number of
// goroutines may render it at the same time.
type Template struct {
	name   string
	source string // with \n for all newlines, without the last one
	body   []stmt
	fn     *function
	scope  scope
}

// Parse parses a template. The error is an *Error.
func Parse(name, source string, l Limits) (*Template, error) {
	l = l.withDefaults(0)
	if len(source) > l.Source {
		return nil, newError(name, source, 0, ErrLimit, "the template is too long")
	}
	source = strings.TrimSuffix(normalizeNewlines(strings.ToValidUTF8(source, "\uFFFD")), "\n")
	body, err := parse(name, source)
	if err != nil {
		return nil, err
	}
	fn, s, err := resolve(name, source, body)
	if err != nil {
		return nil, err
	}
	return &Template{name: name, source: source, body: body, fn: fn, scope: s}, nil
}

// Name returns the name that the template was parsed under.
func (t *Template) Name() string { return t.name }

// RenderOptions say how a template is rendered. The zero RenderOptions are good
// for small inputs.
type RenderOptions struct {
	Limits Limits
	Now    func() time.Time // nil: time.Now
	Input  int              // bytes of the input, which limits grow with
}

// Render evaluates the template with variables. The error is an *Error, which
// wraps the context's where that ended the run.
func (t *Template) Render(ctx context.Context, vars *Dict, o RenderOptions) (text *Str, err error) {
	l := o.Limits.withDefaults(o.Input)
	it := &interp{
		t: t, vars: vars, now: o.Now,
		budget: budget{ctx: ctx, steps: l.Steps, memory: l.Memory, depth: l.Depth},
	}
	if it.now == nil {
		it.now = time.Now
	}
	it.out = &builder{it: it, most: l.Output}
	it.frame = &frame{vars: make([]Value, t.fn.slots)}
	defer recoverFailure(&err)
	it.begin(&t.scope)
	it.exec(t.body)
	return it.out.str(), nil
}
