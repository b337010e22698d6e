package jinja

import "strconv"

func itoa(n int) string { return strconv.Itoa(n) }

// A loop is the variable loop of a for loop: where it stands, and what comes
// next.
type loop struct {
	it       *interp
	source   Value // what is looped over
	items    *iterator
	index0   int
	depth0   int
	current  Value
	previous Value // nil: there is none
	after    Value // nil: not looked at, or there is none
	known    int   // the length, if hasKnown
	hasKnown bool
	changed  Value                         // a tuple: what changed() saw last; nil: nothing yet
	recurse  func(v Value, depth int) *Str // nil: the loop is not recursive
}

// advance moves to the next item.
func (l *loop) advance() bool {
	v, ok := l.peek()
	if !ok {
		return false
	}
	l.after = nil
	l.index0++
	l.previous, l.current = l.current, v
	return true
}

// peek returns the next item.
func (l *loop) peek() (Value, bool) {
	if l.after == nil {
		v, ok := l.items.next()
		if !ok {
			return nil, false
		}
		l.after = v
	}
	return l.after, true
}

// length returns the number of items. Where nothing else tells, it takes what
// is left of them out of the iterator.
func (l *loop) length() int {
	if l.hasKnown {
		return l.known
	}
	_, isIterator := l.source.(*iterator)
	if n, ok := size(l.source); ok && !isIterator {
		l.known = n
		if s, ok := l.source.(*Str); ok {
			l.known = l.it.chars(s)
		}
	} else {
		rest := l.it.list(l.items)
		l.items = elements("list_iterator", rest)
		l.known = len(rest) + l.index0 + 1
		if l.after != nil {
			l.known++
		}
	}
	l.hasKnown = true
	return l.known
}

// attr returns an attribute of the loop, nil if there is none of that name.
func (l *loop) attr(name string) Value {
	switch name {
	case "index":
		return int64(l.index0 + 1)
	case "index0":
		return int64(l.index0)
	case "revindex":
		return int64(l.length() - l.index0)
	case "revindex0":
		return int64(l.length() - l.index0 - 1)
	case "first":
		return l.index0 == 0
	case "last":
		_, ok := l.peek()
		return !ok
	case "length":
		return int64(l.length())
	case "depth":
		return int64(l.depth0 + 1)
	case "depth0":
		return int64(l.depth0)
	case "previtem":
		if l.index0 == 0 {
			return &Undefined{hint: "there is no previous item"}
		}
		return l.previous
	case "nextitem":
		if v, ok := l.peek(); ok {
			return v
		}
		return &Undefined{hint: "there is no next item"}
	case "cycle":
		return &method{l, loopCycle}
	case "changed":
		return &method{l, loopChanged}
	}
	return nil
}

var (
	loopCycle = &builtin{name: "cycle", variadic: func(it *interp, x Value, a args) Value {
		if len(a.items) == 0 {
			it.fail(ErrType, "no items for cycling given")
		}
		return a.items[x.(*loop).index0%len(a.items)]
	}}
	loopChanged = &builtin{name: "changed", variadic: func(it *interp, x Value, a args) Value {
		l := x.(*loop)
		now := &Tuple{a.items}
		if l.changed != nil && it.equal(l.changed, now) {
			return false
		}
		l.changed = now
		return true
	}}
)

func (it *interp) forStmt(s *forStmt) control {
	v := it.eval(s.iter)
	it.at = s.place()
	if s.recursive {
		it.out.addStr(it.recursiveLoop(s, it.frame, v, 0))
		return toEnd
	}
	it.loop(s, v, 0, nil)
	return toEnd
}

// recursiveLoop runs a loop as a function of its own, which its body may call.
func (it *interp) recursiveLoop(s *forStmt, closure *frame, v Value, depth int) *Str {
	it.enter()
	it.alloc(objectBytes + elementBytes*s.fn.slots)
	out, outer := it.out, it.frame
	it.out, it.frame = it.newBuilder(), &frame{make([]Value, s.fn.slots), closure}
	it.loop(s, v, depth, func(v Value, depth int) *Str { return it.recursiveLoop(s, closure, v, depth) })
	text := it.out.str()
	it.out, it.frame = out, outer
	it.leave()
	return text
}

func (it *interp) loop(s *forStmt, v Value, depth int, recurse func(Value, int) *Str) {
	source, items := v, it.iter(v)
	if s.test != nil {
		items = it.filtered(s, items)
		source = items
	}
	it.alloc(objectBytes)
	l := &loop{it: it, source: source, items: items, index0: -1, depth0: depth, recurse: recurse}
	// As in Jinja, only an iteration that gets to its end keeps the else branch
	// from running.
	finished := false
	for {
		it.step(1)
		it.at = s.place()
		if !l.advance() {
			break
		}
		it.assign(s.target, l.current)
		if s.usesLoop {
			*it.slot(s.loopRef) = l
		}
		it.begin(&s.bodyScope)
		c := it.exec(s.body)
		if c == toBreak {
			break
		}
		finished = finished || c == toEnd
	}
	if !finished && s.orElse != nil {
		it.begin(&s.elseScope)
		it.exec(s.orElse)
	}
}

// filtered returns the items for which a loop's test is true.
func (it *interp) filtered(s *forStmt, items *iterator) *iterator {
	first := true
	home := it.frame
	return it.nested("generator", func() (Value, bool) {
		outer, place := it.frame, it.at
		it.frame = home
		defer func() { it.frame, it.at = outer, place }()
		if first {
			it.begin(&s.testScope)
			first = false
		}
		for {
			it.step(1)
			v, ok := items.next()
			if !ok {
				return nil, false
			}
			it.at = s.place()
			it.assign(s.testTarget, v)
			if truth(it.eval(s.test)) {
				return v, true
			}
		}
	})
}
