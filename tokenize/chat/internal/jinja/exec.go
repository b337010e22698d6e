package jinja

import "time"

// An interp is one run of a template.
type interp struct {
	budget
	t     *Template
	vars  *Dict // the input
	now   func() time.Time
	frame *frame
	out   *builder // where output goes
	at    int      // the node that is being evaluated

	builders []*builder // for reuse
}

// A frame holds the variables of one call of a function. A nil Value is a
// variable without one.
type frame struct {
	vars []Value
	up   *frame // of the function around
}

// slot returns the variable that r means.
func (it *interp) slot(r ref) *Value {
	f := it.frame
	for range r.hops {
		f = f.up
	}
	return &f.vars[r.slot]
}

// begin gives the variables of a scope their first values.
func (it *interp) begin(s *scope) {
	for i := range s.loads {
		l := &s.loads[i]
		it.step(1 + len(l.name)>>6)
		v := &it.frame.vars[l.slot]
		switch l.kind {
		case loadInput:
			*v = it.input(l.name)
		case loadOuter:
			*v = *it.slot(l.from)
		default:
			*v = nil
		}
	}
}

// A templateReference is the variable self, which has the blocks of a template:
// none.
type templateReference struct{}

// input returns a variable of the input, or else a global one.
func (it *interp) input(name string) Value {
	if name == "self" {
		return templateReference{}
	}
	if v, ok := it.vars.Lookup(name); ok {
		return v
	}
	if f, ok := globals[name]; ok {
		return f
	}
	return nil
}

// A control says how statements ended.
type control uint8

const (
	toEnd control = iota
	toBreak
	toContinue
)

func (it *interp) exec(body []stmt) control {
	for _, s := range body {
		it.node()
		c := it.stmt(s)
		it.deep--
		if c != toEnd {
			return c
		}
	}
	return toEnd
}

func (it *interp) stmt(s stmt) control {
	switch s := s.(type) {
	case *textStmt:
		it.out.addStr(s.text)
	case *outputStmt:
		v := it.eval(s.x)
		it.at = s.place()
		it.out.addStr(it.str(v))
	case *ifStmt:
		return it.ifStmt(s)
	case *forStmt:
		return it.forStmt(s)
	case *setStmt:
		v := it.eval(s.value)
		it.at = s.place()
		it.assign(s.target, v)
	case *setBlock:
		return it.setBlock(s)
	case *macroDef:
		*it.slot(s.nameRef) = &macro{s, it.frame}
	case *callBlock:
		it.callBlock(s)
	case *filterBlock:
		return it.filterBlock(s)
	case *withStmt:
		return it.withStmt(s)
	case *loadStmt:
		it.load(s)
	case *loopControl:
		if s.next {
			return toContinue
		}
		return toBreak
	}
	return toEnd
}

func (it *interp) ifStmt(s *ifStmt) control {
	if truth(it.eval(s.test)) {
		return it.exec(s.body)
	}
	for _, elif := range s.elifs {
		if truth(it.eval(elif.test)) {
			return it.exec(elif.body)
		}
	}
	return it.exec(s.orElse)
}

// assign gives a target a value.
func (it *interp) assign(target expr, v Value) {
	switch target := target.(type) {
	case *nameExpr:
		*it.slot(target.ref) = v
	case *attrTarget:
		ns, ok := (*it.slot(target.ref)).(*namespace)
		if !ok {
			it.fail(ErrType, "cannot assign attribute on non-namespace object")
		}
		it.setItem(ns.vars, target.attr, v)
	case *tupleExpr:
		it.unpack(target, v)
	}
}

// unpack gives the parts of a target the elements of a value.
func (it *interp) unpack(target *tupleExpr, v Value) {
	items, ok := sequence(v)
	if !ok {
		items = it.list(v)
	}
	switch {
	case len(items) < len(target.items):
		it.fail(ErrValue, "not enough values to unpack (expected ", itoa(len(target.items)), ", got ", itoa(len(items)), ")")
	case len(items) > len(target.items):
		it.fail(ErrValue, "too many values to unpack (expected ", itoa(len(target.items)), ")")
	}
	it.step(len(target.items))
	for i, part := range target.items {
		it.assign(part, items[i])
	}
}

// capture runs statements with their output in a buffer of its own.
func (it *interp) capture(body []stmt) (*Str, control) {
	out := it.out
	it.out = it.newBuilder()
	c := it.exec(body)
	text := it.out.str()
	it.out = out
	return text, c
}

func (it *interp) setBlock(s *setBlock) control {
	it.begin(&s.scope)
	text, c := it.capture(s.body)
	if c != toEnd { // Jinja leaves by way of the loop, and the assignment is not reached
		return c
	}
	v := Value(text)
	if s.filter != nil {
		v = it.filter(s.filter.(*filterExpr), v)
	}
	it.at = s.place()
	it.assign(s.target, v)
	return toEnd
}

func (it *interp) filterBlock(s *filterBlock) control {
	it.begin(&s.scope)
	text, c := it.capture(s.body)
	if c != toEnd {
		return c
	}
	it.outputStr(it.filter(s.filter.(*filterExpr), text))
	return toEnd
}

func (it *interp) withStmt(s *withStmt) control {
	it.begin(&s.scope)
	for i, target := range s.targets {
		v := it.eval(s.values[i])
		it.at = s.place()
		it.assign(target, v)
	}
	return it.exec(s.body)
}

func (it *interp) callBlock(s *callBlock) {
	caller := &macro{s.body, it.frame}
	if s.call == nil {
		it.out.addStr(it.callMacro(caller, args{}))
		return
	}
	f := it.eval(s.call.x)
	a := it.args(&s.call.args)
	a.names = append(a.names, lit("caller"))
	a.values = append(a.values, caller)
	it.at = s.call.place()
	it.outputStr(it.call(f, a))
}

// outputStr appends what a call or filter block makes, which must be a string:
// Jinja puts it with the rest of the output as it is.
func (it *interp) outputStr(v Value) {
	s, ok := v.(*Str)
	if !ok {
		it.fail(ErrType, "expected str instance, ", typeName(v), " found")
	}
	it.out.addStr(s)
}

// load fails: there is no loader. Only the choice among no templates at all, in
// an include that may miss, leaves nothing to load.
func (it *interp) load(s *loadStmt) {
	v := it.eval(s.template)
	it.at = s.place()
	_, isStr := v.(*Str)
	if s.ignoreMissing && !isStr && !isUndefined(v) && !truth(v) {
		return
	}
	it.fail(ErrType, "no loader for this environment specified")
}
