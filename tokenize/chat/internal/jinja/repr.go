package jinja

import (
	"math/big"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// str is Python's str().
func (it *interp) str(v Value) *Str {
	switch v := v.(type) {
	case *Str:
		return v
	case *Undefined:
		return emptyStr
	}
	return it.repr(v)
}

// repr is Python's repr().
func (it *interp) repr(v Value) *Str {
	switch v := v.(type) {
	case None:
		return lit("None")
	case bool:
		if v {
			return lit("True")
		}
		return lit("False")
	case int64, *big.Int:
		return lit(it.formatInt(v))
	case float64:
		return lit(formatFloat(v))
	}
	b := it.newBuilder()
	b.addRepr(v, FromTemplate)
	return b.str()
}

// addRepr appends the repr() of a value. What no string says is of the given
// origin: that of the container that the value stands in.
func (b *builder) addRepr(v Value, origin Origin) {
	it := b.it
	it.step(1)
	switch v := v.(type) {
	case None, bool, int64, *big.Int, float64:
		b.add(it.repr(v).s, origin)
	case *Str:
		b.addStrRepr(v, origin)
	case *List:
		b.addAll("[", v.items, "]", v.origin)
	case *Tuple:
		b.addTuple(v.items, origin)
	case *groupTuple:
		b.addTuple(v.items, origin)
	case *Dict:
		b.addDict(v)
	case *Undefined:
		b.add("Undefined", origin)
	case *view:
		b.add(v.kind, origin)
		b.addAll("([", v.items, "])", origin)
	case *span:
		b.add("range("+strconv.FormatInt(v.start, 10)+", "+strconv.FormatInt(v.stop, 10), origin)
		if v.step != 1 {
			b.add(", "+strconv.FormatInt(v.step, 10), origin)
		}
		b.add(")", origin)
	case *namespace:
		b.add("<Namespace ", origin)
		b.addDict(v.vars)
		b.add(">", origin)
	case *macro:
		if v.def.name == "" {
			b.add("<Macro anonymous>", origin)
			return
		}
		b.add("<Macro ", origin)
		b.addStrRepr(lit(v.def.name), origin)
		b.add(">", origin)
	case *loop:
		b.add("<LoopContext "+strconv.Itoa(v.index0+1)+"/"+strconv.Itoa(v.length())+">", origin)
	case templateReference:
		b.add("<TemplateReference None>", origin)
	default:
		// Python's has the address of the object.
		b.add("<"+typeName(v)+" object>", origin)
	}
}

func (b *builder) addTuple(items []Value, origin Origin) {
	if len(items) == 1 {
		b.addAll("(", items, ",)", origin)
		return
	}
	b.addAll("(", items, ")", origin)
}

func (b *builder) addAll(open string, items []Value, end string, origin Origin) {
	b.it.enter()
	defer b.it.leave()
	b.add(open, origin)
	for i, v := range items {
		if i > 0 {
			b.add(", ", origin)
		}
		b.addRepr(v, origin)
	}
	b.add(end, origin)
}

func (b *builder) addDict(d *Dict) {
	b.it.enter()
	defer b.it.leave()
	b.add("{", d.origin)
	for i, e := range d.entries {
		if i > 0 {
			b.add(", ", d.origin)
		}
		b.addRepr(e.name, d.origin)
		b.add(": ", d.origin)
		b.addRepr(e.value, d.origin)
	}
	b.add("}", d.origin)
}

// addStrRepr appends a string in quotes: single ones, unless only those are in
// it.
func (b *builder) addStrRepr(x *Str, origin Origin) {
	if x.markup {
		b.add("Markup(", origin)
		defer b.add(")", origin)
	}
	quote := "'"
	if strings.Contains(x.s, "'") && !strings.Contains(x.s, `"`) {
		quote = `"`
	}
	b.it.work(len(x.s))
	b.add(quote, origin)
	done := 0
	for i, r := range x.s {
		if escaped := escapeRune(r, quote[0]); escaped != "" {
			b.addPart(x, done, i)
			b.add(escaped, x.originAt(i))
			done = i + utf8.RuneLen(r)
		}
	}
	b.addPart(x, done, len(x.s))
	b.add(quote, origin)
}

// escapeRune returns how repr() writes a character that does not stand for
// itself.
func escapeRune(r rune, quote byte) string {
	switch {
	case r == rune(quote) || r == '\\':
		return "\\" + string(r)
	case r == '\n':
		return `\n`
	case r == '\r':
		return `\r`
	case r == '\t':
		return `\t`
	case unicode.IsPrint(r):
		return ""
	case r < 0x100:
		return `\x` + hex(r, 2)
	case r < 0x10000:
		return `\u` + hex(r, 4)
	}
	return `\U` + hex(r, 8)
}

// hex returns r in so many hexadecimal digits.
func hex(r rune, digits int) string {
	s := strconv.FormatInt(int64(r), 16)
	return strings.Repeat("0", max(0, digits-len(s))) + s
}
