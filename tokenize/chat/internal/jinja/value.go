package jinja

import (
	"math/big"
	"unicode/utf8"
)

// A Value is a value of Python: None, bool, int64 or *big.Int, float64, *Str,
// *List, *Tuple, *Dict, *Undefined, or one of the objects that templates make,
// such as macros and namespaces. A nil Value is no value: a variable that has
// none yet, an argument that was not given.
type Value any

// None is Python's None.
type None struct{}

// A List is a list of Python.
type List struct {
	items  []Value
	origin Origin // of what is printed between the elements
	used   *int   // of the array that items stand in, how many elements are taken; nil: all. See extend
}

// NewList returns a list whose own bytes, where it is printed, are of an
// origin.
func NewList(items []Value, origin Origin) *List { return &List{items: items, origin: origin} }

// A Tuple is a tuple of Python.
type Tuple struct{ items []Value }

// A groupTuple is what groupby makes: a tuple whose elements have names.
type groupTuple struct{ Tuple }

// An Undefined is Jinja's: it prints as nothing, and nearly every other use of
// it is an error.
type Undefined struct {
	name    string // of the variable, or of the attribute of object
	object  Value  // nil: a variable
	hint    string // the whole message, where it is not made of the name
	element Value  // the key that object does not have, where it is no string
	unsafe  bool   // an attribute that is there, and that templates must not use
}

// A view is what keys(), values() and items() of a dictionary return.
type view struct {
	kind  string // dict_keys, ...
	items []Value
}

// A span is Python's range.
type span struct{ start, stop, step int64 }

func (r *span) len() int {
	switch {
	case r.step > 0 && r.start < r.stop:
		return int((r.stop-r.start-1)/r.step) + 1
	case r.step < 0 && r.start > r.stop:
		return int((r.start-r.stop-1)/-r.step) + 1
	}
	return 0
}

func (r *span) at(i int) Value { return r.start + int64(i)*r.step }

// An iterator is one of Python: what it has given is gone.
type iterator struct {
	kind string // as type() names it
	next func() (Value, bool)
}

// typeName returns the name of a value's type, as messages of Python have it.
func typeName(v Value) string {
	switch v := v.(type) {
	case None:
		return "NoneType"
	case bool:
		return "bool"
	case int64, *big.Int:
		return "int"
	case float64:
		return "float"
	case *Str:
		if v.markup {
			return "Markup"
		}
		return "str"
	case *List:
		return "list"
	case *Tuple:
		return "tuple"
	case *groupTuple:
		return "_GroupTuple"
	case *Dict:
		return "dict"
	case *Undefined:
		return "Undefined"
	case *view:
		return v.kind
	case *span:
		return "range"
	case *iterator:
		return v.kind
	case *namespace:
		return "Namespace"
	case *macro:
		return "Macro"
	case *loop:
		return "LoopContext"
	case *cycler:
		return "Cycler"
	case templateReference:
		return "TemplateReference"
	case *joiner:
		return "Joiner"
	case *method:
		return "builtin_function_or_method"
	}
	return "function"
}

// sequence returns the elements of lists and tuples.
func sequence(v Value) ([]Value, bool) {
	switch v := v.(type) {
	case *List:
		return v.items, true
	case *Tuple:
		return v.items, true
	case *groupTuple:
		return v.items, true
	}
	return nil, false
}

// truth is Python's bool().
func truth(v Value) bool {
	switch v := v.(type) {
	case None, *Undefined:
		return false
	case bool:
		return v
	case int64:
		return v != 0
	case *big.Int:
		return v.Sign() != 0
	case float64:
		return v != 0
	case *loop:
		return v.length() > 0
	}
	n, ok := size(v)
	return !ok || n > 0
}

// size is Python's len(), if there is one. For a string it counts bytes.
func size(v Value) (int, bool) {
	switch v := v.(type) {
	case *Str:
		return len(v.s), true
	case *Dict:
		return len(v.entries), true
	case *Undefined:
		return 0, true
	case *view:
		return len(v.items), true
	case *span:
		return v.len(), true
	}
	items, ok := sequence(v)
	return len(items), ok
}

// length is Python's len().
func (it *interp) length(v Value) int {
	switch v := v.(type) {
	case *Str:
		return it.chars(v)
	case *loop:
		return v.length()
	}
	n, ok := size(v)
	if !ok {
		it.fail(ErrType, "object of type '", typeName(v), "' has no len()")
	}
	return n
}

// iterable reports whether there is an iter() of a value.
func iterable(v Value) bool {
	switch v.(type) {
	case *iterator, *loop:
		return true
	}
	_, ok := size(v)
	return ok
}

// elements returns an iterator over a list of values.
func elements(kind string, items []Value) *iterator {
	i := 0
	return &iterator{kind, func() (Value, bool) {
		if i >= len(items) {
			return nil, false
		}
		i++
		return items[i-1], true
	}}
}

// nested returns an iterator over what another one gives. How many of them stand
// within each other is bounded, as they call each other.
func (it *interp) nested(kind string, next func() (Value, bool)) *iterator {
	return &iterator{kind, func() (Value, bool) {
		it.enter()
		v, ok := next()
		it.leave()
		return v, ok
	}}
}

// iter is Python's iter().
func (it *interp) iter(v Value) *iterator {
	switch v := v.(type) {
	case *List: // which may change meanwhile, by pop()
		i := 0
		return &iterator{"list_iterator", func() (Value, bool) {
			if i >= len(v.items) {
				return nil, false
			}
			i++
			return v.items[i-1], true
		}}
	case *Tuple:
		return elements("tuple_iterator", v.items)
	case *groupTuple:
		return elements("tuple_iterator", v.items)
	case *iterator:
		return v
	case *Undefined:
		return elements("generator", nil)
	case *view:
		return elements(v.kind+"iterator", v.items)
	case *Dict:
		i := 0
		return &iterator{"dict_keyiterator", func() (Value, bool) {
			if i >= len(v.entries) {
				return nil, false
			}
			i++
			return v.entries[i-1].name, true
		}}
	case *Str:
		i := 0
		return &iterator{"str_iterator", func() (Value, bool) {
			if i >= len(v.s) {
				return nil, false
			}
			it.alloc(objectBytes)
			_, n := utf8.DecodeRuneInString(v.s[i:])
			i += n
			return v.slice(i-n, i).plain(), true
		}}
	case *span:
		i, n := 0, v.len()
		return &iterator{"range_iterator", func() (Value, bool) {
			if i >= n {
				return nil, false
			}
			i++
			return v.at(i - 1), true
		}}
	case *loop:
		return it.nested("LoopContext", func() (Value, bool) {
			if !v.advance() {
				return nil, false
			}
			return &Tuple{[]Value{v.current, v}}, true
		})
	}
	it.fail(ErrType, "'", typeName(v), "' object is not iterable")
	return nil
}

// list is Python's list().
func (it *interp) list(v Value) []Value {
	if items, ok := sequence(v); ok {
		it.allocTimes(len(items), elementBytes)
		return append(make([]Value, 0, len(items)), items...)
	}
	var items []Value
	for i := it.iter(v); ; {
		e, ok := i.next()
		if !ok {
			return items
		}
		it.alloc(5 * elementBytes) // since it grows by a quarter
		it.step(1)
		items = append(items, e)
	}
}

// failUndefined ends the run with the error of using an Undefined.
func (it *interp) failUndefined(u *Undefined) {
	kind := ErrUndefined
	if u.unsafe {
		kind = ErrSecurity
	}
	it.fail(kind, u.message(it))
}

func (u *Undefined) message(it *interp) string {
	switch {
	case u.hint != "":
		return u.hint
	case u.object == nil:
		return "'" + u.name + "' is undefined"
	case u.element != nil:
		return objectType(u.object) + " has no element " + shorten(it.repr(u.element).s)
	}
	return "'" + objectType(u.object) + "' has no attribute " + quote(u.name)
}

// objectType is how messages about undefined attributes call an object.
func objectType(v Value) string {
	if _, ok := v.(None); ok {
		return "None"
	}
	return typeName(v) + " object"
}

func boolInt(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
