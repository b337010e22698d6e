package jinja

import (
	"errors"
	"strings"
	"testing"
)

// Texts that are wrapped and printed keep their origins.
func TestWrappedOrigins(t *testing.T) {
	const fromUser Origin = 7
	for _, c := range []struct{ source, want string }{
		{"{{ x|wordwrap(4) }}", "ab-\ncd\nef"},
		{"{{ {'k': x * 20}|pprint }}", "{'k': 'ab-cd efab-cd efab-cd efab-cd efab-cd efab-cd efab-cd efab-cd efab-cd '\n      'efab-cd efab-cd efab-cd efab-cd efab-cd efab-cd efab-cd efab-cd efab-cd '\n      'efab-cd efab-cd ef'}"},
	} {
		vars := NewDict(FromTemplate)
		vars.SetString(lit("x"), NewStr("ab-cd ef", fromUser))
		text, err := renderTest(t, c.source, vars)
		if err != nil {
			t.Fatal(err)
		}
		if text.String() != c.want {
			t.Errorf("%s: got %q, want %q", c.source, text, c.want)
		}
		start := 0
		for _, run := range text.Runs() {
			part := text.String()[start:run.End]
			if isUsers := strings.ContainsAny(part, "abcdef"); isUsers != (run.Origin == fromUser) {
				t.Errorf("%s: %q is of origin %d", c.source, part, run.Origin)
			}
			start = run.End
		}
	}
}

// What would take long to wrap and to print goes beyond the limits instead.
func TestWrapLimits(t *testing.T) {
	for _, source := range []string{
		"{{ ('x ' * 3000000)|wordwrap(1) }}",
		"{{ ('x' * 3000000)|wordwrap(1) }}",
		"{{ ('x ' * 3000000)|pprint }}",
		"{{ (['x'] * 300000)|pprint }}",
		"{% set ns = namespace(l=['" + strings.Repeat("x", 100) + "']) %}{% for i in range(300) %}{% set ns.l = [ns.l] %}{% endfor %}{{ ns.l|pprint }}",
		"{% set ns = namespace(l=['" + strings.Repeat("x", 100) + "']) %}{% for i in range(60) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}{{ ns.l|pprint }}",
	} {
		if got, err := renderTest(t, source, NewDict(FromTemplate)); !errors.Is(err, ErrLimit) {
			t.Errorf("%.60s: %.60v, %v", source, got, err)
		}
	}
}
