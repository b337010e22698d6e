package onig

import "unicode/utf8"

// Limits that keep the work of Compile small whatever the pattern. Patterns of
// published tokenizers stay far below all of them.
const (
	maxPattern = 1 << 16 // bytes
	maxDepth   = 200     // of nested groups and classes
	maxGroups  = 1000    // that capture
	maxRanges  = 1 << 17 // in all sets together
)

// A parser turns a pattern into a tree. It follows Oniguruma's parser step by
// step, for which operand a quantifier belongs to and which letters are one
// string depends on them.
type parser struct {
	src  string
	pos  int // after tok
	tok  token
	opts options

	nested   int              // depth of groups
	groups   int              // groups so far
	names    map[string][]int // groups by name
	unnamed  map[int]bool     // groups without a name, which capture nothing where others have one
	numbered bool             // there are references by number
	highest  *node            // the reference with the highest number

	budget int // ranges that may still be made
	sets   map[derivedKey]set
}

func (p *parser) syntax(offset int, reason string) error {
	return &Error{Offset: offset, Reason: reason, Err: ErrSyntax}
}

func (p *parser) unsupported(offset int, reason string) error {
	return &Error{Offset: offset, Reason: reason, Err: ErrUnsupported}
}

// spend counts ranges; parse looks at what is left.
func (p *parser) spend(ranges int) { p.budget -= ranges + 1 }

// parse parses the whole pattern.
func (p *parser) parse() (*node, error) {
	if len(p.src) > maxPattern {
		return nil, p.unsupported(0, "longer than 64 KiB")
	}
	if !utf8.ValidString(p.src) {
		return nil, p.syntax(0, "not UTF-8")
	}
	p.names, p.unnamed = map[string][]int{}, map[int]bool{}
	p.sets, p.budget = map[derivedKey]set{}, maxRanges
	if err := p.fetch(); err != nil {
		return nil, err
	}
	root, err := p.alternatives(tokenEnd)
	if err != nil {
		return nil, err
	}
	switch {
	case p.numbered && len(p.names) > 0:
		return nil, p.syntax(p.highest.offset, "a reference by number where groups have names")
	case p.numbered && p.highest.groups[0] > p.groups:
		return nil, p.syntax(p.highest.offset, "reference to an undefined group")
	}
	return root, p.checkTree(root)
}

// alternatives parses up to the token that ends them, which stays in p.tok.
func (p *parser) alternatives(end tokenKind) (*node, error) {
	if p.nested++; p.nested > maxDepth {
		return nil, p.unsupported(p.tok.start, "nested deeper than nibble allows")
	}
	opts, start := p.opts, p.tok.start
	n, err := p.branch(end)
	if err != nil {
		return nil, err
	}
	if p.tok.kind == tokenAlternate {
		n = &node{op: opAlternate, subs: []*node{n}, offset: start}
		for p.tok.kind == tokenAlternate {
			if err := p.fetch(); err != nil {
				return nil, err
			}
			b, err := p.branch(end)
			if err != nil {
				return nil, err
			}
			n.subs = append(n.subs, b)
		}
	}
	if p.tok.kind != end {
		return nil, p.syntax(p.tok.start, "group without end")
	}
	p.opts = opts
	p.nested--
	return n, nil
}

// branch parses one alternative.
func (p *parser) branch(end tokenKind) (*node, error) {
	var parts []*node
	for {
		n, err := p.expression(end)
		if err != nil {
			return nil, err
		}
		// What a group without capture has made is part of the sequence, unless it comes first.
		if n.op == opConcat && len(parts) > 0 {
			parts = append(parts, n.subs...)
		} else {
			parts = append(parts, n)
		}
		if k := p.tok.kind; k == tokenEnd || k == end || k == tokenAlternate {
			break
		}
	}
	return concat(parts), nil
}

// concat returns a sequence. Literals side by side become one, as case folding
// looks at several letters together.
func concat(parts []*node) *node {
	merged := parts[:0]
	for _, n := range parts {
		if i := len(merged) - 1; i >= 0 && n.op == opLiteral && merged[i].op == opLiteral && merged[i].fold == n.fold {
			merged[i] = &node{op: opLiteral, runes: append(merged[i].runes, n.runes...), fold: n.fold, offset: merged[i].offset}
			continue
		}
		merged = append(merged, n)
	}
	if len(merged) == 1 {
		return merged[0]
	}
	return &node{op: opConcat, subs: merged}
}

// expression parses one operand with its quantifiers.
func (p *parser) expression(end tokenKind) (*node, error) {
	tok := p.tok
	if tok.kind == end || tok.kind == tokenEnd || tok.kind == tokenAlternate {
		return &node{op: opEmpty}, nil
	}
	n := &node{offset: tok.start}
	group := false // a group without capture, which a quantifier takes whole
	switch tok.kind {
	case tokenOpen:
		var rest bool
		var err error
		if n, group, rest, err = p.group(end); err != nil {
			return nil, err
		}
		if rest {
			return n, nil // an option, with all that follows it
		}
	case tokenClose:
		return nil, p.syntax(tok.start, "closing parenthesis without an opening one")
	case tokenRepeat:
		return nil, p.syntax(tok.start, "quantifier after nothing")
	case tokenLiteral:
		n.op, n.runes, n.fold = opLiteral, tok.runes, p.opts.ignoreCase
	case tokenSet:
		n.op, n.set = opSet, tok.set
	case tokenClass:
		s, err := p.class()
		if err != nil {
			return nil, err
		}
		n.op, n.set = opSet, s
		if p.opts.ignoreCase {
			p.foldClass(n, p.src[tok.start:])
		}
	case tokenNewline:
		// Once it has taken \r\n it does not give back the \n.
		n.op = opAtomic
		n.subs = []*node{{op: opAlternate, offset: tok.start, subs: []*node{
			{op: opLiteral, runes: []rune{'\r', '\n'}},
			{op: opSet, set: set{{Lo: '\n', Hi: '\r'}, {Lo: 0x85, Hi: 0x85}, {Lo: 0x2028, Hi: 0x2029}}},
		}}}
	case tokenAnchor:
		n.op = tok.op
		if n.op == opBoundary || n.op == opNotBoundary {
			n.set = p.shorthand('w', wordSet())
		}
	case tokenBackref:
		n.op, n.groups, n.fold = opBackref, tok.groups, p.opts.ignoreCase
		if p.numbered && (p.highest == nil || n.groups[0] > p.highest.groups[0]) {
			p.highest = n
		}
	}
	if p.budget < 0 {
		return nil, p.unsupported(tok.start, "classes larger than nibble allows")
	}
	if err := p.fetch(); err != nil {
		return nil, err
	}
	return p.quantifiers(n, group)
}

// foldClass lets the set of n ignore case. A class that is not negated also
// matches what its members fold to.
func (p *parser) foldClass(n *node, src string) {
	t := folds()
	if len(src) > 1 && src[1] == '^' {
		n.set = t.closure(n.set.not()).not()
		p.spend(len(n.set))
		return
	}
	n.set = t.closure(n.set)
	n.multi = t.groupsIn(n.set)
	p.spend(len(n.set) + 8*len(n.multi))
}

// group parses what follows an opening parenthesis. It leaves the closing one in
// p.tok, except after an option that holds for the rest, which is part of n.
func (p *parser) group(end tokenKind) (n *node, plain, rest bool, err error) {
	start := p.tok.start
	n = &node{offset: start}
	switch {
	case p.accept("*"):
		return nil, false, false, p.unsupported(start, "a callout")
	case !p.accept("?"):
		n.op = opCapture
		if n.group, err = p.newGroup(start); err != nil {
			return nil, false, false, err
		}
		p.unnamed[n.group] = true
	default:
		switch c := p.take(); c {
		case ':':
			n, err = p.body()
			return n, true, false, err
		case '=':
			n.op = opAhead
		case '!':
			n.op = opNotAhead
		case '>':
			n.op = opAtomic
		case '<', '\'':
			switch {
			case c == '<' && p.accept("="):
				n.op = opBehind
			case c == '<' && p.accept("!"):
				n.op = opNotBehind
			default:
				n.op = opCapture
				if n.group, err = p.namedGroup(start); err != nil {
					return nil, false, false, err
				}
			}
		case '~':
			return nil, false, false, p.unsupported(start, "an absent operator")
		case '{':
			return nil, false, false, p.unsupported(start, "a callout")
		case '(':
			return nil, false, false, p.unsupported(start, "a condition")
		case eof:
			return nil, false, false, p.syntax(start, "group without end")
		default:
			n.op = opGroup
			return p.optionGroup(n, c, end)
		}
	}
	body, err := p.body()
	n.subs = []*node{body}
	return n, false, false, err
}

// body parses the inside of a group up to its closing parenthesis.
func (p *parser) body() (*node, error) {
	if err := p.fetch(); err != nil {
		return nil, err
	}
	return p.alternatives(tokenClose)
}

func (p *parser) newGroup(offset int) (int, error) {
	if p.groups++; p.groups > maxGroups {
		return 0, p.unsupported(offset, "more than 1000 groups")
	}
	return p.groups, nil
}

// namedGroup reads a name and opens a group of that name.
func (p *parser) namedGroup(start int) (int, error) {
	p.pos-- // to the < or the apostrophe
	name, err := p.groupName()
	if err != nil {
		return 0, err
	}
	if c := name[0]; '0' <= c && c <= '9' || c == '-' || c == '+' {
		return 0, p.syntax(start, "malformed name of a group")
	}
	if r, _ := utf8.DecodeRuneInString(name); !wordSet().has(r) {
		return 0, p.syntax(start, "malformed name of a group")
	}
	g, err := p.newGroup(start)
	p.names[name] = append(p.names[name], g)
	return g, err
}

// optionGroup parses the options after (?, c being the first, and what they
// hold for: a group, or the rest of the group around them, alternatives
// included.
func (p *parser) optionGroup(n *node, c rune, end tokenKind) (*node, bool, bool, error) {
	opts, on := p.opts, true
	for ; ; c = p.take() {
		switch c {
		case '-':
			on = false
		case 'i':
			opts.ignoreCase = on
		case 'm':
			opts.dotAll = on
		case 'x':
			opts.extended = on
		case 'W':
			opts.asciiWord = on
		case 'D':
			opts.asciiDigit = on
		case 'S':
			opts.asciiSpace = on
		case 'P':
			opts.asciiPOSIX = on
		case 'I', 'L', 'C', 'y':
			return nil, false, false, p.unsupported(n.offset, "the option "+string(c))
		case ':':
			saved := p.opts
			p.opts = opts
			body, err := p.body()
			p.opts = saved
			n.subs = []*node{body}
			return n, false, false, err
		case ')':
			saved := p.opts
			p.opts = opts
			if err := p.fetch(); err != nil {
				return nil, false, false, err
			}
			body, err := p.alternatives(end)
			p.opts = saved
			n.subs = []*node{body}
			return n, false, true, err
		case eof:
			return nil, false, false, p.syntax(n.offset, "group without end")
		default:
			return nil, false, false, p.syntax(n.offset, "unknown option of a group")
		}
	}
}
