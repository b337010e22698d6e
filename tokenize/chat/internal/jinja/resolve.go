package jinja

import "strings"

// A resolver settles what names mean, and which filters and tests there are.
type resolver struct {
	name, source string
}

// resolve settles the names of a template and returns its function and scope.
func resolve(name, source string, body []stmt) (fn *function, s scope, err error) {
	defer recoverFailure(&err)
	r := &resolver{name, source}
	fn = &function{}
	sym := newSymbols(nil, fn)
	sym.findAll(body)
	r.body(body, sym, false)
	return fn, sym.scope(), nil
}

func (r *resolver) fail(at int, parts ...string) {
	panic(failure{newError(r.name, r.source, at, ErrSyntax, strings.Join(parts, ""))})
}

// body settles the names of statements. soft: within an if, where a filter that
// does not exist is an error only once it is used.
func (r *resolver) body(body []stmt, sym *symbols, soft bool) {
	for _, n := range body {
		r.stmt(n, sym, soft)
	}
}

func (r *resolver) stmt(n stmt, sym *symbols, soft bool) {
	switch n := n.(type) {
	case *outputStmt:
		r.expr(n.x, sym, soft)
	case *ifStmt:
		r.expr(n.test, sym, true)
		r.body(n.body, sym, true)
		for _, elif := range n.elifs {
			r.stmt(elif, sym, true)
		}
		r.body(n.orElse, sym, true)
	case *forStmt:
		r.forStmt(n, sym, soft)
	case *setStmt:
		r.expr(n.value, sym, soft)
		r.target(n.target, sym)
	case *setBlock:
		inner := newSymbols(sym, sym.fn)
		inner.findAll(n.body)
		r.body(n.body, inner, false)
		r.target(n.target, sym)
		if n.filter != nil {
			r.expr(n.filter, inner, false)
		}
		n.scope = inner.scope()
	case *macroDef:
		r.macro(n, sym)
		n.nameRef = sym.ref(n.name)
	case *callBlock:
		r.macro(n.body, sym)
		if n.call != nil {
			r.expr(n.call, sym, soft)
		}
	case *filterBlock:
		inner := newSymbols(sym, sym.fn)
		inner.findAll(n.body)
		inner.findExpr(n.filter)
		r.body(n.body, inner, false)
		r.expr(n.filter, inner, false)
		n.scope = inner.scope()
	case *withStmt:
		inner := newSymbols(sym, sym.fn)
		for i, target := range n.targets {
			inner.findTarget(target, true)
			r.expr(n.values[i], sym, soft)
		}
		inner.findAll(n.body)
		for _, target := range n.targets {
			r.target(target, inner)
		}
		r.body(n.body, inner, false)
		n.scope = inner.scope()
	case *loadStmt:
		if n.extends && sym.parent != nil {
			r.fail(n.place(), "cannot use extend from a non top-level scope")
		}
		r.expr(n.template, sym, soft)
	}
}

func (r *resolver) forStmt(n *forStmt, sym *symbols, soft bool) {
	eachUse([]stmt{n}, func(name *nameExpr, use nameUse) {
		if use == nameSet && name.name == "loop" {
			r.fail(name.place(), "can't assign to special loop variable in for-loop target")
		}
	})
	r.expr(n.iter, sym, soft)
	fn := sym.fn
	if n.recursive {
		fn = &function{up: sym.fn}
		n.fn = fn
	}
	n.usesLoop = n.recursive || reads(n.body, "loop")["loop"]

	inner := newSymbols(sym, fn)
	if n.usesLoop {
		inner.parameter("loop")
	}
	inner.findTarget(n.target, true)
	inner.findAll(n.body)
	if n.usesLoop {
		n.loopRef = inner.ref("loop")
	}
	r.target(n.target, inner)

	if n.test != nil {
		test := newSymbols(sym, fn)
		test.findTarget(n.target, true)
		test.findExpr(n.test)
		n.testTarget = copyTarget(n.target)
		r.target(n.testTarget, test)
		r.expr(n.test, test, false)
		n.testScope = test.scope()
	}
	r.body(n.body, inner, false)
	n.bodyScope = inner.scope()

	other := newSymbols(sym, fn)
	other.findAll(n.orElse)
	r.body(n.orElse, other, false)
	n.elseScope = other.scope()
}

// copyTarget returns a target that can be settled anew.
func copyTarget(x expr) expr {
	switch x := x.(type) {
	case *nameExpr:
		return &nameExpr{at: x.at, name: x.name}
	case *tupleExpr:
		c := &tupleExpr{at: x.at}
		for _, item := range x.items {
			c.items = append(c.items, copyTarget(item))
		}
		return c
	}
	return x
}

func (r *resolver) macro(m *macroDef, sym *symbols) {
	m.fn = &function{up: sym.fn}
	inner := newSymbols(sym, m.fn)
	explicit := map[string]bool{}
	for i, param := range m.params {
		explicit[param.name] = true
		inner.parameter(param.name)
		if param.name == "caller" && i < len(m.params)-len(m.defaults) && reads(m.body, "caller")["caller"] {
			r.fail(param.place(), "when defining macros or call blocks the special \"caller\" argument must be omitted or be given a default")
		}
	}
	used := reads(m.body, "caller", "kwargs", "varargs")
	special := func(name string, ref *ref, uses *bool) {
		if used[name] && !explicit[name] {
			inner.parameter(name)
			*uses = true
			*ref = inner.ref(name)
		}
	}
	special("caller", &m.callerRef, &m.usesCaller)
	special("kwargs", &m.kwargsRef, &m.usesKwargs)
	special("varargs", &m.varargsRef, &m.usesVarargs)
	for _, x := range m.defaults {
		inner.findExpr(x)
	}
	inner.findAll(m.body)
	for _, param := range m.params {
		param.ref = inner.ref(param.name)
	}
	for _, x := range m.defaults {
		r.expr(x, inner, false)
	}
	r.body(m.body, inner, false)
	m.scope = inner.scope()
}

func (r *resolver) target(x expr, sym *symbols) {
	switch x := x.(type) {
	case *nameExpr:
		x.ref = sym.ref(x.name)
	case *attrTarget:
		x.ref = sym.ref(x.name)
	case *tupleExpr:
		for _, item := range x.items {
			r.target(item, sym)
		}
	}
}

func (r *resolver) expr(x expr, sym *symbols, soft bool) {
	switch x := x.(type) {
	case *nameExpr:
		x.ref = sym.ref(x.name)
		return
	case *condExpr:
		soft = true
	case *filterExpr:
		if x.filter == nil && !soft {
			r.fail(x.place(), "no filter named ", quote(x.name))
		}
	case *testExpr:
		if x.test == nil && !soft {
			r.fail(x.place(), "no test named ", quote(x.name))
		}
	}
	eachChild(x, func(child expr) { r.expr(child, sym, soft) })
}
