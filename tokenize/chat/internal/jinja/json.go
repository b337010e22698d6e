package jinja

import (
	"math"
	"math/big"
	"slices"
	"strings"
	"unicode/utf8"
)

// tojson as Hugging Face configures it is Python's json.dumps, without the
// escapes for HTML of Jinja's own filter, and with characters as they are.

// A jsonWriter writes values the way json.dumps does.
type jsonWriter struct {
	*builder
	ascii     bool   // \u escapes for what is not ASCII
	indented  bool   // each element on a line of its own
	indent    string // a level of indentation
	item, key string // separators behind elements and keys
	sorted    bool   // keys in order
	level     int
}

func tojson(it *interp, x Value, a []Value) Value {
	w := &jsonWriter{builder: it.newBuilder(), item: ", ", key: ": "}
	w.ascii = a[0] != nil && truth(a[0])
	switch indent := orNone(a[1]).(type) {
	case None:
	case *Str:
		w.indented, w.indent, w.item = true, indent.s, ","
	default:
		n := max(0, it.wantInt(indent))
		it.alloc(n)
		w.indented, w.indent, w.item = true, strings.Repeat(" ", n), ","
	}
	if separators := orNone(a[2]); separators != (None{}) {
		pair := it.list(separators)
		if len(pair) != 2 {
			it.fail(ErrValue, "separators must be a pair")
		}
		w.item, w.key = it.wantStr(pair[0]).s, it.wantStr(pair[1]).s
	}
	w.sorted = a[3] != nil && truth(a[3])
	w.value(x, FromTemplate)
	return w.str()
}

func (w *jsonWriter) value(v Value, origin Origin) {
	w.it.step(1)
	switch v := v.(type) {
	case None:
		w.add("null", origin)
	case bool:
		w.add(jsonBool(v), origin)
	case int64, *big.Int:
		w.add(w.it.formatInt(v), origin)
	case float64:
		w.add(jsonFloat(v), origin)
	case *Str:
		w.string(v, origin)
	case *Dict:
		w.object(v)
	case *List:
		w.array(v.items, v.origin)
	case *Tuple:
		w.array(v.items, origin)
	case *groupTuple:
		w.array(v.items, origin)
	default:
		w.it.fail(ErrType, "Object of type ", typeName(v), " is not JSON serializable")
	}
}

func jsonBool(b bool) string {
	if b {
		return "true"
	}
	return "false"
}

func jsonFloat(f float64) string {
	switch {
	case math.IsInf(f, 1):
		return "Infinity"
	case math.IsInf(f, -1):
		return "-Infinity"
	case math.IsNaN(f):
		return "NaN"
	}
	return formatFloat(f)
}

// newline starts a line, where elements have lines of their own.
func (w *jsonWriter) newline(origin Origin) {
	if !w.indented {
		return
	}
	w.add("\n", origin)
	for range w.level {
		w.add(w.indent, origin)
	}
}

func (w *jsonWriter) array(items []Value, origin Origin) {
	if len(items) == 0 {
		w.add("[]", origin)
		return
	}
	w.it.enter()
	w.add("[", origin)
	w.level++
	for i, v := range items {
		if i > 0 {
			w.add(w.item, origin)
		}
		w.newline(origin)
		w.value(v, origin)
	}
	w.level--
	w.newline(origin)
	w.add("]", origin)
	w.it.leave()
}

func (w *jsonWriter) object(d *Dict) {
	if len(d.entries) == 0 {
		w.add("{}", d.origin)
		return
	}
	w.it.enter()
	entries := d.entries
	if w.sorted {
		w.it.allocTimes(len(entries), memberBytes)
		entries = slices.Clone(entries)
		slices.SortStableFunc(entries, func(a, b entry) int {
			switch {
			case w.it.less(a.name, b.name):
				return -1
			case w.it.less(b.name, a.name):
				return 1
			}
			return 0
		})
	}
	w.add("{", d.origin)
	w.level++
	for i, e := range entries {
		if i > 0 {
			w.add(w.item, d.origin)
		}
		w.newline(d.origin)
		w.string(w.name(e.name, d.origin), d.origin)
		w.add(w.key, d.origin)
		w.value(e.value, d.origin)
	}
	w.level--
	w.newline(d.origin)
	w.add("}", d.origin)
	w.it.leave()
}

// name returns a key as the string that it becomes.
func (w *jsonWriter) name(key Value, origin Origin) *Str {
	switch key := key.(type) {
	case *Str:
		return key
	case None:
		return NewStr("null", origin)
	case bool:
		return NewStr(jsonBool(key), origin)
	case float64:
		return NewStr(jsonFloat(key), origin)
	case int64, *big.Int:
		return NewStr(w.it.formatInt(key), origin)
	}
	w.it.fail(ErrType, "keys must be str, int, float, bool or None, not ", typeName(key))
	return nil
}

func (w *jsonWriter) string(x *Str, origin Origin) {
	w.add(`"`, origin)
	done := 0
	for i := 0; i < len(x.s); {
		c := x.s[i]
		if c >= ' ' && c != '"' && c != '\\' && (c < utf8.RuneSelf || !w.ascii) {
			i++
			continue
		}
		w.addPart(x, done, i)
		w.it.step(1)
		r, n := utf8.DecodeRuneInString(x.s[i:])
		w.add(jsonEscape(r), x.originAt(i))
		i += n
		done = i
	}
	w.addPart(x, done, len(x.s))
	w.add(`"`, origin)
}

func jsonEscape(r rune) string {
	switch r {
	case '"':
		return `\"`
	case '\\':
		return `\\`
	case '\n':
		return `\n`
	case '\r':
		return `\r`
	case '\t':
		return `\t`
	case '\f':
		return `\f`
	case '\b':
		return `\b`
	}
	if r >= 0x10000 {
		r -= 0x10000
		return `\u` + hex(0xd800+r>>10, 4) + `\u` + hex(0xdc00+r&0x3ff, 4)
	}
	return `\u` + hex(r, 4)
}
