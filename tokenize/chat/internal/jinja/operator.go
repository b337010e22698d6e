package jinja

import (
	"math/big"
	"strings"
)

// An operator is one of two operands, or of one where it says so.
type operator uint8

const (
	opAdd operator = iota + 1
	opSub
	opMul
	opDiv
	opFloorDiv
	opMod
	opPow
	opNeg // of one operand
	opPos // of one operand
	opEq
	opNe
	opLt
	opLe
	opGt
	opGe
	opIn
	opNotIn
)

var operatorNames = [...]string{
	opAdd: "+", opSub: "-", opMul: "*", opDiv: "/", opFloorDiv: "//", opMod: "%", opPow: "**", opNeg: "-", opPos: "+",
	opEq: "==", opNe: "!=", opLt: "<", opLe: "<=", opGt: ">", opGe: ">=", opIn: "in", opNotIn: "not in",
}

func (op operator) String() string { return operatorNames[op] }

// binary applies an arithmetical operator.
func (it *interp) binary(op operator, x, y Value) Value {
	if s, ok := x.(*Str); ok && op == opMod {
		return it.percentFormat(s, y)
	}
	for _, v := range []Value{x, y} {
		if u, ok := v.(*Undefined); ok {
			it.failUndefined(u)
		}
	}
	a, aOK := number(x)
	b, bOK := number(y)
	if aOK && bOK {
		return it.arithmetic(op, a, b)
	}
	switch op {
	case opAdd:
		if v := it.join(x, y); v != nil {
			return v
		}
	case opMul:
		if n, ok := integer(y); ok {
			if v := it.times(x, n); v != nil {
				return v
			}
		}
		if n, ok := integer(x); ok {
			if v := it.times(y, n); v != nil {
				return v
			}
		}
	}
	if _, ok := x.(*Str); ok && op == opAdd {
		it.fail(ErrType, "can only concatenate str (not \"", typeName(y), "\") to str")
	}
	it.fail(ErrType, "unsupported operand type(s) for ", op.String(), ": '", typeName(x), "' and '", typeName(y), "'")
	return nil
}

// join is + of strings, lists and tuples; nil for anything else.
func (it *interp) join(x, y Value) Value {
	switch x := x.(type) {
	case *Str:
		if y, ok := y.(*Str); ok {
			return it.addStrings(x, y)
		}
	case *List:
		if y, ok := y.(*List); ok {
			return it.extend(x, y.items, max(x.origin, y.origin))
		}
	case *Tuple, *groupTuple:
		a, _ := sequence(x)
		switch y.(type) {
		case *Tuple, *groupTuple:
			b, _ := sequence(y)
			return &Tuple{it.joinItems(a, b)}
		}
	}
	return nil
}

// extend returns a list with more elements. Templates collect elements one by
// one, so that where no other list goes on behind the first one, the array that
// it stands in is continued in place.
func (it *interp) extend(x *List, more []Value, origin Origin) *List {
	n := len(x.items) + len(more)
	it.step(len(more) >> 3)
	if x.used == nil || *x.used != len(x.items) || n > cap(x.items) {
		it.allocTimes(n, 2*elementBytes)
		items := make([]Value, len(x.items), 2*n)
		copy(items, x.items)
		x = &List{items: items, used: new(int)}
	}
	it.alloc(objectBytes)
	*x.used = n
	return &List{items: append(x.items, more...), origin: origin, used: x.used}
}

func (it *interp) joinItems(a, b []Value) []Value {
	it.allocTimes(len(a)+len(b), elementBytes)
	return append(append(make([]Value, 0, len(a)+len(b)), a...), b...)
}

// addStrings is + of strings, of which a Markup escapes the other.
func (it *interp) addStrings(x, y *Str) *Str {
	if !x.markup && !y.markup {
		return it.concat(x, y)
	}
	z := *it.concat(it.escape(x).plain(), it.escape(y).plain())
	z.markup = true
	return &z
}

// times is * of a string, list or tuple and a number; nil for anything else.
func (it *interp) times(x Value, n int64) Value {
	if x, ok := x.(*Str); ok {
		return it.repeat(x, it.count(n, len(x.s)))
	}
	items, ok := sequence(x)
	if !ok {
		return nil
	}
	count := it.count(n, len(items))
	it.allocTimes(count, elementBytes*len(items))
	repeated := make([]Value, 0, count*len(items))
	for range count {
		repeated = append(repeated, items...)
	}
	if l, ok := x.(*List); ok {
		return NewList(repeated, l.origin)
	}
	return &Tuple{repeated}
}

// count returns n as the number of copies of something of a size, none of which
// are made of nothing.
func (it *interp) count(n int64, size int) int {
	switch {
	case n <= 0 || size == 0:
		return 0
	case n > int64(it.memory):
		it.fail(ErrLimit, "the template takes too much memory")
	}
	return int(n)
}

// unary applies - or + to a number.
func (it *interp) unary(op operator, x Value) Value {
	if u, ok := x.(*Undefined); ok {
		it.failUndefined(u)
	}
	n, ok := number(x)
	if !ok {
		it.fail(ErrType, "bad operand type for unary ", op.String(), ": '", typeName(x), "'")
	}
	if op == opPos {
		return n
	}
	if f, ok := n.(float64); ok {
		return -f
	}
	return it.arithmetic(opSub, int64(0), n)
}

// compare applies an operator that compares.
func (it *interp) compare(op operator, x, y Value) bool {
	switch op {
	case opEq:
		return it.equal(x, y)
	case opNe:
		return !it.equal(x, y)
	case opIn:
		return it.contains(y, x)
	case opNotIn:
		return !it.contains(y, x)
	}
	return it.ordered(op, x, y)
}

// equal is Python's ==.
func (it *interp) equal(x, y Value) bool {
	it.step(1)
	switch x := x.(type) {
	case *Str:
		y, ok := y.(*Str)
		if ok && len(x.s) == len(y.s) {
			it.work(len(x.s))
			return x.s == y.s
		}
		return false
	case None:
		_, ok := y.(None)
		return ok
	case *Undefined:
		_, ok := y.(*Undefined)
		return ok
	case *List:
		y, ok := y.(*List)
		return ok && it.equalItems(x.items, y.items)
	case *Tuple, *groupTuple:
		switch y.(type) {
		case *Tuple, *groupTuple:
			a, _ := sequence(x)
			b, _ := sequence(y)
			return it.equalItems(a, b)
		}
		return false
	case *Dict:
		y, ok := y.(*Dict)
		return ok && it.equalDicts(x, y)
	case *span:
		y, ok := y.(*span)
		n := x.len()
		return ok && n == y.len() && (n == 0 || x.start == y.start && (n == 1 || x.step == y.step))
	case *view:
		y, ok := y.(*view)
		return ok && it.equalViews(x, y)
	}
	a, aOK := number(x)
	b, bOK := number(y)
	if aOK && bOK {
		c, ok := it.compareNumbers(a, b)
		return ok && c == 0
	}
	return !aOK && !bOK && x == y
}

func (it *interp) equalItems(a, b []Value) bool {
	it.enter()
	defer it.leave()
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !it.equal(a[i], b[i]) {
			return false
		}
	}
	return true
}

func (it *interp) equalDicts(x, y *Dict) bool {
	it.enter()
	defer it.leave()
	if len(x.entries) != len(y.entries) {
		return false
	}
	for _, e := range x.entries {
		if v, ok := y.get(e.key); !ok || !it.equal(e.value, v) {
			return false
		}
	}
	return true
}

// equalViews compares keys() and items() as the sets that they are. values() is
// none, and equal to itself alone.
func (it *interp) equalViews(x, y *view) bool {
	if x.kind == "dict_values" || y.kind == "dict_values" {
		return x == y
	}
	if len(x.items) != len(y.items) {
		return false
	}
	for _, v := range x.items {
		if !it.contains(y, v) {
			return false
		}
	}
	return true
}

// contains is Python's in.
func (it *interp) contains(container, v Value) bool {
	switch c := container.(type) {
	case *Str:
		s, ok := v.(*Str)
		if !ok {
			it.fail(ErrType, "'in <string>' requires string as left operand, not ", typeName(v))
		}
		it.work(len(c.s))
		return strings.Contains(c.s, s.s)
	case *Dict:
		_, ok := c.get(it.hash(v))
		return ok
	case *span:
		if n, ok := integer(v); ok {
			return c.len() > 0 && (n-c.start)%c.step == 0 && (n-c.start)/c.step >= 0 && (n-c.start)/c.step < int64(c.len())
		}
	}
	if !iterable(container) {
		it.fail(ErrType, "argument of type '", typeName(container), "' is not iterable")
	}
	for i := it.iter(container); ; {
		e, ok := i.next()
		if !ok {
			return false
		}
		if it.equal(e, v) {
			return true
		}
	}
}

// ordered is one of < <= > >=.
func (it *interp) ordered(op operator, x, y Value) bool {
	for _, v := range []Value{x, y} {
		if u, ok := v.(*Undefined); ok {
			it.failUndefined(u)
		}
	}
	c, ok, comparable := it.order(x, y)
	if !comparable {
		it.fail(ErrType, "'", op.String(), "' not supported between instances of '", typeName(x), "' and '", typeName(y), "'")
	}
	if !ok {
		return false
	}
	switch op {
	case opLt:
		return c < 0
	case opLe:
		return c <= 0
	case opGt:
		return c > 0
	}
	return c >= 0
}

// order compares two values; ok is false where NaN makes every comparison
// false.
func (it *interp) order(x, y Value) (c int, ok, comparable bool) {
	it.step(1)
	if a, isStr := x.(*Str); isStr {
		b, isStr := y.(*Str)
		if !isStr {
			return 0, false, false
		}
		it.work(min(len(a.s), len(b.s)))
		return strings.Compare(a.s, b.s), true, true
	}
	a, aOK := number(x)
	b, bOK := number(y)
	if aOK && bOK {
		c, ok = it.compareNumbers(a, b)
		return c, ok, true
	}
	_, xList := x.(*List)
	_, yList := y.(*List)
	xs, xOK := sequence(x)
	ys, yOK := sequence(y)
	if !xOK || !yOK || xList != yList {
		return 0, false, false
	}
	it.enter()
	defer it.leave()
	for i := range min(len(xs), len(ys)) {
		if !it.equal(xs[i], ys[i]) {
			return it.order(xs[i], ys[i])
		}
	}
	return len(xs) - len(ys), true, true
}

// less is < in sorting.
func (it *interp) less(x, y Value) bool { return it.ordered(opLt, x, y) }

// identical is Python's is, as far as it can be told.
func identical(x, y Value) bool {
	switch x := x.(type) {
	case *big.Int:
		y, ok := y.(*big.Int)
		return ok && x.Cmp(y) == 0
	case *Str:
		y, ok := y.(*Str)
		return ok && x.s == y.s
	}
	return x == y
}
