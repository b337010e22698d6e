package jinja

import (
	"slices"
	"strings"
)

// filters are what may stand behind |. init fills it, since some filters look
// others up in it.
var filters map[string]*builtin

func init() {
	filters = map[string]*builtin{}
	for _, list := range [][]builtin{textFilters, listFilters, numberFilters, markupFilters} {
		for i := range list {
			for _, name := range strings.Split(list[i].name, "/") {
				f := list[i]
				f.name = name
				filters[name] = &f
			}
		}
	}
	for _, name := range []string{"random", "urlize"} {
		filters[name] = &builtin{name: name, variadic: func(it *interp, _ Value, _ args) Value {
			it.fail(ErrUnsupported, "the filter ", quote(name))
			return nil
		}}
	}
}

// params splits the names of parameters.
func params(names string) []string { return strings.Fields(names) }

// flag returns an argument as a condition.
func flag(v Value) bool { return v != nil && truth(v) }

// given reports whether an argument is there and not None.
func given(v Value) bool { return orNone(v) != None{} }

// textFilters take the str() of what they are applied to.
var textFilters = []builtin{
	{name: "string", fn: func(it *interp, x Value, _ []Value) Value { return it.str(x) }},
	{name: "upper", fn: onText((*interp).upper)},
	{name: "lower", fn: onText((*interp).lower)},
	{name: "capitalize", fn: onText(caseMethods["capitalize"])},
	{name: "title", fn: onText((*interp).titleWords)},
	{name: "trim", params: params("chars"), fn: func(it *interp, x Value, a []Value) Value {
		s := it.str(x)
		it.work(len(s.s))
		return it.strip(s, a[0], true, true)
	}},
	{name: "replace", params: params("old new count"), required: 2, fn: func(it *interp, x Value, a []Value) Value {
		count := -1
		if given(a[2]) {
			count = it.wantInt(a[2])
		}
		return it.replace(it.str(x).plain(), it.str(a[0]), it.str(a[1]), count)
	}},
	{name: "center", params: params("width"), fn: func(it *interp, x Value, a []Value) Value {
		return it.padded(it.str(x), it.optionalInt(a[0], 80), lit(" "), padCenter)
	}},
	{name: "indent", params: params("width first blank"), fn: indent},
	{name: "truncate", params: params("length killwords end leeway"), fn: truncateText},
	{name: "wordwrap", params: params("width break_long_words wrapstring break_on_hyphens"), fn: wordwrap},
	{name: "pprint", fn: prettyPrint},
	{name: "wordcount", fn: func(it *interp, x Value, _ []Value) Value {
		s := it.str(x)
		it.work(len(s.s))
		it.classify(s.s)
		words, within := int64(0), false
		for _, r := range s.s {
			was := within
			if within = isWordRune(r); within && !was {
				words++
			}
		}
		return words
	}},
	{name: "format", variadic: func(it *interp, x Value, a args) Value {
		switch {
		case len(a.items) > 0 && len(a.names) > 0:
			it.fail(ErrValue, "can't handle positional and keyword arguments at the same time")
		case len(a.names) > 0:
			return it.percentFormat(it.str(x), it.makeDict(a))
		}
		return it.percentFormat(it.str(x), &Tuple{a.items})
	}},
	{name: "tojson", params: params("ensure_ascii indent separators sort_keys"), fn: tojson},
	{name: "filesizeformat", params: params("binary"), fn: fileSize},
	{name: "urlencode", fn: urlEncode},
}

func onText(f func(it *interp, s *Str) *Str) func(it *interp, x Value, _ []Value) Value {
	return func(it *interp, x Value, _ []Value) Value {
		s := it.str(x)
		t := f(it, s)
		if s.markup {
			return t.asMarkup()
		}
		return t
	}
}

// listFilters take apart what can be iterated over, and attributes.
var listFilters = []builtin{
	{name: "default/d", params: params("default_value boolean"), fn: func(_ *interp, x Value, a []Value) Value {
		if !isUndefined(x) && (!flag(a[1]) || truth(x)) {
			return x
		}
		if a[0] == nil {
			return emptyStr
		}
		return a[0]
	}},
	{name: "length/count", fn: func(it *interp, x Value, _ []Value) Value { return int64(it.length(x)) }},
	{name: "list", fn: func(it *interp, x Value, _ []Value) Value { return NewList(it.list(x), containerOrigin(x)) }},
	{name: "first", fn: func(it *interp, x Value, _ []Value) Value {
		if v, ok := it.iter(x).next(); ok {
			return v
		}
		return &Undefined{hint: "no first item, sequence was empty"}
	}},
	{name: "last", fn: func(it *interp, x Value, _ []Value) Value {
		if v, ok := it.reversed(x).next(); ok {
			return v
		}
		return &Undefined{hint: "no last item, sequence was empty"}
	}},
	{name: "reverse", fn: func(it *interp, x Value, _ []Value) Value {
		if s, ok := x.(*Str); ok {
			return it.sliceStr(s, None{}, None{}, int64(-1))
		}
		if i, ok := x.(*iterator); ok {
			items := it.list(i)
			slices.Reverse(items)
			return &List{items: items}
		}
		if !iterable(x) {
			it.fail(ErrValue, "argument must be iterable")
		}
		return it.reversed(x)
	}},
	{name: "join", params: params("d attribute"), fn: func(it *interp, x Value, a []Value) Value {
		sep := emptyStr
		if a[0] != nil {
			sep = it.str(a[0]).plain()
		}
		get := func(v Value) Value { return v }
		if given(a[1]) {
			get = it.attributeGetter(a[1], nil)
		}
		return it.joinStrings(sep, x, func(v Value, _ int) *Str { return it.str(get(v)) })
	}},
	{name: "items", fn: func(it *interp, x Value, _ []Value) Value {
		return it.lazily(func() func() (Value, bool) {
			switch x := x.(type) {
			case *Undefined:
				return nothing
			case *Dict:
				return elements("", it.items(x).items).next
			}
			it.fail(ErrType, "can only get item pairs from a mapping")
			return nil
		})
	}},
	{name: "attr", params: params("name"), required: 1, fn: func(it *interp, x Value, a []Value) Value {
		name := it.str(a[0]).s
		it.refuseInternal(x, name)
		if u, ok := x.(*Undefined); ok {
			it.failUndefined(u)
		}
		if v := it.attribute(x, name); v != nil {
			return v
		}
		return &Undefined{object: x, name: name}
	}},
	{name: "dictsort", params: params("case_sensitive by reverse"), fn: dictsort},
	{name: "sort", params: params("reverse case_sensitive attribute"), fn: func(it *interp, x Value, a []Value) Value {
		items := it.list(x)
		it.sort(items, it.sortKey(a[2], !flag(a[1])), flag(a[0]))
		return NewList(items, containerOrigin(x))
	}},
	{name: "unique", params: params("case_sensitive attribute"), fn: unique},
	{name: "min", params: params("case_sensitive attribute"), fn: func(it *interp, x Value, a []Value) Value {
		return it.extreme(x, a, func(v, best Value) bool { return it.less(v, best) })
	}},
	{name: "max", params: params("case_sensitive attribute"), fn: func(it *interp, x Value, a []Value) Value {
		return it.extreme(x, a, func(v, best Value) bool { return it.ordered(opGt, v, best) })
	}},
	{name: "groupby", params: params("attribute default case_sensitive"), required: 1, fn: groupby},
	{name: "batch", params: params("linecount fill_with"), required: 1, fn: batch},
	{name: "slice", params: params("slices fill_with"), required: 1, fn: columns},
	{name: "map", variadic: mapFilter},
	{name: "select", variadic: func(it *interp, x Value, a args) Value { return it.selected(x, a, true, false) }},
	{name: "reject", variadic: func(it *interp, x Value, a args) Value { return it.selected(x, a, false, false) }},
	{name: "selectattr", variadic: func(it *interp, x Value, a args) Value { return it.selected(x, a, true, true) }},
	{name: "rejectattr", variadic: func(it *interp, x Value, a args) Value { return it.selected(x, a, false, true) }},
}

// containerOrigin returns the origin of a container's own bytes.
func containerOrigin(v Value) Origin {
	switch v := v.(type) {
	case *List:
		return v.origin
	case *Dict:
		return v.origin
	}
	return FromTemplate
}

// reversed is Python's reversed().
func (it *interp) reversed(v Value) *iterator {
	switch v.(type) {
	case *iterator, *loop:
		it.fail(ErrType, "'", typeName(v), "' object is not reversible")
	}
	items := it.list(v)
	slices.Reverse(items)
	return elements("list_reverseiterator", items)
}

// attributeGetter returns a function that gets an attribute: a name, names with
// dots between them, or a number. otherwise, if not nil, is in the place of
// what is undefined.
func (it *interp) attributeGetter(attribute, otherwise Value) func(Value) Value {
	var path []Value
	switch a := attribute.(type) {
	case nil, None:
	case *Str:
		it.work(len(a.s))
		n := strings.Count(a.s, ".") + 1
		it.allocTimes(n, objectBytes+elementBytes)
		path = make([]Value, 0, n)
		for part := range strings.SplitSeq(a.s, ".") {
			if i := digits(part, isDigit); i > 0 && i == len(part) && len(part) < 18 && !strings.Contains(part, "_") {
				path = append(path, it.parseInt(part, 10))
				continue
			}
			path = append(path, lit(part))
		}
	default:
		path = []Value{attribute}
	}
	return func(v Value) Value {
		for _, part := range path {
			it.step(1)
			v = it.getItem(v, part)
			if isUndefined(v) && otherwise != nil && otherwise != (None{}) {
				v = otherwise
			}
		}
		return v
	}
}

// folded returns strings in lower case, anything else as it is.
func (it *interp) folded(v Value) Value {
	if s, ok := v.(*Str); ok {
		return it.lower(s)
	}
	return v
}

// key returns a getter of what is compared.
func (it *interp) key(attribute, otherwise Value, fold bool) func(Value) Value {
	get := it.attributeGetter(attribute, otherwise)
	if !fold {
		return get
	}
	return func(v Value) Value { return it.folded(get(v)) }
}

// sortKey returns a getter of what is sorted by: one attribute or several with
// commas between them.
func (it *interp) sortKey(attribute Value, fold bool) func(Value) Value {
	s, ok := attribute.(*Str)
	if !ok {
		return it.key(attribute, nil, fold)
	}
	it.work(len(s.s))
	n := strings.Count(s.s, ",") + 1
	it.allocTimes(n, 4*objectBytes)
	gets := make([]func(Value) Value, 0, n)
	for part := range strings.SplitSeq(s.s, ",") {
		gets = append(gets, it.key(lit(part), nil, fold))
	}
	return func(v Value) Value {
		it.alloc(objectBytes + elementBytes*len(gets))
		t := &List{items: make([]Value, 0, len(gets))}
		for _, get := range gets {
			t.items = append(t.items, get(v))
		}
		return t
	}
}

// sort sorts values by their keys and keeps the order of equal ones.
func (it *interp) sort(items []Value, key func(Value) Value, reverse bool) {
	type keyed struct{ key, value Value }
	it.allocTimes(len(items), 2*elementBytes)
	all := make([]keyed, len(items))
	for i, v := range items {
		all[i] = keyed{key(v), v}
	}
	slices.SortStableFunc(all, func(a, b keyed) int {
		if reverse {
			a, b = b, a
		}
		switch {
		case it.less(a.key, b.key):
			return -1
		case it.less(b.key, a.key):
			return 1
		}
		return 0
	})
	for i := range all {
		items[i] = all[i].value
	}
}

func dictsort(it *interp, x Value, a []Value) Value {
	d, ok := x.(*Dict)
	if !ok {
		if u, ok := x.(*Undefined); ok {
			it.failUndefined(u)
		}
		it.fail(ErrType, "'", typeName(x), "' object has no attribute 'items'")
	}
	by := 0
	if a[1] != nil {
		switch s, _ := a[1].(*Str); {
		case s != nil && s.s == "value":
			by = 1
		case s == nil || s.s != "key":
			it.fail(ErrValue, "you can only sort by either \"key\" or \"value\"")
		}
	}
	items := it.items(d).items
	it.sort(items, func(v Value) Value {
		part := v.(*Tuple).items[by]
		if flag(a[0]) {
			return part
		}
		return it.folded(part)
	}, flag(a[2]))
	return NewList(items, d.origin)
}

func unique(it *interp, x Value, a []Value) Value {
	return it.lazily(func() func() (Value, bool) {
		key := it.key(a[1], nil, !flag(a[0]))
		items := it.iter(x)
		seen := map[dictKey]bool{}
		return func() (Value, bool) {
			for {
				it.step(1)
				v, ok := items.next()
				if !ok {
					return nil, false
				}
				if k := it.hash(key(v)); !seen[k] {
					it.alloc(memberBytes)
					seen[k] = true
					return v, true
				}
			}
		}
	})
}

// extreme is min or max.
func (it *interp) extreme(x Value, a []Value, better func(v, best Value) bool) Value {
	items := it.iter(x)
	best, ok := items.next()
	if !ok {
		return &Undefined{hint: "no aggregated item, sequence was empty"}
	}
	key := it.key(a[1], nil, !flag(a[0]))
	bestKey := key(best)
	for {
		it.step(1)
		v, ok := items.next()
		if !ok {
			return best
		}
		if k := key(v); better(k, bestKey) {
			best, bestKey = v, k
		}
	}
}

func groupby(it *interp, x Value, a []Value) Value {
	fold := !flag(a[2])
	items := it.list(x)
	key := it.key(a[0], a[1], fold)
	it.sort(items, key, false)
	original := it.attributeGetter(a[0], a[1])
	groups := &List{}
	var last Value
	for _, v := range items {
		it.alloc(memberBytes)
		k := key(v)
		if n := len(groups.items); n > 0 && it.equal(k, last) {
			group := groups.items[n-1].(*groupTuple).items[1].(*List)
			group.items = append(group.items, v)
			continue
		}
		last = k
		groups.items = append(groups.items, &groupTuple{Tuple{[]Value{original(v), &List{items: []Value{v}}}}})
	}
	return groups
}

func batch(it *interp, x Value, a []Value) Value {
	return it.lazily(func() func() (Value, bool) {
		items := it.iter(x)
		done := false
		var next []Value
		return func() (Value, bool) {
			for !done {
				it.step(1)
				it.alloc(elementBytes)
				v, ok := items.next()
				if !ok {
					done = true
					break
				}
				if full := next; it.equal(int64(len(full)), a[0]) {
					next = []Value{v}
					return &List{items: full}, true
				}
				next = append(next, v)
			}
			if len(next) == 0 {
				return nil, false
			}
			last := &List{items: next}
			next = nil
			if given(a[1]) {
				missing := max(0, it.wantInt(a[0])-len(last.items))
				it.allocTimes(missing, elementBytes)
				for range missing {
					last.items = append(last.items, a[1])
				}
			}
			return last, true
		}
	})
}

// columns is the filter slice.
func columns(it *interp, x Value, a []Value) Value {
	return it.lazily(func() func() (Value, bool) {
		items := it.list(x)
		n := it.wantInt(a[0])
		if n == 0 {
			it.fail(ErrValue, "integer division or modulo by zero")
		}
		start, column := 0, 0
		return func() (Value, bool) {
			if column >= n {
				return nil, false
			}
			it.step(1)
			size := len(items) / n
			if column < len(items)%n {
				size++
			}
			it.alloc(objectBytes + size*elementBytes)
			part := append([]Value(nil), items[start:start+size]...)
			if given(a[1]) && column >= len(items)%n {
				part = append(part, a[1])
			}
			start += size
			column++
			return &List{items: part}, true
		}
	})
}

// lazily returns a generator that is set up once its first element is asked
// for.
func (it *interp) lazily(start func() func() (Value, bool)) *iterator {
	it.alloc(4 * objectBytes)
	var next func() (Value, bool)
	return it.nested("generator", func() (Value, bool) {
		if next == nil {
			next = start()
		}
		return next()
	})
}

func nothing() (Value, bool) { return nil, false }

func mapFilter(it *interp, x Value, a args) Value {
	return it.lazily(func() func() (Value, bool) {
		if !truth(x) {
			return nothing
		}
		var f func(Value) Value
		attribute := a.named("attribute")
		switch {
		case len(a.items) == 0 && attribute != nil:
			for _, name := range a.names {
				if name.s != "attribute" && name.s != "default" {
					it.fail(ErrValue, "unexpected keyword argument ", quote(name.s))
				}
			}
			f = it.attributeGetter(attribute, a.named("default"))
		case len(a.items) == 0:
			it.fail(ErrValue, "map requires a filter argument")
		default:
			filter := it.lookUp(filters, "filter", a.items[0])
			rest := args{a.items[1:], a.names, a.values}
			f = func(v Value) Value { return it.callBuiltin(filter, v, rest) }
		}
		items := it.iter(x)
		return func() (Value, bool) {
			it.step(1)
			v, ok := items.next()
			if !ok {
				return nil, false
			}
			return f(v), true
		}
	})
}

// lookUp returns the filter or test that a value names.
func (it *interp) lookUp(in map[string]*builtin, what string, name Value) *builtin {
	s, ok := name.(*Str)
	if !ok || in[s.s] == nil {
		it.fail(ErrSyntax, "no ", what, " named ", quote(it.str(name).s))
	}
	return in[s.s]
}

// selected is select or reject, of the values themselves or by an attribute.
func (it *interp) selected(x Value, a args, want, byAttribute bool) Value {
	return it.lazily(func() func() (Value, bool) {
		if !truth(x) {
			return nothing
		}
		get := func(v Value) Value { return v }
		rest := a.items
		if byAttribute {
			if len(rest) == 0 {
				it.fail(ErrValue, "missing parameter for attribute name")
			}
			get = it.attributeGetter(rest[0], nil)
			rest = rest[1:]
		}
		is := truth
		if len(rest) > 0 {
			test := it.lookUp(tests, "test", rest[0])
			given := args{rest[1:], a.names, a.values}
			is = func(v Value) bool { return truth(it.callBuiltin(test, v, given)) }
		}
		items := it.iter(x)
		return func() (Value, bool) {
			for {
				it.step(1)
				v, ok := items.next()
				if !ok {
					return nil, false
				}
				if is(get(v)) == want {
					return v, true
				}
			}
		}
	})
}
