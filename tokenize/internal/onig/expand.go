package onig

// expand returns a tree of the same meaning with fewer kinds of nodes: no case
// folding (letters become sets, and those that several characters fold to become
// alternatives), no groups that nothing refers to, nothing that is empty in a
// sequence. used has the groups that are referred to; behind tells that n is in
// lookbehind, where a string matches only what has its length.
func expand(n *node, used map[int]bool, behind bool) *node {
	switch n.op {
	case opLiteral:
		return expandLiteral(n, behind)
	case opSet:
		if len(n.multi) == 0 {
			return n
		}
		alt := &node{op: opAlternate, subs: []*node{{op: opSet, set: n.set}}}
		for i := range n.multi {
			alt.subs = append(alt.subs, foldedNode(&n.multi[i]))
		}
		return alt
	case opBehind, opNotBehind:
		behind = true
	}
	if len(n.subs) == 0 {
		return n
	}
	subs := make([]*node, len(n.subs))
	for i, sub := range n.subs {
		subs[i] = expand(sub, used, behind)
	}
	switch {
	case n.op == opConcat:
		return sequence(subs)
	case n.op == opGroup, n.op == opCapture && !used[n.group]:
		return subs[0]
	case n.op == opRepeat && n.upper == 0 && !captures(subs[0]):
		return &node{op: opEmpty}
	}
	expanded := *n
	expanded.subs = subs
	return &expanded
}

// sequence returns the concatenation of parts.
func sequence(parts []*node) *node {
	var flat []*node
	for _, n := range parts {
		switch n.op {
		case opEmpty:
		case opConcat:
			flat = append(flat, n.subs...)
		default:
			flat = append(flat, n)
		}
	}
	switch len(flat) {
	case 0:
		return &node{op: opEmpty}
	case 1:
		return flat[0]
	}
	return &node{op: opConcat, subs: flat}
}

// captures reports whether there is a group in n that is referred to.
func captures(n *node) bool {
	found := false
	n.visit(func(n *node) { found = found || n.op == opCapture })
	return found
}

// expandLiteral expands a string. Without regard to case it is cut from the left
// into pieces that other characters fold to, the longest first, and into single
// letters.
func expandLiteral(n *node, behind bool) *node {
	t := folds()
	var parts []*node
	add := func(n *node) { parts = append(parts, n) }
	for i := 0; i < len(n.runes); {
		r := n.runes[i]
		group, length := t.multi[r], 1
		if group == nil {
			if group = t.groupAt(n.runes[i:]); group != nil {
				length = len(group.folded)
			}
		}
		switch {
		case r == never:
			add(&node{op: opSet})
		case !n.fold:
			if k := len(parts) - 1; k >= 0 && parts[k].op == opLiteral {
				parts[k].runes = append(parts[k].runes, r)
			} else {
				add(&node{op: opLiteral, runes: []rune{r}})
			}
		case behind || group == nil:
			add(&node{op: opSet, set: t.class(r)})
		default:
			add(&node{op: opAlternate, subs: []*node{{op: opSet, set: setOf(group.from...)}, foldedNode(group)}})
			i += length - 1
		}
		i++
	}
	return sequence(parts)
}

// foldedNode returns the characters that g folds to, in any case.
func foldedNode(g *foldGroup) *node {
	seq := &node{op: opConcat}
	for _, r := range g.folded {
		seq.subs = append(seq.subs, &node{op: opSet, set: folds().class(r)})
	}
	return seq
}

// collect appends the sets of an expanded tree, those that its anchors look at
// included.
func collect(n *node, sets []set) []set {
	switch n.op {
	case opLiteral:
		for _, r := range n.runes {
			sets = append(sets, setOf(r))
		}
	case opSet, opBoundary, opNotBoundary:
		sets = append(sets, n.set)
	case opLineStart, opLineEnd, opTextEndNewline:
		sets = append(sets, setOf('\n'))
	}
	for _, sub := range n.subs {
		sets = collect(sub, sets)
	}
	return sets
}
