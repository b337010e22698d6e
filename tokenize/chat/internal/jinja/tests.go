package jinja

import "math/big"

// tests are what may stand behind is. init fills it, since tests look for
// themselves in it.
var tests map[string]*builtin

func init() {
	tests = map[string]*builtin{}
	is := func(name string, f func(it *interp, v Value) bool) {
		tests[name] = &builtin{name: name, fn: func(it *interp, v Value, _ []Value) Value { return f(it, v) }}
	}
	with := func(f func(it *interp, v, other Value) bool, names ...string) {
		for _, name := range names {
			tests[name] = &builtin{name: name, params: []string{"other"}, required: 1, fn: func(it *interp, v Value, a []Value) Value {
				return f(it, v, a[0])
			}}
		}
	}
	compare := func(op operator, names ...string) {
		with(func(it *interp, v, other Value) bool { return it.compare(op, v, other) }, names...)
	}
	compare(opEq, "==", "eq", "equalto")
	compare(opNe, "!=", "ne")
	compare(opLt, "<", "lt", "lessthan")
	compare(opLe, "<=", "le")
	compare(opGt, ">", "gt", "greaterthan")
	compare(opGe, ">=", "ge")
	compare(opIn, "in")
	with(func(_ *interp, v, other Value) bool { return identical(v, other) }, "sameas")
	with(func(it *interp, v, num Value) bool { return it.equal(it.binary(opMod, v, num), int64(0)) }, "divisibleby")
	tests["divisibleby"].params = []string{"num"}
	tests["in"].params = []string{"seq"}

	is("odd", func(it *interp, v Value) bool { return it.equal(it.binary(opMod, v, int64(2)), int64(1)) })
	is("even", func(it *interp, v Value) bool { return it.equal(it.binary(opMod, v, int64(2)), int64(0)) })
	is("defined", func(_ *interp, v Value) bool { return !isUndefined(v) })
	is("undefined", func(_ *interp, v Value) bool { return isUndefined(v) })
	is("filter", func(it *interp, v Value) bool { return filters[it.registered(v)] != nil })
	is("test", func(it *interp, v Value) bool { return tests[it.registered(v)] != nil })
	is("none", func(_ *interp, v Value) bool { return v == None{} })
	is("true", func(_ *interp, v Value) bool { return v == true })
	is("false", func(_ *interp, v Value) bool { return v == false })
	is("boolean", func(_ *interp, v Value) bool { return v == true || v == false })
	is("integer", func(_ *interp, v Value) bool {
		switch v.(type) {
		case int64, *big.Int:
			return true
		}
		return false
	})
	is("float", func(_ *interp, v Value) bool {
		_, ok := v.(float64)
		return ok
	})
	is("number", func(_ *interp, v Value) bool {
		_, ok := number(v)
		return ok
	})
	is("string", func(_ *interp, v Value) bool {
		_, ok := v.(*Str)
		return ok
	})
	is("mapping", func(_ *interp, v Value) bool {
		_, ok := v.(*Dict)
		return ok
	})
	is("iterable", func(_ *interp, v Value) bool { return iterable(v) })
	is("sequence", func(_ *interp, v Value) bool {
		if _, ok := v.(*view); ok {
			return false
		}
		_, ok := size(v)
		return ok
	})
	is("callable", func(_ *interp, v Value) bool {
		switch v.(type) {
		case *macro, *method, *builtin, *joiner, *loop, *Undefined:
			return true
		}
		return false
	})
	inCase := func(name, method string) {
		is(name, func(it *interp, v Value) bool {
			s := it.str(v).s
			it.classify(s)
			return isMethods[method](s)
		})
	}
	inCase("lower", "islower")
	inCase("upper", "isupper")
	is("escaped", func(_ *interp, v Value) bool {
		s, ok := v.(*Str)
		return ok && s.markup
	})
}

func isUndefined(v Value) bool {
	_, ok := v.(*Undefined)
	return ok
}

// registered returns the name that v is, as a key of filters or tests. Python
// looks it up in a dictionary, which lists and dictionaries cannot be keys of.
func (it *interp) registered(v Value) string {
	switch v := v.(type) {
	case *Str:
		return v.s
	case *List, *Dict:
		it.hash(v)
	}
	return ""
}
