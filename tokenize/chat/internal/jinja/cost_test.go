package jinja

import (
	"context"
	"errors"
	flags "flag"
	"maps"
	"math/big"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// costScale divides the limits and what they are tested with. At 1 the test
// takes minutes.
var costScale = flags.Int("cost.scale", 50, "divide what TestCost uses by this")

// costSubjects are what every operation is applied to, of a megabyte or as many
// elements and bits as a value may have.
func costSubjects(scale int) map[string]Value {
	subjects := map[string]Value{
		"integer": new(big.Int).Lsh(big.NewInt(12345), maxBits-20),
	}
	for name, piece := range map[string]string{
		"ascii": "ab ", "other": "éΣ'", "digits": "1", "dots": ".", "commas": ",", "percents": "%-", "braces": "{", "fields": "{}",
		"tabs": "\t", "tags": "<", "lines": "\n",
	} {
		subjects[name] = NewStr(strings.Repeat(piece, 1_000_000/scale/len(piece)), 1)
	}
	mixed := NewStr(strings.Repeat("ab", 200_000/scale), 0)
	for i := range len(mixed.s) {
		mixed.marks = append(mixed.marks, mark{i, Origin(i % 2)})
	}
	subjects["origins"] = mixed
	var items []Value
	for i := range 100_000 / scale {
		items = append(items, int64(i))
	}
	subjects["list"] = NewList(items, 1)
	return subjects
}

// costArguments are what calls are tried with: x is the subject.
var costArguments = []string{"()", "(x)", "('a')", "(1)", "(x, x)", "(1, x)", "('a', x)", "(x, 1)", "('a', 'b')"}

// costExpressions returns all filters, tests, methods and operators.
func costExpressions() []string {
	var all []string
	calls := func(name string, most int) {
		for _, a := range costArguments {
			if strings.Count(a, ",")+min(1, len(a)-2) <= most {
				all = append(all, name+a)
			}
		}
	}
	arity := func(f *builtin) int {
		if f.variadic != nil {
			return 2
		}
		return len(f.params)
	}
	for _, name := range slices.Sorted(maps.Keys(filters)) {
		calls("x|"+name, arity(filters[name]))
	}
	for _, name := range slices.Sorted(maps.Keys(tests)) {
		if name[0] >= 'a' {
			calls("x is "+name, arity(tests[name]))
		}
	}
	for _, methods := range []map[string]*builtin{strMethods, listMethods, numberMethods} {
		for _, name := range slices.Sorted(maps.Keys(methods)) {
			calls("x."+name, arity(methods[name]))
		}
	}
	for _, op := range []string{"+", "-", "*", "/", "//", "%", "**", "==", "!=", "<", "<=", "in", "not in", "~", "and"} {
		for _, y := range []string{"x", "y", "3", "1.5", "'a'"} {
			all = append(all, "x "+op+" "+y, y+" "+op+" x")
		}
	}
	for _, name := range []string{"range", "dict", "namespace", "cycler", "joiner", "raise_exception", "strftime_now"} {
		calls(name, 1)
	}
	return append(all, "-x", "not x", "x[1]", "x[-1]", "x[99999999]", "x[1:]", "x[::2]", "x[::-1]", "x[x]", "x.y", "{x: 1}[x]", "[x][0]",
		"'%s' % x", "'%r' % x", "'%a' % x", "'%c' % x", "'%x' % x", "'%5s' % x", "'%.300f' % 1e300", "'%(a)s' % x",
		"'{}'.format(x)", "'{!r:>9}'.format(x)", "'{:b}'.format(x)", "'{:,}'.format(x)", "'{:c}'.format(x)", "'{0[1]}'.format(x)",
		"1e300|round(300)", "1e300|filesizeformat", "'4e-324'|float", "[1]|map(attribute=x)|list", "[1]|sort(attribute=x)",
		"[x, y]|sort", "[x, y]|unique|list", "[x, y]|join(x)", "(x, y) == (y, x)", "{x: 1} == {y: 1}", "x|map('upper')|list", "x|select('odd')|list")
}

// TestCost applies every operation, many times, to what is large. Within the
// limits none may take more than 100 ms and 64 MiB.
func TestCost(t *testing.T) {
	if raceEnabled || testing.Short() {
		t.Skip("takes seconds, and its times are those of the race detector")
	}
	scale := *costScale
	limits := Limits{Steps: defaultSteps / scale, Memory: defaultMemory / scale}
	subjects := costSubjects(scale)
	for _, source := range costExpressions() {
		template, err := Parse("cost", "{% for i in range(100000) %}{% set r = "+source+" %}{% endfor %}", Limits{})
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range slices.Sorted(maps.Keys(subjects)) {
			vars := NewDict(FromTemplate)
			vars.SetString(lit("x"), subjects[name])
			vars.SetString(lit("y"), copied(subjects[name]))
			_ = testCost(t, source+" of "+name, scale, func() error { // whether a limit ends it or not
				_, err := template.Render(context.Background(), vars, RenderOptions{Limits: limits})
				return err
			})
		}
	}
}

// copied returns an equal value that is not the same.
func copied(v Value) Value {
	switch v := v.(type) {
	case *Str:
		return NewStr(strings.Clone(v.s), 2)
	case *big.Int:
		return new(big.Int).Set(v)
	case *List:
		return NewList(slices.Clone(v.items), 2)
	}
	return v
}

// slowMachine is how many times slower than a machine of today one may be that
// runs these tests, with others at work on it. On a machine of today all of them
// end well within what is promised, which is 100 ms.
const slowMachine = 2

// testCost runs something for which the limits, divided by scale, are to hold,
// and returns its error: nearly all operations end in one, of a type that does
// not fit or of the limits.
func testCost(t *testing.T, name string, scale int, run func() error) (err error) {
	t.Helper()
	var took time.Duration
	for range 5 { // the collector of garbage may have been at work for others
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		start := processTime(t)
		err = run()
		took = processTime(t) - start
		runtime.ReadMemStats(&after)
		if n := after.TotalAlloc - before.TotalAlloc; n > uint64(64<<20/scale) {
			t.Errorf("%s: %d bytes allocated", name, n)
			return err
		}
		if took < slowMachine*100*time.Millisecond/time.Duration(scale)+time.Millisecond { // the clock is coarse
			return err
		}
	}
	t.Errorf("%s: took %v", name, took)
	return err
}

// numbered writes a template with a number in the place of #, again and again.
func numbered(piece string, n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.ReplaceAll(piece, "#", strconv.Itoa(i)))
	}
	return b.String()
}

// TestCostOfTemplates has templates that cost more to read than they are long,
// and iterators within each other.
func TestCostOfTemplates(t *testing.T) {
	if raceEnabled {
		t.Skip("the times are those of the race detector")
	}
	within := func(n int, begin, body, end string) string {
		return strings.Repeat(begin, n) + body + strings.Repeat(end, n)
	}
	for name, test := range map[string]struct {
		source string
		want   error
	}{
		"names in ifs":          {within(95, "{% if 1 %}", numbered("{% set a#=1 %}", 7_000), "{% endif %}"), nil},
		"names read in ifs":     {numbered("{% set a#=1 %}", 2_500) + within(95, "{% if 1 %}", numbered("{{ a# }}", 6_000), "{% endif %}"), nil},
		"names in all branches": {within(40, "{% if 1 %}{% set a=1 %}{% elif 1 %}{% set a=2 %}{% else %}", numbered("{% set a#=1 %}", 6_500), "{% endif %}"), nil},
		"names in macros":       {within(95, "{% macro m() %}", numbered("{{ a# }}", 10_000), "{% endmacro %}"), nil},
		"names in loops":        {within(20, "{% for i in [1] %}", numbered("{% set a#=1 %}", 7_000), "{% endfor %}"), nil},
		"names of a scope":      {"{% for i in range(100000) %}{% if i < 0 %}" + numbered("{% set a#=1 %}", 6_000) + "{% endif %}{% endfor %}", ErrLimit},
		"long name of a scope":  {"{% for i in range(100000) %}{% set " + strings.Repeat("a", 100_000) + " = i %}{% endfor %}", ErrLimit},
		"long attribute":        {"{% for i in range(100000) %}{{ i." + strings.Repeat("a", 100_000) + " }}{% endfor %}", ErrLimit},
		"long filter":           {"{{ 1|a" + strings.Repeat(".a", 60_000) + " }}", ErrSyntax},
		"adjacent literals":     {"{{ " + strings.Repeat("'a'", 43_000) + " }}", nil},
		"long integer":          {"{{ " + strings.Repeat("1", 125_000) + " }}", ErrSyntax},
		"selects":               {"{% set n = namespace(i=[1]) %}{% for i in range(60000) %}{% set n.i = n.i|select %}{% endfor %}{{ n.i|list }}", ErrLimit},
		"loops in loops":        {"{% set n = namespace(i=range(100000)) %}{% for i in range(60000) %}{% for j in n.i %}{% set n.i = loop %}{% break %}{% endfor %}{% endfor %}{{ n.i|list }}", ErrLimit},
		"loops with conditions": {"{% macro m(l, i) %}{% for j in l if m(l, i + 1) %}{% endfor %}{% endmacro %}{{ m([1], 0) }}", ErrLimit},
		"path of map":           {"{{ [1]|map(attribute='.' * 20000000)|list }}", ErrLimit},
		"path of sort":          {"{{ [1]|sort(attribute=',' * 20000000) }}", ErrLimit},
		"raised":                {"{{ raise_exception('é' * 5000000) }}", ErrRaised},
		"targets":               {"{% for i in range(100000) %}{% set " + numbered("a#,", 5000) + "a = range(5001) %}{% endfor %}", ErrLimit},
		"keywords of a format":  {"{% set d = dict((range(4000)|map('string')|list + ['x', ''])|batch(2)) %}{{ ('{x}' * 200000).format(**d) }}", ErrLimit},
	} {
		err := testCost(t, name, 1, func() error {
			template, err := Parse("cost", test.source, Limits{})
			if err != nil {
				return err
			}
			_, err = template.Render(context.Background(), NewDict(FromTemplate), RenderOptions{})
			return err
		})
		if !errors.Is(err, test.want) {
			t.Errorf("%s: got %.200v, want %v", name, err, test.want)
		}
		if err != nil && len(err.Error()) > 8<<10 {
			t.Errorf("%s: a message of %d bytes", name, len(err.Error()))
		}
	}
}
