package jinja

// args are the arguments of a call.
type args struct {
	items  []Value
	names  []*Str
	values []Value // parallel to names
}

// args evaluates arguments.
func (it *interp) args(x *arguments) args {
	var a args
	if n := len(x.positional); n > 0 {
		a.items = it.evalAll(x.positional)
	}
	if n := len(x.names); n > 0 {
		a.names = x.names[:n:n]
		a.values = it.evalAll(x.values)
	}
	if x.star != nil {
		v := it.eval(x.star)
		it.at = x.star.place()
		a.items = append(a.items, it.list(v)...)
	}
	for _, name := range a.names {
		it.step(len(name.s) >> 6)
	}
	if x.doubleStar != nil {
		v := it.eval(x.doubleStar)
		it.at = x.doubleStar.place()
		d, ok := v.(*Dict)
		if !ok {
			it.fail(ErrType, "argument after ** must be a mapping, not ", typeName(v))
		}
		for _, e := range d.entries {
			name, ok := e.name.(*Str)
			if !ok {
				it.fail(ErrType, "keywords must be strings")
			}
			it.step(1 + len(a.names)>>3 + len(name.s)>>6)
			if a.named(name.s) != nil {
				it.fail(ErrType, "got multiple values for keyword argument ", quote(name.s))
			}
			it.alloc(memberBytes)
			a.names = append(a.names, name)
			a.values = append(a.values, e.value)
		}
	}
	return a
}

// named returns a keyword argument, nil if it is not given.
func (a *args) named(name string) Value {
	for i := range a.names {
		if a.names[i].s == name {
			return a.values[i]
		}
	}
	return nil
}

// A builtin is a function that is there without the template's doing: a filter,
// a test, a method, a global function.
type builtin struct {
	name     string
	params   []string // their names, by which they may be given
	required int      // so many must be given

	// fn has as many arguments as there are params; nil where one is not given.
	fn func(it *interp, x Value, a []Value) Value

	// variadic is in the place of fn and takes arguments as they come.
	variadic func(it *interp, x Value, a args) Value

	// keywords says that a method takes arguments by name, which most of
	// Python's do not. Filters, tests and functions do anyway.
	keywords bool
}

// A method is a builtin bound to an object.
type method struct {
	x Value
	f *builtin
}

// A macro is one with the variables around it.
type macro struct {
	def     *macroDef
	closure *frame
}

// callBuiltin calls a builtin on x.
func (it *interp) callBuiltin(f *builtin, x Value, a args) Value {
	it.scan(x)
	it.scan(a.items...)
	it.scan(a.values...)
	if f.variadic != nil {
		return f.variadic(it, x, a)
	}
	var room [8]Value
	return f.fn(it, x, it.bind(f, a, room[:0]))
}

// bind gives each parameter its argument.
func (it *interp) bind(f *builtin, a args, bound []Value) []Value {
	if len(a.items) > len(f.params) {
		it.fail(ErrType, f.name, "() takes at most ", itoa(len(f.params)), " arguments (", itoa(len(a.items)), " given)")
	}
	bound = append(bound, a.items...)
	for len(bound) < len(f.params) {
		bound = append(bound, nil)
	}
	for i, name := range a.names {
		p := 0
		for p < len(f.params) && f.params[p] != name.s {
			p++
		}
		switch {
		case p == len(f.params):
			it.fail(ErrType, f.name, "() got an unexpected keyword argument ", quote(name.s))
		case bound[p] != nil:
			it.fail(ErrType, f.name, "() got multiple values for argument ", quote(name.s))
		}
		bound[p] = a.values[i]
	}
	for p := range f.required {
		if bound[p] == nil {
			it.fail(ErrType, f.name, "() missing required argument ", quote(f.params[p]))
		}
	}
	return bound
}

// call calls what can be called.
func (it *interp) call(f Value, a args) Value {
	switch f := f.(type) {
	case *method:
		if len(a.names) > 0 && !f.f.keywords {
			it.fail(ErrType, f.f.name, "() takes no keyword arguments")
		}
		return it.callBuiltin(f.f, f.x, a)
	case *macro:
		return it.callMacro(f, a)
	case *builtin:
		return it.callBuiltin(f, nil, a)
	case *loop:
		if len(a.items) != 1 || len(a.names) > 0 {
			it.fail(ErrType, "loop() takes one argument")
		}
		if f.recurse == nil {
			it.fail(ErrType, "the loop must have the 'recursive' marker to be called recursively")
		}
		return f.recurse(a.items[0], f.depth0+1)
	case *joiner:
		if f.used {
			return f.separator
		}
		f.used = true
		return emptyStr
	case *Undefined:
		it.failUndefined(f)
	}
	it.fail(ErrType, "'", typeName(f), "' object is not callable")
	return nil
}

// callMacro returns the output of a macro.
func (it *interp) callMacro(m *macro, a args) *Str {
	def := m.def
	it.enter()
	it.alloc(objectBytes + elementBytes*def.fn.slots)
	it.step(len(def.params) * len(a.names) >> 3)
	inner := &frame{make([]Value, def.fn.slots), m.closure}
	used := it.bindMacro(def, a, inner)
	if used < len(a.names) && !def.usesKwargs {
		it.refuseKeyword(def, a)
	}
	out, outer := it.out, it.frame
	it.out, it.frame = it.newBuilder(), inner
	it.begin(&def.scope)
	for i, param := range def.params {
		if inner.vars[param.ref.slot] != nil {
			continue
		}
		var v Value = &Undefined{hint: "parameter " + quote(param.name) + " was not provided"}
		if d := i - (len(def.params) - len(def.defaults)); d >= 0 {
			v = it.eval(def.defaults[d])
		}
		inner.vars[param.ref.slot] = v
	}
	it.exec(def.body)
	text := it.out.str()
	it.out, it.frame = out, outer
	it.leave()
	return text
}

// bindMacro gives the parameters of a macro their arguments, and returns how
// many keyword arguments that took.
func (it *interp) bindMacro(def *macroDef, a args, inner *frame) (used int) {
	callerGiven := false
	for i, param := range def.params {
		v := a.named(param.name)
		switch {
		case i < len(a.items):
			v = a.items[i]
		case v != nil:
			used++
		}
		if param.name == "caller" && (i >= len(a.items) || len(a.items) >= len(def.params)) {
			callerGiven = true
		}
		inner.vars[param.ref.slot] = v
	}
	if def.usesCaller && !callerGiven {
		v := a.named("caller")
		if v != nil {
			used++
		}
		if _, none := v.(None); v == nil || none {
			v = &Undefined{hint: "No caller defined"}
		}
		inner.vars[def.callerRef.slot] = v
	}
	if def.usesKwargs {
		rest := &Dict{}
		for i, name := range a.names {
			if !it.takes(def, name.s, len(a.items)) {
				it.setItem(rest, name, a.values[i])
			}
		}
		inner.vars[def.kwargsRef.slot] = rest
	}
	extra := a.items[min(len(def.params), len(a.items)):]
	switch {
	case def.usesVarargs:
		inner.vars[def.varargsRef.slot] = &Tuple{extra}
	case len(extra) > 0:
		it.fail(ErrType, "macro ", quote(def.name), " takes not more than ", itoa(len(def.params)), " argument(s)")
	}
	return used
}

// takes reports whether a macro has a parameter of that name that no positional
// argument fills.
func (it *interp) takes(def *macroDef, name string, positional int) bool {
	for i, param := range def.params {
		if param.name == name {
			return i >= positional
		}
	}
	return name == "caller" && def.usesCaller
}

func (it *interp) refuseKeyword(def *macroDef, a args) {
	for _, name := range a.names {
		if !it.takes(def, name.s, len(a.items)) {
			it.fail(ErrType, "macro ", quote(def.name), " takes no keyword argument ", quote(name.s))
		}
	}
}
