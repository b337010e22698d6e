package jinja

import (
	"math"
	"math/big"
	"strings"
)

// getAttr is x.name in a template: an attribute of Python, or else an item.
func (it *interp) getAttr(x Value, name *Str) Value {
	it.step(len(name.s) >> 6)
	if d, ok := x.(*Dict); ok && dictMethods[name.s] == nil && !isMutator(x, name.s) {
		if v, ok := d.Lookup(name.s); ok {
			return v
		}
	} else if v := it.attribute(x, name.s); v != nil {
		return v
	}
	it.refuseInternal(x, name.s)
	if u, ok := x.(*Undefined); ok {
		it.failUndefined(u)
	}
	return &Undefined{object: x, name: name.s}
}

// getItem is x[index] in a template: an item of Python, or else an attribute.
func (it *interp) getItem(x, index Value) Value {
	switch x := x.(type) {
	case *Dict:
		if k, ok := it.hashable(index); ok {
			if v, ok := x.get(k); ok {
				return v
			}
		}
	case *Undefined:
		it.failUndefined(x)
	case *Str:
		if c := it.char(x, index); c != nil {
			return c
		}
	case *span:
		if i, ok := position(index, x.len()); ok {
			return x.at(i)
		}
	default:
		if items, ok := sequence(x); ok {
			if i, ok := position(index, len(items)); ok {
				return items[i]
			}
		}
	}
	name, ok := index.(*Str)
	if !ok {
		return &Undefined{object: x, element: index}
	}
	it.step(len(name.s) >> 6)
	if v := it.attribute(x, name.s); v != nil {
		return v
	}
	it.refuseInternal(x, name.s)
	return &Undefined{object: x, name: name.s}
}

// hashable returns the key that a value is in a dictionary, if it can be one.
func (it *interp) hashable(v Value) (dictKey, bool) {
	switch v := v.(type) {
	case *Str, int64, bool, float64, *big.Int, None, *Undefined:
		return it.hash(v), true
	case *Tuple:
		for _, e := range v.items {
			if _, ok := it.hashable(e); !ok {
				return dictKey{}, false
			}
		}
		return it.hash(v), true
	}
	return dictKey{}, false
}

// position returns an index within a length, counted from the end if it is
// negative.
func position(index Value, length int) (int, bool) {
	i, ok := integer(index)
	if i < 0 {
		i += int64(length)
	}
	return int(i), ok && 0 <= i && i < int64(length)
}

// char returns the character of that number, nil if there is none.
func (it *interp) char(x *Str, index Value) Value {
	if _, ok := integer(index); !ok {
		return nil
	}
	it.alloc(objectBytes)
	offsets := it.byteOffsets(x.s)
	n := len(x.s)
	if offsets != nil {
		n = len(offsets) - 1
	}
	i, ok := position(index, n)
	switch {
	case !ok:
		return nil
	case offsets == nil:
		return x.slice(i, i+1)
	}
	return x.slice(offsets[i], offsets[i+1])
}

// attribute is Python's getattr(), as far as the sandbox lets templates see; nil
// if there is none of that name.
func (it *interp) attribute(x Value, name string) Value {
	if isMutator(x, name) {
		return &Undefined{unsafe: true, hint: "access to attribute " + quote(name) + " of " + quote(typeName(x)) + " object is unsafe"}
	}
	var methods map[string]*builtin
	switch x := x.(type) {
	case *Str:
		methods = strMethods
	case *Dict:
		methods = dictMethods
	case *List:
		methods = listMethods
	case *Tuple:
		methods = tupleMethods
	case *groupTuple:
		switch name {
		case "grouper":
			return x.items[0]
		case "list":
			return x.items[1]
		}
		methods = tupleMethods
	case *namespace:
		if v, ok := x.vars.Lookup(name); ok && !strings.HasPrefix(name, "_") {
			return v
		}
	case *loop:
		return x.attr(name)
	case *macro:
		return x.attr(name)
	case *cycler:
		if name == "current" {
			return x.items[x.pos]
		}
		methods = cyclerMethods
	case *span:
		switch name {
		case "start":
			return x.start
		case "stop":
			return x.stop
		case "step":
			return x.step
		}
	case bool, int64, *big.Int, float64:
		methods = numberMethods
		n, _ := number(x)
		switch _, isFloat := n.(float64); {
		case name == "real", name == "numerator" && !isFloat:
			return n
		case name == "imag" && isFloat:
			return 0.0
		case name == "imag":
			return int64(0)
		case name == "denominator" && !isFloat:
			return int64(1)
		case name == "bit_length" && isFloat, name == "is_integer" && !isFloat:
			return nil
		}
	}
	if f := methods[name]; f != nil {
		return &method{x, f}
	}
	return nil
}

// mutators are the methods that the immutable sandbox of Jinja 3.1.2 keeps from
// templates. list.pop and list.clear are not among them.
var (
	listMutators = []string{"append", "reverse", "insert", "sort", "extend", "remove"}
	dictMutators = []string{"clear", "pop", "popitem", "setdefault", "update"}
)

func isMutator(x Value, name string) bool {
	var names []string
	switch x.(type) {
	case *List:
		names = listMutators
	case *Dict:
		names = dictMutators
	default:
		return false
	}
	for _, n := range names {
		if n == name {
			return true
		}
	}
	return false
}

// refuseInternal fails for the names that Python's own attributes have, all of
// which the sandbox forbids. Jinja itself fails only once what it hands out
// instead is used.
func (it *interp) refuseInternal(x Value, name string) {
	if len(name) > 4 && strings.HasPrefix(name, "__") && strings.HasSuffix(name, "__") {
		it.fail(ErrSecurity, "access to attribute ", quote(name), " of ", quote(typeName(x)), " object is unsafe")
	}
}

func (m *macro) attr(name string) Value {
	switch name {
	case "name":
		if m.def.name == "" {
			return None{}
		}
		return lit(m.def.name)
	case "arguments":
		t := &Tuple{}
		for _, param := range m.def.params {
			t.items = append(t.items, lit(param.name))
		}
		return t
	case "catch_kwargs":
		return m.def.usesKwargs
	case "catch_varargs":
		return m.def.usesVarargs
	case "caller":
		return m.def.usesCaller
	}
	return nil
}

// slice is x[start:stop:step].
func (it *interp) slice(x, start, stop, step Value) Value {
	if u, ok := x.(*Undefined); ok {
		it.failUndefined(u)
	}
	items, isSequence := sequence(x)
	s, isStr := x.(*Str)
	r, isSpan := x.(*span)
	switch {
	case isSequence:
		from, n, by := it.sliceIndices(start, stop, step, len(items))
		it.allocTimes(n, elementBytes)
		cut := make([]Value, n)
		for i := range cut {
			cut[i] = items[from+i*by]
		}
		if l, ok := x.(*List); ok {
			return NewList(cut, l.origin)
		}
		return &Tuple{cut}
	case isStr:
		return it.sliceStr(s, start, stop, step)
	case isSpan:
		from, n, by := it.sliceIndices(start, stop, step, r.len())
		first := r.start + int64(from)*r.step
		return &span{first, first + int64(n)*int64(by)*r.step, int64(by) * r.step}
	}
	if _, ok := x.(*Dict); ok {
		it.fail(ErrType, "unhashable type: 'slice'")
	}
	it.fail(ErrType, "'", typeName(x), "' object is not subscriptable")
	return nil
}

func (it *interp) sliceStr(s *Str, start, stop, step Value) Value {
	it.alloc(objectBytes + elementBytes*len(s.marks))
	offsets := it.byteOffsets(s.s)
	n := len(s.s)
	at := func(i int) int { return i }
	if offsets != nil {
		n = len(offsets) - 1
		at = func(i int) int { return offsets[i] }
	}
	from, count, by := it.sliceIndices(start, stop, step, n)
	if count == 0 {
		return &Str{markup: s.markup}
	}
	if by == 1 {
		return s.slice(at(from), at(from+count))
	}
	b := it.newBuilder()
	for range count {
		b.addPart(s, at(from), at(from+1))
		from += by
	}
	cut := b.str()
	cut.markup = s.markup
	return cut
}

// sliceIndices returns where a slice of something of a length starts, how many
// elements it has and how far they are apart.
func (it *interp) sliceIndices(start, stop, step Value, length int) (from, count, by int) {
	by = it.sliceIndex(step, 1)
	if by == 0 {
		it.fail(ErrValue, "slice step cannot be zero")
	}
	low, high := 0, length
	if by < 0 {
		low, high = -1, length-1
	}
	clamp := func(v Value, otherwise int) int {
		if _, none := v.(None); none {
			return otherwise
		}
		i := it.sliceIndex(v, 0)
		if i < 0 {
			i += length
		}
		return max(low, min(i, high))
	}
	if by > 0 {
		from = clamp(start, low)
		if end := clamp(stop, high); end > from {
			count = (end-from-1)/by + 1
		}
		return from, count, by
	}
	from = clamp(start, high)
	if end := clamp(stop, low); end < from {
		count = (from-end-1)/-by + 1
	}
	return from, count, by
}

// sliceIndex returns a part of a slice, cut to what no length reaches.
func (it *interp) sliceIndex(v Value, otherwise int) int {
	const most = math.MaxInt32
	switch v := v.(type) {
	case None:
		return otherwise
	case *big.Int:
		return v.Sign() * most
	}
	i, ok := integer(v)
	if !ok {
		it.fail(ErrType, "slice indices must be integers or None")
	}
	return int(max(-most, min(i, most)))
}
