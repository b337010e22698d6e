package jinja

import (
	"maps"
	"slices"
)

// Jinja compiles templates to functions of Python and settles at that time
// which variable a name means, by rules of its own: a loop's body has a scope,
// the branches of an if do not; a name that a scope sets is that scope's from
// its start, with the value of the scope around, unless the name is set before
// it is read; a macro sees later changes of the variables around it. The
// resolver follows Jinja's idtracking module rule by rule.

// A function is what has variables of its own at each call: the template, a
// macro, a recursive loop.
type function struct {
	slots int
	up    *function
}

// A ref is a variable: a slot of the function that many levels up.
type ref struct{ hops, slot int }

// A scope is what happens where a scope begins.
type scope struct{ loads []load }

// A load gives a variable its first value.
type load struct {
	slot int
	kind loadKind
	name string // of loadInput
	from ref    // of loadOuter
}

type loadKind uint8

const (
	loadNothing loadKind = iota // the variable has no value yet
	loadInput                   // the variable of the input, if there is one
	loadOuter                   // the variable of a scope around
	loadGiven                   // a parameter: it has a value already
)

// A variable is a name in one scope.
type variable struct {
	fn   *function
	slot int
	name string
}

// A beginning is how a variable begins.
type beginning struct {
	kind loadKind
	from *variable // of loadOuter
}

// symbols are the names of a scope, as far as they are known. Those of a branch
// of an if lie over those of the scope.
type symbols struct {
	parent *symbols // of the scope around
	base   *symbols // of a branch: what lies beneath
	fn     *function
	refs   map[string]*variable
	begins map[*variable]beginning
	stores map[string]bool
	own    map[string]*variable // of the scope: one a name, whatever branch it is found in
}

func newSymbols(parent *symbols, fn *function) *symbols {
	return &symbols{
		parent: parent, fn: fn,
		refs: map[string]*variable{}, begins: map[*variable]beginning{}, stores: map[string]bool{}, own: map[string]*variable{},
	}
}

// branch returns the symbols of a branch of an if.
func (s *symbols) branch() *symbols {
	b := newSymbols(s.parent, s.fn)
	b.base, b.own = s, s.own
	return b
}

// here returns the variable that a name means in the scope itself.
func (s *symbols) here(name string) *variable {
	for ; s != nil; s = s.base {
		if v := s.refs[name]; v != nil {
			return v
		}
	}
	return nil
}

// sets reports whether the scope sets a name.
func (s *symbols) sets(name string) bool {
	for ; s != nil; s = s.base {
		if s.stores[name] {
			return true
		}
	}
	return false
}

func (s *symbols) find(name string) *variable {
	for ; s != nil; s = s.parent {
		if v := s.here(name); v != nil {
			return v
		}
	}
	return nil
}

func (s *symbols) define(name string, kind loadKind, from *variable) *variable {
	v := s.own[name]
	if v == nil {
		v = &variable{fn: s.fn, slot: s.fn.slots, name: name}
		s.fn.slots++
		s.own[name] = v
	}
	s.refs[name] = v
	s.begins[v] = beginning{kind, from}
	return v
}

func (s *symbols) parameter(name string) *variable {
	s.stores[name] = true
	return s.define(name, loadGiven, nil)
}

func (s *symbols) store(name string) {
	s.stores[name] = true
	if s.here(name) != nil {
		return
	}
	if outer := s.parent.find(name); outer != nil {
		s.define(name, loadOuter, outer)
		return
	}
	s.define(name, loadNothing, nil)
}

func (s *symbols) load(name string) {
	if s.find(name) == nil {
		s.define(name, loadInput, nil)
	}
}

// join takes in what the branches of an if found. What not all of them set has
// its value from outside.
func (s *symbols) join(branches []*symbols) {
	sets := map[string]int{}
	for _, b := range branches {
		for name := range b.stores {
			if !s.sets(name) {
				sets[name]++
			}
		}
	}
	for _, b := range branches {
		maps.Copy(s.refs, b.refs)
		maps.Copy(s.begins, b.begins)
		maps.Copy(s.stores, b.stores)
	}
	for name, n := range sets {
		if n == len(branches) {
			continue
		}
		v := s.find(name)
		if outer := s.parent.find(name); outer != nil {
			s.begins[v] = beginning{loadOuter, outer}
			continue
		}
		s.begins[v] = beginning{kind: loadInput}
	}
}

// scope returns what happens where the scope begins.
func (s *symbols) scope() scope {
	var loads []load
	for v, b := range s.begins {
		if b.kind == loadGiven {
			continue
		}
		l := load{slot: v.slot, kind: b.kind, name: v.name}
		if b.from != nil {
			l.from = s.reach(b.from)
		}
		loads = append(loads, l)
	}
	slices.SortFunc(loads, func(a, b load) int { return a.slot - b.slot })
	return scope{loads}
}

// reach returns the way from the scope's function to a variable.
func (s *symbols) reach(v *variable) ref {
	r := ref{slot: v.slot}
	for fn := s.fn; fn != v.fn; fn = fn.up {
		r.hops++
	}
	return r
}

// ref returns the variable that a name means.
func (s *symbols) ref(name string) ref {
	v := s.find(name)
	if v == nil { // in the filter of a set block, which no scope looks through
		v = s.define(name, loadInput, nil)
	}
	return s.reach(v)
}
