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
	fresh  []string             // stores, but those that have a value from outside where a branch does not set them
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
	if s == nil || s.own[name] == nil {
		return nil
	}
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
	if !s.stores[name] {
		s.stores[name] = true
		s.fresh = append(s.fresh, name)
	}
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
	// What a branch sets in some of its own branches only has its value from
	// outside already, so that no name is looked at again at each if around.
	var some []string
	for _, b := range branches {
		for _, name := range b.fresh {
			switch {
			case s.sets(name):
			case !slices.ContainsFunc(branches, func(b *symbols) bool { return !b.stores[name] }):
				s.fresh = append(s.fresh, name)
			default:
				some = append(some, name)
			}
		}
	}
	s.refs = merged(s.refs, branches, func(b *symbols) map[string]*variable { return b.refs })
	s.begins = merged(s.begins, branches, func(b *symbols) map[*variable]beginning { return b.begins })
	s.stores = merged(s.stores, branches, func(b *symbols) map[string]bool { return b.stores })
	for _, name := range some {
		v := s.find(name)
		if outer := s.parent.find(name); outer != nil {
			s.begins[v] = beginning{loadOuter, outer}
			continue
		}
		s.begins[v] = beginning{kind: loadInput}
	}
}

// merged returns a map of the branches with their members and those of first,
// the later ones of which count. It is made of the largest of the maps: branches
// stand within each other, and the one that has the names must not be copied at
// each if.
func merged[K comparable, V any](first map[K]V, branches []*symbols, of func(*symbols) map[K]V) map[K]V {
	all := []map[K]V{first}
	largest := 0
	for i, b := range branches {
		m := of(b)
		all = append(all, m)
		if len(m) > len(all[largest]) {
			largest = i + 1
		}
	}
	into := all[largest]
	// In front of the largest map, the later member is the one that is met first.
	for i := largest - 1; i >= 0; i-- {
		for k, v := range all[i] {
			if _, ok := into[k]; !ok {
				into[k] = v
			}
		}
	}
	for _, m := range all[largest+1:] {
		maps.Copy(into, m)
	}
	return into
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
