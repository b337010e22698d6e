package jinja

// eval returns the value of an expression.
func (it *interp) eval(x expr) Value {
	it.node()
	v := it.value(x)
	it.deep--
	return v
}

func (it *interp) value(x expr) Value {
	switch x := x.(type) {
	case *constExpr:
		return x.value
	case *nameExpr:
		if v := *it.slot(x.ref); v != nil {
			return v
		}
		return &Undefined{name: x.name}
	case *attrExpr:
		v := it.eval(x.x)
		it.at = x.place()
		return it.getAttr(v, x.name)
	case *itemExpr:
		return it.item(x)
	case *callExpr:
		f := it.eval(x.x)
		a := it.args(&x.args)
		it.at = x.place()
		return it.call(f, a)
	case *filterExpr:
		return it.filter(x, nil)
	case *testExpr:
		return it.test(x)
	case *binaryExpr:
		if x.op == opAdd {
			return it.sum(x)
		}
		a := it.eval(x.x)
		b := it.eval(x.y)
		it.at = x.place()
		return it.binary(x.op, a, b)
	case *compareExpr:
		return it.comparison(x)
	case *logicExpr:
		if v := it.eval(x.x); truth(v) == x.or {
			return v
		}
		return it.eval(x.y)
	case *notExpr:
		return !truth(it.eval(x.x))
	case *condExpr:
		return it.conditional(x)
	case *concatExpr:
		return it.concatenation(x)
	case *unaryExpr:
		v := it.eval(x.x)
		it.at = x.place()
		return it.unary(x.op, v)
	case *listExpr:
		return &List{items: it.evalAll(x.items)}
	case *tupleExpr:
		return &Tuple{it.evalAll(x.items)}
	}
	return it.dict(x.(*dictExpr)) // a sliceExpr stands in an itemExpr only
}

// sum evaluates a chain of +. Strings are put together at once, not two by two:
// templates write their lines that way.
func (it *interp) sum(x *binaryExpr) Value {
	var room [8]*binaryExpr
	chain := append(room[:0], x)
	for {
		left, ok := x.x.(*binaryExpr)
		if !ok || left.op != opAdd {
			break
		}
		chain = append(chain, left)
		x = left
	}
	v := it.eval(x.x)
	var tail *builder // what v, a string, goes on with
	for i := len(chain) - 1; i >= 0; i-- {
		w := it.eval(chain[i].y)
		it.at = chain[i].place()
		s, ok := w.(*Str)
		if ok = ok && !s.markup; ok && tail != nil {
			tail.addStr(s)
			continue
		}
		if tail != nil {
			v, tail = it.concat(v.(*Str), tail.str()), nil
		}
		if first, isStr := v.(*Str); ok && isStr && !first.markup {
			tail = it.newBuilder()
			if len(first.s) < longStr {
				tail.addStr(first)
				v = emptyStr
			}
			tail.addStr(s)
			continue
		}
		v = it.binary(opAdd, v, w)
	}
	if tail != nil {
		return it.concat(v.(*Str), tail.str())
	}
	return v
}

func (it *interp) evalAll(xs []expr) []Value {
	it.alloc(objectBytes + len(xs)*elementBytes)
	items := make([]Value, len(xs))
	for i, x := range xs {
		items[i] = it.eval(x)
	}
	return items
}

func (it *interp) dict(x *dictExpr) Value {
	it.alloc(objectBytes)
	d := &Dict{}
	for i := range x.keys {
		key := it.eval(x.keys[i])
		v := it.eval(x.values[i])
		it.at = x.place()
		it.setItem(d, key, v)
	}
	return d
}

func (it *interp) conditional(x *condExpr) Value {
	switch {
	case truth(it.eval(x.test)):
		return it.eval(x.then)
	case x.other != nil:
		return it.eval(x.other)
	}
	return &Undefined{hint: "the inline if-expression evaluated to false and no else section was defined"}
}

func (it *interp) concatenation(x *concatExpr) Value {
	head := emptyStr
	b := it.newBuilder()
	for i, part := range x.parts {
		v := it.eval(part)
		it.at = x.place()
		s := it.str(v).plain()
		if i == 0 && len(s.s) >= longStr {
			head = s
			continue
		}
		b.addStr(s)
	}
	return it.concat(head, b.str())
}

func (it *interp) comparison(x *compareExpr) Value {
	a := it.eval(x.x)
	for i, op := range x.ops {
		b := it.eval(x.rest[i])
		it.at = x.place()
		if !it.compare(op, a, b) {
			return false
		}
		a = b
	}
	return true
}

// item evaluates x[...].
func (it *interp) item(x *itemExpr) Value {
	v := it.eval(x.x)
	if s, ok := x.index.(*sliceExpr); ok {
		bound := func(x expr) Value {
			if x == nil {
				return None{}
			}
			return it.eval(x)
		}
		start, stop, step := bound(s.start), bound(s.stop), bound(s.step)
		it.at = x.place()
		return it.slice(v, start, stop, step)
	}
	index := it.eval(x.index)
	it.at = x.place()
	return it.getItem(v, index)
}

// filter applies a filter. first is what the first filter of a filter block is
// applied to.
func (it *interp) filter(x *filterExpr, first Value) Value {
	switch inner := x.x.(type) {
	case nil:
	case *filterExpr:
		first = it.filter(inner, first)
	default:
		first = it.eval(inner)
	}
	a := it.args(&x.args)
	it.at = x.place()
	if x.filter == nil {
		it.fail(ErrSyntax, "no filter named ", quote(x.name))
	}
	return it.callBuiltin(x.filter, first, a)
}

func (it *interp) test(x *testExpr) Value {
	v := it.eval(x.x)
	a := it.args(&x.args)
	it.at = x.place()
	if x.test == nil {
		it.fail(ErrSyntax, "no test named ", quote(x.name))
	}
	return it.callBuiltin(x.test, v, a)
}
