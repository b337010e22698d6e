package onig

// quantifiers applies the quantifiers in p.tok and after it to n. group tells
// that n is all of a group without capture; of a string outside of one, the
// first quantifier takes the last letter only.
func (p *parser) quantifiers(n *node, group bool) (*node, error) {
	var before []*node
	for depth := p.nested; p.tok.kind == tokenRepeat; group = false {
		tok := p.tok
		if isInvalidTarget(n) {
			return nil, p.syntax(tok.start, "quantifier after what matches no characters")
		}
		if depth++; depth > maxDepth {
			return nil, p.unsupported(tok.start, "more quantifiers in a row than nibble allows")
		}
		if last := len(n.runes) - 1; n.op == opLiteral && last > 0 && !group && !(tok.lower == 1 && tok.upper == 1) {
			before = append(before, &node{op: opLiteral, runes: n.runes[:last:last], fold: n.fold, offset: n.offset})
			n = &node{op: opLiteral, runes: n.runes[last:], fold: n.fold, offset: n.offset}
		}
		if tok.lower != 1 || tok.upper != 1 {
			var err error
			if n, err = p.repeat(n, tok); err != nil {
				return nil, err
			}
		}
		if tok.possessive {
			n = &node{op: opAtomic, subs: []*node{n}, offset: tok.start}
		}
		if err := p.fetch(); err != nil {
			return nil, err
		}
	}
	if len(before) > 0 {
		return &node{op: opConcat, subs: append(before, n)}, nil
	}
	return n, nil
}

// isInvalidTarget reports whether Oniguruma refuses a quantifier after n.
func isInvalidTarget(n *node) bool {
	if n.op == opAlternate {
		for _, sub := range n.subs {
			if isInvalidTarget(sub) {
				return true
			}
		}
		return false
	}
	return n.isAnchor()
}

// simple numbers the quantifiers ?, *, +, ??, *? and +? from 0, as the rows and
// columns of reductions.
func (n *node) simple() (int, bool) {
	i := 0
	if n.lazy {
		i = 3
	}
	switch {
	case n.lower == 0 && n.upper == 1:
		return i, true
	case n.lower == 0 && n.upper == infinite:
		return i + 1, true
	case n.lower == 1 && n.upper == infinite:
		return i + 2, true
	}
	return 0, false
}

type reduction uint8

const (
	keepBoth       reduction = iota
	keepInner                // (?:a*)? is a*
	toStar                   // (?:a?)* is a*
	toLazyStar               // (?:a??)* is a*?
	toLazyOptional           // (?:a?)?? is a??
	toLazyOfPlus             // (?:a*)?? is (?:a+)??
)

// reductions has what becomes of one simple quantifier inside another: the
// inner one's row, the outer one's column. Not all of them leave the meaning as
// it was, so that they are part of it.
var reductions = [6][6]reduction{
	{keepInner, toStar, toStar, toLazyOptional, toLazyStar, keepBoth},
	{keepInner, keepInner, keepInner, toLazyOfPlus, toLazyOfPlus, keepInner},
	{toStar, toStar, keepInner, keepBoth, toLazyOfPlus, keepInner},
	{keepInner, toLazyStar, toLazyStar, keepInner, toLazyStar, toLazyStar},
	{keepInner, keepInner, keepInner, keepInner, keepInner, keepInner},
	{keepBoth, keepBoth, keepBoth, toLazyStar, toLazyStar, keepInner},
}

// repeat returns n under the quantifier tok.
func (p *parser) repeat(n *node, tok token) (*node, error) {
	outer := &node{op: opRepeat, subs: []*node{n}, lower: tok.lower, upper: tok.upper, lazy: tok.lazy, offset: tok.start}
	if n.op != opRepeat {
		return outer, nil
	}
	inner := *n
	column, outerSimple := outer.simple()
	row, innerSimple := inner.simple()
	switch {
	case innerSimple && !outerSimple:
		// One round of a* or a+ takes all that several would.
		if (row == 1 || row == 2) && outer.upper > 1 && !outer.lazy {
			outer.upper = max(1, outer.lower)
		}
		return outer, nil
	case !innerSimple || !outerSimple:
		if outer.lower == outer.upper && inner.lower == inner.upper {
			count := outer.lower * inner.lower
			if count > maxRepeat {
				return nil, p.unsupported(tok.start, "more than 100000 repetitions")
			}
			outer.subs, outer.lower, outer.upper = inner.subs, count, count
		}
		return outer, nil
	}
	reduced := func(lower, upper int, lazy bool, sub *node) *node {
		return &node{op: opRepeat, subs: []*node{sub}, lower: lower, upper: upper, lazy: lazy, offset: tok.start}
	}
	body := inner.subs[0]
	switch reductions[row][column] {
	case keepInner:
		return n, nil
	case toStar:
		return reduced(0, infinite, false, body), nil
	case toLazyStar:
		return reduced(0, infinite, true, body), nil
	case toLazyOptional:
		return reduced(0, 1, true, body), nil
	case toLazyOfPlus:
		return reduced(0, 1, true, reduced(1, infinite, false, body)), nil
	}
	return outer, nil
}
