package jinja

import "unicode/utf8"

// A namespace is what namespace() makes: variables that inner scopes can set.
type namespace struct{ vars *Dict }

// A cycler is what cycler() makes.
type cycler struct {
	items []Value
	pos   int
}

// A joiner is what joiner() makes: nothing the first time it is called, then
// the separator.
type joiner struct {
	separator Value
	used      bool
}

// globals are the functions that templates find among their variables.
var globals = map[string]*builtin{
	"range": {name: "range", variadic: makeRange},
	"dict": {name: "dict", variadic: func(it *interp, _ Value, a args) Value {
		return it.makeDict(a)
	}},
	"namespace": {name: "namespace", variadic: func(it *interp, _ Value, a args) Value {
		return &namespace{it.makeDict(a)}
	}},
	"cycler": {name: "cycler", variadic: func(it *interp, _ Value, a args) Value {
		if len(a.items) == 0 {
			it.fail(ErrType, "at least one item has to be provided")
		}
		return &cycler{items: a.items}
	}},
	"joiner": {name: "joiner", params: []string{"sep"}, fn: func(_ *interp, _ Value, a []Value) Value {
		if a[0] == nil {
			return &joiner{separator: lit(", ")}
		}
		return &joiner{separator: a[0]}
	}},
	"lipsum": {name: "lipsum", variadic: func(it *interp, _ Value, _ args) Value {
		it.fail(ErrUnsupported, "lipsum()")
		return nil
	}},
	"raise_exception": {name: "raise_exception", params: []string{"message"}, required: 1, fn: func(it *interp, _ Value, a []Value) Value {
		it.fail(ErrRaised, cut(it.str(a[0]).s, maxRaised))
		return nil
	}},
	"strftime_now": {name: "strftime_now", params: []string{"format"}, required: 1, fn: func(it *interp, _ Value, a []Value) Value {
		return it.strftime(it.wantStr(a[0]), it.now())
	}},
}

// maxRaised bounds the message that a template may end with.
const maxRaised = 4 << 10

// cut returns s, or the start of it with an ellipsis, if it is longer than that.
func cut(s string, most int) string {
	if len(s) <= most {
		return s
	}
	for !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most] + "..."
}

// makeDict is Python's dict().
func (it *interp) makeDict(a args) *Dict {
	d := &Dict{}
	if len(a.items) > 1 {
		it.fail(ErrType, "dict expected at most 1 argument, got ", itoa(len(a.items)))
	}
	for _, v := range a.items {
		switch from := v.(type) {
		case *Dict:
			it.update(d, from)
			continue
		case *namespace:
			it.fail(ErrType, "'Namespace' object is not iterable")
		}
		for _, pair := range it.list(v) {
			items := it.list(pair)
			if len(items) != 2 {
				it.fail(ErrValue, "dictionary update sequence element has length ", itoa(len(items)), "; 2 is required")
			}
			it.setItem(d, items[0], items[1])
		}
	}
	for i, name := range a.names {
		it.setItem(d, name, a.values[i])
	}
	return d
}

func makeRange(it *interp, _ Value, a args) Value {
	if len(a.items) == 0 || len(a.items) > 3 || len(a.names) > 0 {
		it.fail(ErrType, "range expected 1 to 3 arguments")
	}
	bounds := [3]int64{0, 0, 1}
	for i, v := range a.items {
		n, ok := integer(v)
		if !ok {
			if isInteger(v) {
				it.fail(ErrLimit, "range too big")
			}
			it.fail(ErrType, "'", typeName(v), "' object cannot be interpreted as an integer")
		}
		bounds[i] = n
	}
	if len(a.items) == 1 {
		bounds[0], bounds[1] = 0, bounds[0]
	}
	r := &span{bounds[0], bounds[1], bounds[2]}
	if r.step == 0 {
		it.fail(ErrValue, "range() arg 3 must not be zero")
	}
	const most = 1 << 62 // so that no difference overflows
	for _, n := range bounds {
		if n > most || n < -most {
			it.fail(ErrLimit, "range too big")
		}
	}
	if r.len() > maxRange {
		it.fail(ErrLimit, "range too big: the sandbox blocks ranges larger than ", itoa(maxRange))
	}
	return r
}

var cyclerMethods = map[string]*builtin{
	"next": {name: "next", fn: func(_ *interp, x Value, _ []Value) Value {
		c := x.(*cycler)
		v := c.items[c.pos]
		c.pos = (c.pos + 1) % len(c.items)
		return v
	}},
	"reset": {name: "reset", fn: func(_ *interp, x Value, _ []Value) Value {
		x.(*cycler).pos = 0
		return None{}
	}},
}
