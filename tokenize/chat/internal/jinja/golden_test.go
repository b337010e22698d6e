package jinja

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"math/big"
	"os"
	"testing"
	"time"

	"github.com/nibble-go/nibble/internal/jsonread"
)

// kinds are the sentinels of Python's exceptions.
var kinds = map[string]error{
	"TemplateSyntaxError": ErrSyntax, "TemplateAssertionError": ErrSyntax, "SyntaxError": ErrSyntax,
	"UndefinedError": ErrUndefined, "TypeError": ErrType, "AttributeError": ErrType,
	"ValueError": ErrValue, "KeyError": ErrValue, "IndexError": ErrValue, "ZeroDivisionError": ErrValue,
	"FilterArgumentError": ErrValue, "TemplateError": ErrRaised, "SecurityError": ErrSecurity,
	"OverflowError": ErrLimit,
}

// TestPython compares with what Python's jinja2 makes of templates; see
// testdata/README.md.
func TestPython(t *testing.T) {
	data, err := os.ReadFile("testdata/python.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, 1<<20)
	lines.Scan()
	head, err := jsonread.ParseObject(lines.Bytes(), jsonread.Options{})
	if err != nil {
		t.Fatal(err)
	}
	variables, _ := head.Object("variables")
	cases := 0
	for lines.Scan() {
		var want struct {
			Template, Error string
			Text            *string
		}
		if err := json.Unmarshal(lines.Bytes(), &want); err != nil {
			t.Fatal(err)
		}
		cases++
		got, err := renderTest(t, want.Template, fromJSON(variables).(*Dict))
		switch {
		case want.Text == nil && err == nil:
			t.Errorf("%q: got %q, want %s", want.Template, got, want.Error)
		case want.Text == nil:
			if kind, known := kinds[want.Error]; known && !errors.Is(err, kind) {
				t.Errorf("%q: got %v, want %s", want.Template, err, want.Error)
			}
		case err != nil:
			t.Errorf("%q: %v\nwant %q", want.Template, err, *want.Text)
		case got.String() != *want.Text:
			t.Errorf("%q:\n got %q\nwant %q", want.Template, got, *want.Text)
		}
	}
	if cases < 1000 {
		t.Errorf("%d cases", cases)
	}
}

func renderTest(t testing.TB, source string, variables *Dict) (*Str, error) {
	template, err := Parse("test", source, Limits{})
	if err != nil {
		return nil, err
	}
	now := func() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) }
	return template.Render(t.Context(), variables, RenderOptions{Now: now})
}

// fromJSON makes values of the template's own origin.
func fromJSON(v jsonread.Value) Value {
	switch v := v.(type) {
	case nil:
		return None{}
	case string:
		return NewStr(v, FromTemplate)
	case jsonread.Number:
		if b, ok := new(big.Int).SetString(string(v), 10); ok {
			if b.IsInt64() {
				return b.Int64()
			}
			return b
		}
		return v.Float()
	case jsonread.Array:
		items := make([]Value, len(v))
		for i, e := range v {
			items[i] = fromJSON(e)
		}
		return NewList(items, FromTemplate)
	case *jsonread.Object:
		d := NewDict(FromTemplate)
		for key, e := range v.All() {
			d.SetString(NewStr(key, FromTemplate), fromJSON(e))
		}
		return d
	}
	return v
}

// TestXMLAttr: Debian's jinja2 3.1.2 refuses names that end an attribute, which
// the one of testdata/python.jsonl lets through.
func TestXMLAttr(t *testing.T) {
	for source, want := range map[string]error{
		"{{ {'a-b': 1}|xmlattr }}": nil, "{{ {'a b': 1}|xmlattr }}": ErrValue, "{{ {'a>': 1}|xmlattr }}": ErrValue,
		"{{ {'a b': none}|xmlattr }}": nil, "{{ {1: 1}|xmlattr }}": ErrType,
	} {
		if _, err := renderTest(t, source, NewDict(FromTemplate)); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", source, err, want)
		}
	}
}
