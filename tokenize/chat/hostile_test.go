package chat_test

import (
	"context"
	"errors"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/nibble-go/nibble/tokenize/chat"
)

// hostile are templates that want more than there is. Each must end in an error
// within 100 ms and 64 MiB.
var hostile = map[string]struct {
	source string
	want   error
}{
	"recursive macro":          {"{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", chat.ErrLimit},
	"recursive macros":         {"{% macro a() %}{{ b() }}{% endmacro %}{% macro b() %}{{ a() }}{{ a() }}{% endmacro %}{{ a() }}", chat.ErrLimit},
	"recursive default":        {"{% macro m(x=m()) %}{% endmacro %}{{ m() }}", chat.ErrLimit},
	"recursive caller":         {"{% macro m() %}{{ caller }}{% call m() %}{% endcall %}{% endmacro %}{{ m() }}", chat.ErrLimit},
	"recursive loop":           {"{% for i in [1] recursive %}{{ loop([1]) }}{% endfor %}", chat.ErrLimit},
	"long range":               {"{% for i in range(10**9) %}x{% endfor %}", chat.ErrLimit},
	"longest ranges":           {"{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}", chat.ErrLimit},
	"list of ranges":           {"{% set ns = namespace(l=[]) %}{% for i in range(100000) %}{% set ns.l = ns.l + range(100000)|list %}{% endfor %}", chat.ErrLimit},
	"doubling string":          {"{% set ns = namespace(s='x') %}{% for i in range(100) %}{% set ns.s = ns.s + ns.s %}{% endfor %}", chat.ErrLimit},
	"doubling by ~":            {"{% set ns = namespace(s='x') %}{% for i in range(100) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}", chat.ErrLimit},
	"doubling by replace":      {"{% set ns = namespace(s='x') %}{% for i in range(100) %}{% set ns.s = ns.s|replace('x', 'xx') %}{% endfor %}", chat.ErrLimit},
	"doubling by join":         {"{% set ns = namespace(s='x') %}{% for i in range(100) %}{% set ns.s = [ns.s, ns.s]|join %}{% endfor %}", chat.ErrLimit},
	"doubling by format":       {"{% set ns = namespace(s='x') %}{% for i in range(100) %}{% set ns.s = '{0}{0}'.format(ns.s) %}{% endfor %}", chat.ErrLimit},
	"doubling list":            {"{% set ns = namespace(l=[1]) %}{% for i in range(100) %}{% set ns.l = ns.l + ns.l %}{% endfor %}", chat.ErrLimit},
	"doubling tree, printed":   {"{% set ns = namespace(l=[1]) %}{% for i in range(100) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}{{ ns.l }}", chat.ErrLimit},
	"doubling tree, as JSON":   {"{% set ns = namespace(l=[1]) %}{% for i in range(90) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}{{ ns.l|tojson }}", chat.ErrLimit},
	"doubling tree, compared":  {"{% set ns = namespace(a=[1], b=[1]) %}{% for i in range(90) %}{% set ns.a = [ns.a, ns.a] %}{% set ns.b = [ns.b, ns.b] %}{% endfor %}{{ ns.a == ns.b }}{{ ns.a < ns.b }}", chat.ErrLimit},
	"doubling tuple, as a key": {"{% set ns = namespace(a=(1,)) %}{% for i in range(90) %}{% set ns.a = (ns.a, ns.a) %}{% endfor %}{{ {ns.a: 1} }}", chat.ErrLimit},
	"deep list":                {"{% set ns = namespace(l=[]) %}{% for i in range(100000) %}{% set ns.l = [ns.l] %}{% endfor %}{{ ns.l }}", chat.ErrLimit},
	"namespace in itself":      {"{% set ns = namespace() %}{% set ns.a = ns %}{{ ns }}", chat.ErrLimit},
	"repeated string":          {"{{ 'x' * 10**9 }}", chat.ErrLimit},
	"repeated beyond memory":   {"{{ 'x' * 10**18 }}", chat.ErrLimit},
	"repeated empty lists":     {"{{ [[]] * 10**9 }}", chat.ErrLimit},
	"repeated twice":           {"{{ 'x' * 10**6 * 10**6 }}", chat.ErrLimit},
	"large integer":            {"{{ 10 ** (10 ** 9) }}", chat.ErrLimit},
	"growing integer":          {"{% set ns = namespace(n=3) %}{% for i in range(100) %}{% set ns.n = ns.n * ns.n %}{% endfor %}", chat.ErrLimit},
	"width of %":               {"{{ '%1000000000d' % 1 }}", chat.ErrLimit},
	"precision of %":           {"{{ '%.1000000000f' % 1 }}", chat.ErrLimit},
	"width of format":          {"{{ '{:1000000000}'.format(1) }}", chat.ErrLimit},
	"width of center":          {"{{ 'x'.center(10**9) }}", chat.ErrLimit},
	"width of zfill":           {"{{ 'x'.zfill(10**9) }}", chat.ErrLimit},
	"width of indent":          {"{{ 'a\\nb'|indent(10**9) }}", chat.ErrLimit},
	"width of tabs":            {"{{ '\\t'.expandtabs(10**9) }}", chat.ErrLimit},
	"indent of JSON":           {"{{ [[1]]|tojson(indent=10**9) }}", chat.ErrLimit},
	"fill of batch":            {"{{ [1]|batch(10**9, 0)|list }}", chat.ErrLimit},
	"many slices":              {"{{ [1]|slice(10**9)|list }}", chat.ErrLimit},
	"output":                   {"{% for i in range(100000) %}{{ '0123456789' * 100 }}{% endfor %}", chat.ErrLimit},
	"output of a macro":        {"{% macro m() %}{% for i in range(1000) %}0123456789{% endfor %}{% endmacro %}{% for i in range(100000) %}{{ m() }}{% endfor %}", chat.ErrLimit},
	"brackets":                 {"{{ " + strings.Repeat("(", 10_000) + "1" + strings.Repeat(")", 10_000) + " }}", chat.ErrLimit},
	"lists":                    {"{{ " + strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000) + " }}", chat.ErrLimit},
	"dictionaries":             {"{{ " + strings.Repeat("{1:", 10_000) + "1" + strings.Repeat("}", 10_000) + " }}", chat.ErrLimit},
	"open brackets":            {"{{ " + strings.Repeat("[", 100_000), chat.ErrLimit},
	"signs":                    {"{{ " + strings.Repeat("-", 10_000) + "1 }}", chat.ErrLimit},
	"nots":                     {"{{ " + strings.Repeat("not ", 10_000) + "1 }}", chat.ErrLimit},
	"sums":                     {"{{ 1" + strings.Repeat("+1", 30_000) + " }}", chat.ErrLimit},
	"powers":                   {"{{ 1" + strings.Repeat("**1", 30_000) + " }}", chat.ErrLimit},
	"conditions":               {"{{ 1" + strings.Repeat(" if 1 else 1", 30_000) + " }}", chat.ErrLimit},
	"attributes":               {"{{ x" + strings.Repeat(".x", 30_000) + " }}", chat.ErrLimit},
	"filters":                  {"{{ x" + strings.Repeat("|trim", 30_000) + " }}", chat.ErrLimit},
	"ifs":                      {strings.Repeat("{% if 1 %}", 10_000) + strings.Repeat("{% endif %}", 10_000), chat.ErrLimit},
	"loops":                    {strings.Repeat("{% for i in [1] %}", 10_000) + strings.Repeat("{% endfor %}", 10_000), chat.ErrLimit},
	"source":                   {strings.Repeat("x", 1<<20), chat.ErrLimit},
	"internal attribute":       {"{{ ''.__class__ }}", chat.ErrSecurity},
	"internal attributes":      {"{{ ''.__class__.__mro__[1].__subclasses__() }}", chat.ErrSecurity},
	"internal item":            {"{{ messages['__class__'] }}", chat.ErrSecurity},
	"internal by filter":       {"{{ messages|attr('__init__') }}", chat.ErrSecurity},
	"internal by format":       {"{{ '{0.__class__}'.format(messages) }}", chat.ErrSecurity},
	"internal by map":          {"{{ [messages]|map(attribute='__class__')|list }}", chat.ErrSecurity},
	"globals of a macro":       {"{% macro m() %}{% endmacro %}{{ m.__globals__ }}", chat.ErrSecurity},
	"changed list":             {"{{ messages.append(1) }}", chat.ErrSecurity},
	"changed dictionary":       {"{% set d = {} %}{{ d.update(a=1) }}", chat.ErrSecurity},
	"other template":           {"{% include '/etc/passwd' %}", chat.ErrType},
	"long search":              {"{% set s = 'ab' * 1000000 %}{% for i in range(100000) %}{{ 'x' in s }}{% endfor %}", chat.ErrLimit},
	"long comparison":          {"{% set s = 'ab' * 1000000 %}{% set t = 'ab' * 1000000 %}{% for i in range(100000) %}{{ s == t }}{% endfor %}", chat.ErrLimit},
	"long strip":               {"{% set s = ' ' * 1000000 %}{% for i in range(100000) %}{{ s.strip() }}{% endfor %}", chat.ErrLimit},
	"long index":               {"{% set s = 'é' * 1000000 %}{% for i in range(100000) %}{{ s[i] }}{% endfor %}", chat.ErrLimit},
	"long count":               {"{% set s = 'é' * 1000000 %}{% for i in range(100000) %}{{ s|length }}{% endfor %}", chat.ErrLimit},
	"keywords of a dictionary": {"{{ dict(**dict(range(50000)|map('string')|batch(2))) }}", chat.ErrLimit},
	"long set of strip":        {"{% set s = 'ab' * 100000 %}{% for i in range(1000) %}{{ s.strip(s) }}{% endfor %}", chat.ErrLimit},
	"brackets in a format":     {"{{ ('{' + '[' * 1000000).format(1) }}", chat.ErrValue},
	"braces in a format":       {"{{ ('{' * 999999).format(1) }}", chat.ErrValue},
	"arguments":                {"{{ f(" + strings.Repeat("a,", 30_000) + ") }}", chat.ErrLimit},
	"parameters":               {"{% macro m(" + manyParameters() + ") %}{% endmacro %}", chat.ErrLimit},
	"deep sums":                {"{{ " + strings.Repeat("(", 150) + "1" + strings.Repeat(strings.Repeat("-1", 800)+")", 150) + " }}", chat.ErrLimit},
	"recursion in deep sums":   {"{% macro m() %}{{ m()" + strings.Repeat("-1", 900) + " }}{% endmacro %}{{ m() }}", chat.ErrLimit},
	"names in branches":        {manyNames(), nil},
	"many names":               {strings.Repeat("{% set a = 1 %}{% if 1 %}{% set b = 1 %}{% endif %}", 2_000), nil},
}

// manyParameters lists thousands of names.
func manyParameters() string {
	var b strings.Builder
	for i := range 20_000 {
		b.WriteString("p" + strconv.Itoa(i) + ",")
	}
	return b.String()
}

// manyNames sets thousands of names, with as many ifs between them.
func manyNames() string {
	var b strings.Builder
	for i := range 2000 {
		name := strconv.Itoa(i)
		b.WriteString("{% set a" + name + "=1 %}{% if 1 %}{% set b" + name + "=1 %}{% endif %}")
	}
	return b.String()
}

// slowMachine is how many times slower than a machine of today one may be that
// runs these tests, with others at work on it. On a machine of today all of them
// end well within what is promised, which is 100 ms.
const slowMachine = 2

func TestHostile(t *testing.T) {
	for name, h := range hostile {
		t.Run(name, func(t *testing.T) {
			var took time.Duration
			for range 5 { // the collector of garbage may have been at work for others
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)
				start := processTime(t)
				err := renderOnce(h.source)
				took = processTime(t) - start
				runtime.ReadMemStats(&after)
				if !errors.Is(err, h.want) {
					t.Fatalf("got %.200v, want %v", err, h.want)
				}
				if n := after.TotalAlloc - before.TotalAlloc; n > 64<<20 && !raceEnabled {
					t.Fatalf("%d bytes allocated", n)
				}
				if took < slowMachine*100*time.Millisecond || raceEnabled {
					return
				}
			}
			t.Errorf("took %v", took)
		})
	}
}

func renderOnce(source string) error {
	template, err := chat.Parse("hostile", source, nil, chat.Options{})
	if err != nil {
		return err
	}
	in := chat.Input{Messages: []*chat.Object{chat.NewMessage("user", "Hi")}}
	_, err = template.Render(context.Background(), in)
	return err
}

func TestContext(t *testing.T) {
	template, err := chat.Parse("endless", "{% for i in range(100000) %}{% for j in range(10) %}{% endfor %}{% endfor %}", nil, chat.Options{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := template.Render(ctx, chat.Input{}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestLimits(t *testing.T) {
	tests := []struct {
		name, source string
		limits       chat.Limits
	}{
		{"steps", "{% for i in range(100) %}{% endfor %}", chat.Limits{Steps: 50}},
		{"memory", "{% set x = 'x' * 1000 %}", chat.Limits{Memory: 900}},
		{"output", "0123456789", chat.Limits{Output: 9}},
		{"depth", "{{ [[[[1]]]] }}", chat.Limits{Depth: 3}},
		{"source", "0123456789", chat.Limits{Source: 9}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for _, limits := range []chat.Limits{test.limits, {}} {
				template, err := chat.Parse("limited", test.source, nil, chat.Options{Limits: limits})
				if err == nil {
					_, err = template.Render(t.Context(), chat.Input{})
				}
				if limited := limits != (chat.Limits{}); limited != errors.Is(err, chat.ErrLimit) {
					t.Errorf("with %+v: %v", limits, err)
				}
			}
		})
	}
}
