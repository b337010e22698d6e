package jinja

import (
	"math"
	"math/big"
	"strconv"
)

// A Dict is a dictionary of Python: members in the order in which they were
// added.
type Dict struct {
	entries []entry
	index   map[dictKey]int // nil while there are few members
	origin  Origin          // of what is printed between the members
}

type entry struct {
	key   dictKey
	name  Value // the key as it was given
	value Value
}

// A dictKey is a key in a form in which equal keys of Python are equal: 1, 1.0
// and True are.
type dictKey struct {
	kind byte
	s    string
	n    uint64
}

const (
	keyStr = iota
	keyInt
	keyFloat
	keyBig
	keyNone
	keyTuple
	keyUndefined
)

// indexAbove is the number of members from which looking through them all is
// slower than a map.
const indexAbove = 8

// NewDict returns an empty dictionary whose own bytes, where it is printed, are
// of an origin.
func NewDict(origin Origin) *Dict { return &Dict{origin: origin} }

// SetString gives a key that is a string a value.
func (d *Dict) SetString(name *Str, v Value) { d.set(dictKey{kind: keyStr, s: name.s}, name, v) }

// Lookup returns the value of a key that is a string.
func (d *Dict) Lookup(name string) (Value, bool) { return d.get(dictKey{kind: keyStr, s: name}) }

func (d *Dict) find(k dictKey) int {
	if d.index != nil {
		if i, ok := d.index[k]; ok {
			return i
		}
		return -1
	}
	for i := range d.entries {
		if d.entries[i].key == k {
			return i
		}
	}
	return -1
}

func (d *Dict) get(k dictKey) (Value, bool) {
	if i := d.find(k); i >= 0 {
		return d.entries[i].value, true
	}
	return nil, false
}

func (d *Dict) set(k dictKey, name, v Value) {
	if i := d.find(k); i >= 0 {
		d.entries[i].value = v
		return
	}
	d.entries = append(d.entries, entry{k, name, v})
	switch n := len(d.entries); {
	case d.index != nil:
		d.index[k] = n - 1
	case n > indexAbove:
		d.index = make(map[dictKey]int, 2*n)
		for i := range d.entries {
			d.index[d.entries[i].key] = i
		}
	}
}

// setItem gives any key a value.
func (it *interp) setItem(d *Dict, name, v Value) {
	it.alloc(memberBytes)
	d.set(it.hash(name), name, v)
}

// hash returns the key that a value is in a dictionary.
func (it *interp) hash(v Value) dictKey {
	switch v := v.(type) {
	case *Str:
		it.step(len(v.s) >> 6)
		return dictKey{kind: keyStr, s: v.s}
	case int64:
		return dictKey{kind: keyInt, n: uint64(v)}
	case bool:
		return dictKey{kind: keyInt, n: uint64(boolInt(v))}
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < 1<<62 {
			return dictKey{kind: keyInt, n: uint64(int64(v))}
		}
		return dictKey{kind: keyFloat, n: math.Float64bits(v)}
	case *big.Int:
		it.alloc(8 * words(v))
		it.step(words(v))
		return dictKey{kind: keyBig, s: string(v.Bytes()), n: uint64(int64(v.Sign()))}
	case None:
		return dictKey{kind: keyNone}
	case *Undefined:
		return dictKey{kind: keyUndefined}
	case *Tuple:
		it.enter()
		defer it.leave()
		var b []byte
		for _, e := range v.items {
			k := it.hash(e)
			it.alloc(4 * (len(k.s) + elementBytes)) // since it grows by doubling, and is copied
			b = append(b, k.kind)
			b = strconv.AppendUint(b, k.n, 36)
			b = append(b, ' ')
			b = strconv.AppendInt(b, int64(len(k.s)), 36)
			b = append(b, ' ')
			b = append(b, k.s...)
		}
		return dictKey{kind: keyTuple, s: string(b)}
	}
	it.fail(ErrType, "unhashable type: '", typeName(v), "'")
	return dictKey{}
}
