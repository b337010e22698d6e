package jsonread

import (
	"errors"
	"iter"
	"slices"
	"strconv"
	"strings"
)

// A Value is nil, bool, [Number], string, [Array] or [*Object].
type Value any

// An Array is a list of values.
type Array []Value

// A Number is the literal of a number, as it stands in the document.
type Number string

// IsInt reports whether the literal has neither fraction nor exponent.
func (n Number) IsInt() bool { return n != "" && !strings.ContainsAny(string(n), ".eENI") }

// Int returns the number if its literal is an integer that fits.
func (n Number) Int() (int64, error) {
	i, err := strconv.ParseInt(string(n), 10, 64)
	if err != nil {
		return 0, &detail{ErrRange, quote(string(n)) + " is not a 64-bit integer"}
	}
	return i, nil
}

// Uint returns the number if its literal is an integer that fits, without a
// sign.
func (n Number) Uint() (uint64, error) {
	u, err := strconv.ParseUint(string(n), 10, 64)
	if err != nil {
		return 0, &detail{ErrRange, quote(string(n)) + " is not an unsigned 64-bit integer"}
	}
	return u, nil
}

// Float returns the nearest float64, infinite beyond its range.
func (n Number) Float() float64 {
	f, err := strconv.ParseFloat(string(n), 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return 0 // only for a Number that was not read from a document
	}
	return f
}

// An Object is a list of members, in the order of the document, that can also
// be looked up by key. Set keeps the place of a key that is there. The nil
// Object is empty and may be read.
type Object struct {
	members []member
	index   map[string]int // by key; nil while there are few members
}

type member struct {
	key   string
	value Value
}

// indexAbove is the number of members from which looking through them all is
// slower than a map.
const indexAbove = 8

// Len returns the number of members.
func (o *Object) Len() int {
	if o == nil {
		return 0
	}
	return len(o.members)
}

// All yields the members in order.
func (o *Object) All() iter.Seq2[string, Value] {
	return func(yield func(string, Value) bool) {
		if o == nil {
			return
		}
		for _, m := range o.members {
			if !yield(m.key, m.value) {
				return
			}
		}
	}
}

// find returns the place of key, or -1.
func (o *Object) find(key string) int {
	if o == nil {
		return -1
	}
	if o.index != nil {
		if i, ok := o.index[key]; ok {
			return i
		}
		return -1
	}
	return slices.IndexFunc(o.members, func(m member) bool { return m.key == key })
}

// Has reports whether there is a member of that key, be it null.
func (o *Object) Has(key string) bool { return o.find(key) >= 0 }

// Get returns the value of key.
func (o *Object) Get(key string) (Value, bool) {
	i := o.find(key)
	if i < 0 {
		return nil, false
	}
	return o.members[i].value, true
}

// Set gives key a value.
func (o *Object) Set(key string, v Value) {
	if i := o.find(key); i >= 0 {
		o.members[i].value = v
		return
	}
	o.members = append(o.members, member{key, v})
	switch n := len(o.members); {
	case o.index != nil:
		o.index[key] = n - 1
	case n > indexAbove:
		o.reindex()
	}
}

// Delete removes key, if it is there.
func (o *Object) Delete(key string) {
	i := o.find(key)
	if i < 0 {
		return
	}
	o.members = slices.Delete(o.members, i, i+1)
	if o.index != nil {
		o.reindex()
	}
}

func (o *Object) reindex() {
	o.index = make(map[string]int, len(o.members))
	for i, m := range o.members {
		o.index[m.key] = i
	}
}

// Clone returns a copy that shares nothing that can change.
func (o *Object) Clone() *Object {
	if o == nil {
		return nil
	}
	c := &Object{members: slices.Clone(o.members)}
	for i := range c.members {
		c.members[i].value = clone(c.members[i].value)
	}
	if len(c.members) > indexAbove {
		c.reindex()
	}
	return c
}

func clone(v Value) Value {
	switch v := v.(type) {
	case *Object:
		return v.Clone()
	case Array:
		c := slices.Clone(v)
		for i := range c {
			c[i] = clone(c[i])
		}
		return c
	}
	return v
}

// typed returns the value of key if it has type T.
func typed[T any](o *Object, key string) (T, bool) {
	v, _ := o.Get(key)
	t, ok := v.(T)
	return t, ok
}

// String returns the value of key if it is a string.
func (o *Object) String(key string) (string, bool) { return typed[string](o, key) }

// Bool returns the value of key if it is a boolean.
func (o *Object) Bool(key string) (value, ok bool) { return typed[bool](o, key) }

// Number returns the value of key if it is a number.
func (o *Object) Number(key string) (Number, bool) { return typed[Number](o, key) }

// Array returns the value of key if it is an array.
func (o *Object) Array(key string) (Array, bool) { return typed[Array](o, key) }

// Object returns the value of key if it is an object.
func (o *Object) Object(key string) (*Object, bool) { return typed[*Object](o, key) }

// Int returns the value of key if it is an integer of 64 bits.
func (o *Object) Int(key string) (int64, bool) {
	n, ok := o.Number(key)
	if !ok {
		return 0, false
	}
	i, err := n.Int()
	return i, err == nil
}

// Float returns the value of key if it is a number.
func (o *Object) Float(key string) (float64, bool) {
	n, ok := o.Number(key)
	return n.Float(), ok
}
