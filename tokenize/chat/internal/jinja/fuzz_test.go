package jinja

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/internal/jsonread"
)

// seed adds the templates of testdata/python.jsonl.
func seed(f *testing.F) *Dict {
	f.Helper()
	file, err := os.Open("testdata/python.jsonl")
	if err != nil {
		f.Fatal(err)
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	lines.Scan()
	head, err := jsonread.ParseObject(lines.Bytes(), jsonread.Options{})
	if err != nil {
		f.Fatal(err)
	}
	for i := 0; lines.Scan(); i++ {
		var c struct{ Template string }
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			f.Fatal(err)
		}
		if i%4 == 0 || !strings.HasPrefix(c.Template, "{{") {
			f.Add(c.Template)
		}
	}
	variables, _ := head.Object("variables")
	return fromJSON(variables).(*Dict)
}

// checkError checks that an error is one of this package's, and lies within the
// source.
func checkError(t *testing.T, source string, err error) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("%T: %v", err, err)
	}
	lines := strings.Split(source, "\n")
	if e.Line < 1 || e.Line > len(lines) || e.Column < 1 || e.Column > len(lines[e.Line-1])+1 {
		t.Errorf("%q: error at %d:%d: %v", source, e.Line, e.Column, e)
	}
	if e.Caret > len(e.Source) || strings.Contains(e.Source, "\n") {
		t.Errorf("caret at %d of %q", e.Caret, e.Source)
	}
}

// normalized returns a source as Parse takes it.
func normalized(source string) string {
	return strings.TrimSuffix(normalizeNewlines(strings.ToValidUTF8(source, "\uFFFD")), "\n")
}

// Tokens are in the order of the source, and lie within it.
func FuzzLex(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, source string) {
		source = normalized(source)
		tokens, err := lex("fuzz", source)
		if err != nil {
			checkError(t, source, err)
			return
		}
		last := 0
		for _, token := range tokens {
			if token.at < last || token.at > len(source) {
				t.Fatalf("token %+v behind %d of %d", token, last, len(source))
			}
			last = token.at
		}
		if n := len(tokens); tokens[n-1].kind != tokenEOF {
			t.Errorf("last token %+v", tokens[n-1])
		}
	})
}

// What is parsed parses the same again, and its nodes lie within the source.
func FuzzParse(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, source string) {
		source = normalized(source)
		body, err := parse("fuzz", source)
		if err != nil {
			checkError(t, source, err)
			return
		}
		fn, _, err := resolve("fuzz", source, body)
		if err != nil {
			checkError(t, source, err)
			return
		}
		eachUse(body, func(n *nameExpr, _ nameUse) {
			if !strings.HasPrefix(source[n.place():], n.name) {
				t.Errorf("%q is not at %d", n.name, n.place())
			}
			if n.ref.slot < 0 || n.ref.hops == 0 && n.ref.slot > fn.slots+len(source) {
				t.Errorf("%q has no variable: %+v", n.name, n.ref)
			}
		})
	})
}

// What renders renders the same again and has runs that cover it; what does not
// fails with an error, within its limits.
func FuzzRender(f *testing.F) {
	variables := seed(f)
	limits := Limits{Steps: 20_000, Memory: 1 << 20, Output: 1 << 16}
	f.Fuzz(func(t *testing.T, source string) {
		template, err := Parse("fuzz", source, Limits{})
		if err != nil {
			checkError(t, normalized(source), err)
			return
		}
		// A template may shorten lists with pop(), so each run has its own.
		render := func() (*Str, error) {
			return template.Render(context.Background(), copyValue(variables).(*Dict), RenderOptions{Limits: limits})
		}
		first, err := render()
		if err != nil {
			checkError(t, normalized(source), err)
			return
		}
		end := 0
		for _, r := range first.Runs() {
			if r.End <= end {
				t.Fatalf("runs %v", first.Runs())
			}
			end = r.End
		}
		if end != len(first.String()) {
			t.Fatalf("runs end at %d of %d", end, len(first.String()))
		}
		if strings.Contains(source, "strftime_now") {
			return
		}
		second, err := render()
		if err != nil || second.String() != first.String() {
			t.Errorf("%q: then %q, %v", first, second, err)
		}
	})
}

// copyValue copies what a template may change.
func copyValue(v Value) Value {
	switch v := v.(type) {
	case *List:
		items := make([]Value, len(v.items))
		for i, e := range v.items {
			items[i] = copyValue(e)
		}
		return NewList(items, v.origin)
	case *Dict:
		d := NewDict(v.origin)
		for _, e := range v.entries {
			d.set(e.key, e.name, copyValue(e.value))
		}
		return d
	}
	return v
}
