package jinja

import (
	"slices"
	"strings"
)

// pprintWidth is how wide Python's pprint makes lines.
const pprintWidth = 80

// prettyPrint is the filter pprint: Python's pprint.pformat, which sorts
// dictionaries, and breaks what is too wide for a line.
func prettyPrint(it *interp, x Value, _ []Value) Value {
	p := printer{it: it, out: it.newBuilder()}
	p.format(p.sorted(x), FromTemplate, 0, 0, true)
	return p.out.str()
}

// A printer is one run of pprint.
type printer struct {
	it  *interp
	out *builder
}

// sorted returns a value with the members of its dictionaries in order.
func (p *printer) sorted(v Value) Value {
	it := p.it
	it.step(1)
	it.enter()
	defer it.leave()
	all := func(items []Value) []Value {
		it.allocTimes(len(items), elementBytes)
		sorted := make([]Value, len(items))
		for i, item := range items {
			sorted[i] = p.sorted(item)
		}
		return sorted
	}
	switch v := v.(type) {
	case *List:
		return NewList(all(v.items), v.origin)
	case *Tuple:
		return &Tuple{all(v.items)}
	case *Dict:
		it.allocTimes(len(v.entries), memberBytes)
		d := &Dict{entries: slices.Clone(v.entries), origin: v.origin}
		for i := range d.entries {
			e := &d.entries[i]
			e.name, e.value = p.sorted(e.name), p.sorted(e.value)
		}
		slices.SortStableFunc(d.entries, func(a, b entry) int { return p.order(a.name, b.name) })
		return d
	}
	return v
}

// order compares two keys: by their types where they have no order.
func (p *printer) order(a, b Value) int {
	p.it.scan(a, b)
	if c, ok, comparable := p.it.order(a, b); ok && comparable {
		return c
	}
	return strings.Compare(typeName(a), typeName(b))
}

// format writes a value behind indent characters and in front of allowance
// characters. outermost: nothing stands around it.
func (p *printer) format(v Value, origin Origin, indent, allowance int, outermost bool) {
	it := p.it
	it.enter()
	defer it.leave()
	text := p.repr(v, origin)
	if it.chars(text) > pprintWidth-indent-allowance {
		switch v := v.(type) {
		case *Dict:
			p.dict(v, indent, allowance)
			return
		case *List:
			p.items("[", v.items, "]", v.origin, indent, allowance)
			return
		case *Tuple:
			end := ")"
			if len(v.items) == 1 {
				end = ",)"
			}
			p.items("(", v.items, end, origin, indent, allowance)
			return
		case *Str:
			if !v.markup && v.s != "" {
				p.text(v, origin, indent, allowance, outermost)
				return
			}
		}
	}
	p.out.addStr(text)
}

func (p *printer) repr(v Value, origin Origin) *Str {
	b := p.it.newBuilder()
	b.addRepr(v, origin)
	return b.str()
}

// newline begins a line behind indent spaces.
func (p *printer) newline(origin Origin, indent int) {
	p.out.add("\n", origin)
	p.out.addStr(p.it.repeat(NewStr(" ", origin), indent))
}

func (p *printer) dict(d *Dict, indent, allowance int) {
	p.out.add("{", d.origin)
	indent++
	for i, e := range d.entries {
		after := 1 // a comma
		if i == len(d.entries)-1 {
			after = allowance + 1
		}
		key := p.repr(e.name, d.origin)
		p.out.addStr(key)
		p.out.add(": ", d.origin)
		p.format(e.value, d.origin, indent+p.it.chars(key)+2, after, false)
		if i < len(d.entries)-1 {
			p.out.add(",", d.origin)
			p.newline(d.origin, indent)
		}
	}
	p.out.add("}", d.origin)
}

func (p *printer) items(open string, items []Value, end string, origin Origin, indent, allowance int) {
	p.out.add(open, origin)
	indent++
	for i, v := range items {
		after := 1 // a comma
		if i == len(items)-1 {
			after = allowance + len(end)
		}
		p.format(v, origin, indent, after, false)
		if i < len(items)-1 {
			p.out.add(",", origin)
			p.newline(origin, indent)
		}
	}
	p.out.add(end, origin)
}

// text writes a string in pieces, each with quotes of its own: its lines, or
// where one is too wide, as many of its words as there is room for.
func (p *printer) text(s *Str, origin Origin, indent, allowance int, outermost bool) {
	it := p.it
	if outermost { // in brackets
		indent++
		allowance++
	}
	room := pprintWidth - indent
	var pieces []*Str
	add := func(s *Str) {
		it.alloc(elementBytes)
		pieces = append(pieces, s)
	}
	lines := it.splitLines(s, true)
	for i, v := range lines {
		line := v.(*Str)
		last := i == len(lines)-1
		whole := room
		if last {
			whole -= allowance
		}
		text := p.repr(line, origin)
		if it.chars(text) <= whole {
			add(text)
			continue
		}
		from, to := 0, 0
		for to < len(line.s) {
			next := to + wordWithSpace(line.s[to:])
			most := room
			if last && next == len(line.s) {
				most -= allowance
			}
			if it.chars(p.repr(line.slice(from, next), origin)) > most && from < to {
				add(p.repr(line.slice(from, to), origin))
				from = to
			}
			to = next
		}
		add(p.repr(line.slice(from, to), origin))
	}
	brackets := outermost && len(pieces) > 1
	if brackets {
		p.out.add("(", origin)
	}
	for i, piece := range pieces {
		if i > 0 {
			p.newline(origin, indent)
		}
		p.out.addStr(piece)
	}
	if brackets {
		p.out.add(")", origin)
	}
}

// wordWithSpace returns the length of the word that s begins with and the white
// space behind it.
func wordWithSpace(s string) int {
	within := true
	for i, r := range s {
		if space := isSpace(r); !space && !within {
			return i
		} else if space {
			within = false
		}
	}
	return len(s)
}
