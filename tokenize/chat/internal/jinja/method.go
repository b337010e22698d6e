package jinja

import (
	"math"
	"math/big"
	"slices"
)

var dictMethods = map[string]*builtin{
	"keys":   {name: "keys", fn: func(it *interp, x Value, _ []Value) Value { return it.keys(x.(*Dict)) }},
	"values": {name: "values", fn: func(it *interp, x Value, _ []Value) Value { return it.values(x.(*Dict)) }},
	"items":  {name: "items", fn: func(it *interp, x Value, _ []Value) Value { return it.items(x.(*Dict)) }},
	"copy": {name: "copy", fn: func(it *interp, x Value, _ []Value) Value {
		d := x.(*Dict)
		c := &Dict{origin: d.origin}
		it.update(c, d)
		return c
	}},
	"get": {name: "get", params: []string{"key", "default"}, required: 1, fn: func(it *interp, x Value, a []Value) Value {
		if v, ok := x.(*Dict).get(it.hash(a[0])); ok {
			return v
		}
		return orNone(a[1])
	}},
	"fromkeys": {name: "fromkeys", params: []string{"iterable", "value"}, required: 1, fn: func(it *interp, _ Value, a []Value) Value {
		d := &Dict{}
		for _, key := range it.list(a[0]) {
			it.setItem(d, key, orNone(a[1]))
		}
		return d
	}},
}

// orNone returns v, or None where it was not given.
func orNone(v Value) Value {
	if v == nil {
		return None{}
	}
	return v
}

// update takes the members of another dictionary in.
func (it *interp) update(d, from *Dict) {
	it.allocTimes(len(from.entries), memberBytes)
	for _, e := range from.entries {
		d.set(e.key, e.name, e.value)
	}
}

func (it *interp) keys(d *Dict) *view {
	it.allocTimes(len(d.entries), elementBytes)
	v := &view{"dict_keys", make([]Value, 0, len(d.entries))}
	for _, e := range d.entries {
		v.items = append(v.items, e.name)
	}
	return v
}

func (it *interp) values(d *Dict) *view {
	it.allocTimes(len(d.entries), elementBytes)
	v := &view{"dict_values", make([]Value, 0, len(d.entries))}
	for _, e := range d.entries {
		v.items = append(v.items, e.value)
	}
	return v
}

func (it *interp) items(d *Dict) *view {
	it.allocTimes(len(d.entries), objectBytes)
	v := &view{"dict_items", make([]Value, 0, len(d.entries))}
	for _, e := range d.entries {
		v.items = append(v.items, &Tuple{[]Value{e.name, e.value}})
	}
	return v
}

var (
	countMethod = &builtin{name: "count", params: []string{"value"}, required: 1, fn: func(it *interp, x Value, a []Value) Value {
		items, _ := sequence(x)
		n := int64(0)
		for _, v := range items {
			n += boolInt(it.equal(v, a[0]))
		}
		return n
	}}
	indexMethod = &builtin{name: "index", params: []string{"value", "start", "stop"}, required: 1, fn: func(it *interp, x Value, a []Value) Value {
		items, _ := sequence(x)
		from, count, _ := it.sliceIndices(orNone(a[1]), orNone(a[2]), None{}, len(items))
		for i, v := range items[from : from+count] {
			if it.equal(v, a[0]) {
				return int64(from + i)
			}
		}
		it.fail(ErrValue, shorten(it.repr(a[0]).s), " is not in ", typeName(x))
		return nil
	}}
)

var tupleMethods = map[string]*builtin{"count": countMethod, "index": indexMethod}

var listMethods = map[string]*builtin{
	"count": countMethod,
	"index": indexMethod,
	"copy": {name: "copy", fn: func(it *interp, x Value, _ []Value) Value {
		return NewList(it.list(x), x.(*List).origin)
	}},
	"pop": {name: "pop", params: []string{"index"}, fn: func(it *interp, x Value, a []Value) Value {
		l := x.(*List)
		at := Value(int64(-1))
		if a[0] != nil {
			at = int64(it.wantInt(a[0]))
		}
		i, ok := position(at, len(l.items))
		if !ok {
			it.fail(ErrValue, "pop index out of range")
		}
		v := l.items[i]
		it.allocTimes(len(l.items), elementBytes)
		l.items, l.used = slices.Concat(l.items[:i], l.items[i+1:]), nil
		return v
	}},
	"clear": {name: "clear", fn: func(_ *interp, x Value, _ []Value) Value {
		l := x.(*List)
		l.items, l.used = nil, nil
		return None{}
	}},
}

var numberMethods = map[string]*builtin{
	"bit_length": {name: "bit_length", fn: func(_ *interp, x Value, _ []Value) Value {
		n, _ := number(x)
		return int64(toBig(n).BitLen())
	}},
	"conjugate": {name: "conjugate", fn: func(_ *interp, x Value, _ []Value) Value {
		n, _ := number(x)
		return n
	}},
	"is_integer": {name: "is_integer", fn: func(_ *interp, x Value, _ []Value) Value {
		f := x.(float64)
		return f == math.Trunc(f) && !math.IsInf(f, 0)
	}},
	"as_integer_ratio": {name: "as_integer_ratio", fn: func(it *interp, x Value, _ []Value) Value {
		n, _ := number(x)
		f, isFloat := n.(float64)
		if !isFloat {
			return &Tuple{[]Value{n, int64(1)}}
		}
		r := new(big.Rat).SetFloat64(f)
		if r == nil {
			it.fail(ErrValue, "cannot convert ", formatFloat(f), " to integer ratio")
		}
		return &Tuple{[]Value{it.normal(r.Num()), it.normal(r.Denom())}}
	}},
}
