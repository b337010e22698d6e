package onig

// checkTree looks for what Oniguruma refuses inside of lookbehind and for what
// regexp2 would match otherwise, there and elsewhere.
//
// In lookbehind Oniguruma goes back by each possible length and matches forwards
// from there; regexp2 matches backwards. The two agree on whether there is a
// match, unless a choice is made once and for all on the way, or what a group has
// matched is used.
func (p *parser) checkTree(root *node) error {
	c := treeCheck{parser: p, behind: map[int]bool{}, open: map[int]bool{}}
	if err := c.walk(root, place{}); err != nil {
		return err
	}
	for _, ref := range c.references {
		for _, g := range ref.groups {
			if c.behind[g] {
				return p.unsupported(ref.offset, "a reference to a group in lookbehind")
			}
		}
	}
	return nil
}

type treeCheck struct {
	*parser
	behind     map[int]bool // groups inside of lookbehind
	open       map[int]bool // groups that the walk is inside of
	references []*node
}

// A place is what a node is inside of.
type place struct {
	look      bool // lookaround
	behind    bool // (?<= or (?<!
	positive  bool // (?<=
	negative  bool // (?<!
	committed bool // an atomic group in lookbehind
}

func (c *treeCheck) walk(n *node, at place) error {
	switch n.op {
	case opAlternate, opRepeat, opSet:
		choice := n.op == opAlternate || n.op == opRepeat && n.lower != n.upper || len(n.multi) > 0
		if choice && at.committed {
			return c.unsupported(n.offset, "a choice in an atomic group in lookbehind")
		}
	case opAtomic:
		at.committed = at.behind
	case opCapture:
		if at.negative && (len(c.names) == 0 || !c.unnamed[n.group]) {
			return c.syntax(n.offset, "a group in negative lookbehind")
		}
		c.behind[n.group] = c.behind[n.group] || at.behind
		c.open[n.group] = true
		defer delete(c.open, n.group)
	case opAhead, opNotAhead:
		if at.behind {
			return c.syntax(n.offset, "lookahead in lookbehind")
		}
		at.look = true
	case opBehind, opNotBehind:
		if at.positive && n.op == opNotBehind {
			return c.syntax(n.offset, "negative lookbehind in lookbehind")
		}
		at = place{look: true, behind: true, positive: n.op == opBehind, negative: n.op == opNotBehind || at.negative}
	case opTextEnd, opTextEndNewline:
		if at.behind {
			return c.syntax(n.offset, "the end of the text in lookbehind")
		}
	case opKeep:
		if at.look {
			return c.unsupported(n.offset, "\\K in lookaround")
		}
	case opBackref:
		if at.behind {
			return c.unsupported(n.offset, "a reference in lookbehind")
		}
		if n.fold {
			return c.unsupported(n.offset, "a reference that ignores case")
		}
		for _, g := range n.groups {
			if c.open[g] {
				// It would match what has been read since the group began again.
				return c.unsupported(n.offset, "a reference to a group from inside of it")
			}
		}
		c.references = append(c.references, n)
	}
	for _, sub := range n.subs {
		if err := c.walk(sub, at); err != nil {
			return err
		}
	}
	return nil
}
