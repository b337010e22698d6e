package jinja

import (
	"math"
	"strings"
	"unicode/utf8"
)

// strMethods are the methods of strings.
var strMethods map[string]*builtin

func init() {
	strMethods = map[string]*builtin{}
	add := func(name string, required int, params string, fn func(it *interp, s *Str, a []Value) Value) {
		strMethods[name] = &builtin{
			name: name, params: strings.Fields(params), required: required,
			fn: func(it *interp, x Value, a []Value) Value {
				s := x.(*Str)
				it.work(len(s.s))
				if !s.markup || !escaping[name] {
					return fn(it, s, a)
				}
				for i, v := range a {
					if t, ok := v.(*Str); ok {
						a[i] = it.escape(t)
					}
				}
				v := fn(it, s, a)
				if t, ok := v.(*Str); ok {
					return t.asMarkup()
				}
				return v
			},
		}
	}
	for name, f := range caseMethods {
		add(name, 0, "", func(it *interp, s *Str, _ []Value) Value { return f(it, s) })
	}
	for name, f := range isMethods {
		add(name, 0, "", func(it *interp, s *Str, _ []Value) Value {
			it.classify(s.s)
			return f(s.s)
		})
	}
	add("strip", 0, "chars", func(it *interp, s *Str, a []Value) Value { return it.strip(s, a[0], true, true) })
	add("lstrip", 0, "chars", func(it *interp, s *Str, a []Value) Value { return it.strip(s, a[0], true, false) })
	add("rstrip", 0, "chars", func(it *interp, s *Str, a []Value) Value { return it.strip(s, a[0], false, true) })
	add("split", 0, "sep maxsplit", func(it *interp, s *Str, a []Value) Value { return it.split(s, a[0], a[1], false) })
	add("rsplit", 0, "sep maxsplit", func(it *interp, s *Str, a []Value) Value { return it.split(s, a[0], a[1], true) })
	add("splitlines", 0, "keepends", func(it *interp, s *Str, a []Value) Value {
		return &List{items: it.splitLines(s, a[0] != nil && truth(a[0]))}
	})
	add("partition", 1, "sep", func(it *interp, s *Str, a []Value) Value { return it.partition(s, a[0], false) })
	add("rpartition", 1, "sep", func(it *interp, s *Str, a []Value) Value { return it.partition(s, a[0], true) })
	add("replace", 2, "old new count", func(it *interp, s *Str, a []Value) Value {
		return it.replace(s, it.wantStr(a[0]), it.wantStr(a[1]), it.optionalInt(a[2], -1))
	})
	add("startswith", 1, "prefix start end", func(it *interp, s *Str, a []Value) Value { return it.affix(s, a, strings.HasPrefix) })
	add("endswith", 1, "suffix start end", func(it *interp, s *Str, a []Value) Value { return it.affix(s, a, strings.HasSuffix) })
	add("removeprefix", 1, "prefix", func(it *interp, s *Str, a []Value) Value {
		return s.plain().slice(len(s.s)-len(strings.TrimPrefix(s.s, it.wantStr(a[0]).s)), len(s.s))
	})
	add("removesuffix", 1, "suffix", func(it *interp, s *Str, a []Value) Value {
		return s.plain().slice(0, len(strings.TrimSuffix(s.s, it.wantStr(a[0]).s)))
	})
	add("find", 1, "sub start end", func(it *interp, s *Str, a []Value) Value { return it.find(s, a, strings.Index) })
	add("rfind", 1, "sub start end", func(it *interp, s *Str, a []Value) Value { return it.find(s, a, strings.LastIndex) })
	add("index", 1, "sub start end", func(it *interp, s *Str, a []Value) Value { return it.mustFind(s, a, strings.Index) })
	add("rindex", 1, "sub start end", func(it *interp, s *Str, a []Value) Value { return it.mustFind(s, a, strings.LastIndex) })
	add("count", 1, "sub start end", func(it *interp, s *Str, a []Value) Value {
		text, _, ok := it.window(s, a[1], a[2])
		sub := it.wantStr(a[0])
		if !ok {
			return int64(0)
		}
		return int64(strings.Count(text.s, sub.s))
	})
	add("join", 1, "iterable", func(it *interp, s *Str, a []Value) Value { return it.joinStrings(s, a[0], it.wantItem) })
	add("center", 1, "width fillchar", func(it *interp, s *Str, a []Value) Value { return it.pad(s, a, padCenter) })
	add("ljust", 1, "width fillchar", func(it *interp, s *Str, a []Value) Value { return it.pad(s, a, padRight) })
	add("rjust", 1, "width fillchar", func(it *interp, s *Str, a []Value) Value { return it.pad(s, a, padLeft) })
	add("zfill", 1, "width", func(it *interp, s *Str, a []Value) Value { return it.zeroFill(s, it.wantInt(a[0])) })
	add("expandtabs", 0, "tabsize", func(it *interp, s *Str, a []Value) Value { return it.expandTabs(s, it.optionalInt(a[0], 8)) })
	strMethods["format"] = &builtin{name: "format", variadic: func(it *interp, x Value, a args) Value {
		return it.format(x.(*Str), a.items, func(name string) Value {
			it.step(len(a.names) >> 3)
			return a.named(name)
		})
	}}
	add("format_map", 1, "mapping", func(it *interp, s *Str, a []Value) Value {
		d, ok := a[0].(*Dict)
		if !ok {
			it.fail(ErrType, "format_map() wants a mapping")
		}
		return it.format(s, nil, func(name string) Value {
			v, _ := d.Lookup(name)
			return v
		})
	})
	for _, name := range []string{"split", "rsplit", "splitlines", "expandtabs", "format"} {
		strMethods[name].keywords = true
	}
	for _, name := range []string{"encode", "translate", "maketrans"} {
		add(name, 0, "a b c", func(it *interp, _ *Str, _ []Value) Value {
			it.fail(ErrUnsupported, "str.", name)
			return nil
		})
	}
}

// escaping are the methods of a Markup that escape their arguments, and return
// one.
var escaping = map[string]bool{
	"capitalize": true, "center": true, "expandtabs": true, "ljust": true, "lower": true, "lstrip": true, "partition": true,
	"replace": true, "rjust": true, "rpartition": true, "rstrip": true, "strip": true, "swapcase": true, "title": true,
	"upper": true, "zfill": true,
}

// wantStr returns a value that must be a string.
func (it *interp) wantStr(v Value) *Str {
	s, ok := v.(*Str)
	if !ok {
		it.fail(ErrType, "must be str, not ", typeName(v))
	}
	return s
}

func (it *interp) wantInt(v Value) int {
	i, ok := integer(v)
	if !ok {
		it.fail(ErrType, "'", typeName(v), "' object cannot be interpreted as an integer")
	}
	return int(max(math.MinInt32, min(i, math.MaxInt32)))
}

func (it *interp) optionalInt(v Value, otherwise int) int {
	if v == nil {
		return otherwise
	}
	return it.wantInt(v)
}

// strip takes white space, or characters of a set, off the ends.
func (it *interp) strip(s *Str, chars Value, left, right bool) *Str {
	in := isSpace
	if chars != nil {
		if _, none := chars.(None); !none {
			set := it.wantStr(chars).s
			it.step(len(s.s) * len(set) >> 6)
			in = func(r rune) bool { return strings.ContainsRune(set, r) }
		}
	}
	start, end := 0, len(s.s)
	if left {
		start = end - len(strings.TrimLeftFunc(s.s, in))
	}
	if right {
		end = start + len(strings.TrimRightFunc(s.s[start:], in))
	}
	return s.slice(start, end)
}

// split is split, or from the right rsplit.
func (it *interp) split(s *Str, sep, most Value, right bool) Value {
	limit := it.optionalInt(most, -1)
	var items []Value
	add := func(start, end int) {
		it.alloc(objectBytes + elementBytes)
		items = append(items, s.slice(start, end))
	}
	_, none := sep.(None)
	switch {
	case (sep == nil || none) && right:
		end := len(s.s)
		for {
			end = len(strings.TrimRightFunc(s.s[:end], isSpace))
			if end == 0 {
				break
			}
			start := 0
			if limit < 0 || len(items) < limit {
				if i := strings.LastIndexFunc(s.s[:end], isSpace); i >= 0 {
					_, n := utf8.DecodeRuneInString(s.s[i:])
					start = i + n
				}
			}
			add(start, end)
			end = start
		}
	case sep == nil || none:
		start := 0
		for {
			start = len(s.s) - len(strings.TrimLeftFunc(s.s[start:], isSpace))
			if start == len(s.s) {
				break
			}
			end := len(s.s)
			if limit < 0 || len(items) < limit {
				if i := strings.IndexFunc(s.s[start:], isSpace); i >= 0 {
					end = start + i
				}
			}
			add(start, end)
			start = end
		}
	default:
		by := it.wantStr(sep).s
		if by == "" {
			it.fail(ErrValue, "empty separator")
		}
		start, end := 0, len(s.s)
		for limit < 0 || len(items) < limit {
			if right {
				i := strings.LastIndex(s.s[:end], by)
				if i < 0 {
					break
				}
				add(i+len(by), end)
				end = i
				continue
			}
			i := strings.Index(s.s[start:], by)
			if i < 0 {
				break
			}
			add(start, start+i)
			start += i + len(by)
		}
		add(start, end)
	}
	if right {
		for i, j := 0, len(items)-1; i < j; i, j = i+1, j-1 {
			items[i], items[j] = items[j], items[i]
		}
	}
	return &List{items: items}
}

// isLineEnd reports whether splitlines() ends a line at a character.
func isLineEnd(r rune) bool {
	return '\n' <= r && r <= '\r' || 0x1c <= r && r <= 0x1e || r == 0x85 || r == 0x2028 || r == 0x2029
}

// splitLines returns the lines of a string.
func (it *interp) splitLines(s *Str, keepEnds bool) []Value {
	it.work(len(s.s))
	var lines []Value
	for start := 0; start < len(s.s); {
		end, next := len(s.s), len(s.s)
		if i := strings.IndexFunc(s.s[start:], isLineEnd); i >= 0 {
			end = start + i
			_, n := utf8.DecodeRuneInString(s.s[end:])
			if strings.HasPrefix(s.s[end:], "\r\n") {
				n = 2
			}
			next = end + n
		}
		it.alloc(objectBytes + elementBytes)
		if keepEnds {
			end = next
		}
		lines = append(lines, s.slice(start, end))
		start = next
	}
	return lines
}

func (it *interp) partition(s *Str, sep Value, right bool) Value {
	by := it.wantStr(sep)
	if by.s == "" {
		it.fail(ErrValue, "empty separator")
	}
	i := strings.Index(s.s, by.s)
	if right {
		i = strings.LastIndex(s.s, by.s)
	}
	it.alloc(4 * objectBytes)
	switch {
	case i >= 0:
		return &Tuple{[]Value{s.slice(0, i), s.slice(i, i+len(by.s)), s.slice(i+len(by.s), len(s.s))}}
	case right:
		return &Tuple{[]Value{s.slice(0, 0), s.slice(0, 0), s}}
	}
	return &Tuple{[]Value{s, s.slice(0, 0), s.slice(0, 0)}}
}

// replace puts one string in the place of another, at most count times if count
// is not negative.
func (it *interp) replace(s, old, by *Str, count int) *Str {
	it.work(len(s.s))
	if count == 0 || old.s == "" && by.s == "" || !strings.Contains(s.s, old.s) {
		return s
	}
	b := it.newBuilder()
	done, at := 0, 0
	for n := 0; count < 0 || n < count; n++ {
		if old.s == "" { // between all characters
			b.addPart(s, done, at)
			b.addStr(by)
			done = at
			if at == len(s.s) {
				break
			}
			_, size := utf8.DecodeRuneInString(s.s[at:])
			at += size
			continue
		}
		i := strings.Index(s.s[done:], old.s)
		if i < 0 {
			break
		}
		b.addPart(s, done, done+i)
		b.addStr(by)
		done += i + len(old.s)
	}
	b.addPart(s, done, len(s.s))
	replaced := b.str()
	replaced.markup = s.markup
	return replaced
}

// window returns the part of a string between two indices, and how many
// characters stand in front of it; ok is false where it starts behind the end.
func (it *interp) window(s *Str, start, end Value) (part *Str, before int, ok bool) {
	if start == nil && end == nil {
		return s, 0, true
	}
	orNone := func(v Value) Value {
		if v == nil {
			return None{}
		}
		return v
	}
	start, end = orNone(start), orNone(end)
	n := it.chars(s)
	from, count, _ := it.sliceIndices(start, end, None{}, n)
	if i, isInt := integer(start); isInt && i > int64(n) {
		return emptyStr, 0, false
	}
	if _, none := end.(None); !none {
		stop := it.sliceIndex(end, 0)
		if stop < 0 {
			stop = max(stop+n, 0)
		}
		if stop < from {
			return emptyStr, 0, false
		}
	}
	if count == 0 {
		return emptyStr, from, true
	}
	return it.sliceStr(s, start, end, None{}).(*Str), from, true
}

// affix is startswith or endswith.
func (it *interp) affix(s *Str, a []Value, has func(s, affix string) bool) Value {
	part, _, ok := it.window(s, a[1], a[2])
	if t, isTuple := a[0].(*Tuple); isTuple {
		for _, v := range t.items {
			it.step(1)
			it.scan(v)
			if ok && has(part.s, it.wantStr(v).s) {
				return true
			}
		}
		return false
	}
	return has(part.s, it.wantStr(a[0]).s) && ok
}

// find returns the number of the character at which a string is found, or -1.
func (it *interp) find(s *Str, a []Value, index func(s, sub string) int) Value {
	sub := it.wantStr(a[0])
	part, before, ok := it.window(s, a[1], a[2])
	if !ok {
		return int64(-1)
	}
	i := index(part.s, sub.s)
	if i < 0 {
		return int64(-1)
	}
	return int64(before + utf8.RuneCountInString(part.s[:i]))
}

func (it *interp) mustFind(s *Str, a []Value, index func(s, sub string) int) Value {
	i := it.find(s, a, index)
	if i == int64(-1) {
		it.fail(ErrValue, "substring not found")
	}
	return i
}

// wantItem returns an element of what is joined, which must be a string.
func (it *interp) wantItem(v Value, i int) *Str {
	s, ok := v.(*Str)
	if !ok {
		it.fail(ErrType, "sequence item ", itoa(i), ": expected str instance, ", typeName(v), " found")
	}
	return s
}

// joinStrings puts the elements of a value together with a separator between
// them.
func (it *interp) joinStrings(sep *Str, v Value, item func(v Value, i int) *Str) *Str {
	b := it.newBuilder()
	items := it.iter(v)
	for i := 0; ; i++ {
		it.step(1)
		v, ok := items.next()
		if !ok {
			joined := b.str()
			joined.markup = sep.markup
			return joined
		}
		if i > 0 {
			b.addStr(sep)
		}
		s := item(v, i)
		if sep.markup {
			s = it.escape(s)
		}
		b.addStr(s)
	}
}

// pads say where padding goes.
type padding uint8

const (
	padLeft padding = iota
	padRight
	padCenter
)

func (it *interp) pad(s *Str, a []Value, where padding) Value {
	fill := lit(" ")
	if a[1] != nil {
		fill = it.wantStr(a[1])
		if it.chars(fill) != 1 {
			it.fail(ErrType, "the fill character must be exactly one character long")
		}
	}
	return it.padded(s, it.wantInt(a[0]), fill, where)
}

// padded makes a string a number of characters long.
func (it *interp) padded(s *Str, width int, fill *Str, where padding) *Str {
	n := width - it.chars(s)
	if n <= 0 {
		return s
	}
	left := 0
	switch where {
	case padLeft:
		left = n
	case padCenter: // as Python rounds it
		left = n/2 + n&width&1
	}
	it.allocTimes(n, len(fill.s))
	b := it.newBuilder()
	b.addStr(it.repeat(fill, left))
	b.addStr(s)
	b.addStr(it.repeat(fill, n-left))
	filled := b.str()
	filled.markup = s.markup
	return filled
}

func (it *interp) zeroFill(s *Str, width int) Value {
	sign := 0
	if strings.HasPrefix(s.s, "+") || strings.HasPrefix(s.s, "-") {
		sign = 1
	}
	n := width - it.chars(s)
	if n <= 0 {
		return s
	}
	b := it.newBuilder()
	b.addPart(s, 0, sign)
	b.addStr(it.repeat(lit("0"), n))
	b.addPart(s, sign, len(s.s))
	return b.str()
}

func (it *interp) expandTabs(s *Str, size int) Value {
	b := it.newBuilder()
	space := lit(" ")
	column, done := 0, 0
	for i, r := range s.s {
		switch r {
		case '\t':
			b.addPart(s, done, i)
			done = i + 1
			if size > 0 {
				n := size - column%size
				b.addStr(it.repeat(space, n))
				column += n
			}
		case '\n', '\r':
			column = 0
		default:
			column++
		}
	}
	b.addPart(s, done, len(s.s))
	return b.str()
}
