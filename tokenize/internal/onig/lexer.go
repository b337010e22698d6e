package onig

import (
	"strings"
	"unicode/utf8"
)

// A token is what fetchToken reads from a pattern.
type token struct {
	kind   tokenKind
	start  int    // offset in the pattern
	runes  []rune // tokenLiteral
	set    set    // tokenSet
	op     op     // tokenAnchor
	groups []int  // tokenBackref

	lower, upper            int // tokenRepeat
	lazy, possessive, fixed bool
}

type tokenKind uint8

const (
	tokenEnd tokenKind = iota
	tokenLiteral
	tokenSet
	tokenClass   // [
	tokenNewline // \R
	tokenAnchor
	tokenBackref
	tokenRepeat
	tokenAlternate
	tokenOpen
	tokenClose
)

// options are those that a pattern can set.
type options struct {
	ignoreCase, extended, dotAll                  bool
	asciiWord, asciiDigit, asciiSpace, asciiPOSIX bool
}

// eof is what peek and take return at the end; a pattern is valid UTF-8, so
// that no rune is negative.
const eof rune = -1

func (p *parser) peek() rune {
	if p.pos >= len(p.src) {
		return eof
	}
	r, _ := utf8.DecodeRuneInString(p.src[p.pos:])
	return r
}

func (p *parser) take() rune {
	if p.pos >= len(p.src) {
		return eof
	}
	r, size := utf8.DecodeRuneInString(p.src[p.pos:])
	p.pos += size
	return r
}

func (p *parser) accept(prefix string) bool {
	if strings.HasPrefix(p.src[p.pos:], prefix) {
		p.pos += len(prefix)
		return true
	}
	return false
}

// fetch reads the next token outside of brackets into p.tok.
func (p *parser) fetch() error {
	for {
		p.tok = token{start: p.pos}
		c := p.take()
		switch c {
		case eof:
			return nil
		case '\\':
			return p.fetchEscape()
		case '.':
			if p.opts.dotAll {
				p.tok.kind, p.tok.set = tokenSet, everything
			} else {
				p.tok.kind, p.tok.set = tokenSet, notNewline
			}
			return nil
		case '*':
			p.setRepeat(0, infinite)
			return nil
		case '+':
			p.setRepeat(1, infinite)
			return nil
		case '?':
			p.setRepeat(0, 1)
			return nil
		case '{':
			return p.fetchInterval()
		case '|':
			p.tok.kind = tokenAlternate
			return nil
		case '(':
			if !strings.HasPrefix(p.src[p.pos:], "?#") {
				p.tok.kind = tokenOpen
				return nil
			}
			if err := p.skipComment(); err != nil {
				return err
			}
		case ')':
			p.tok.kind = tokenClose
			return nil
		case '^':
			p.tok.kind, p.tok.op = tokenAnchor, opLineStart
			return nil
		case '$':
			p.tok.kind, p.tok.op = tokenAnchor, opLineEnd
			return nil
		case '[':
			p.tok.kind = tokenClass
			return nil
		case ' ', '\t', '\n', '\r', '\f':
			if !p.opts.extended {
				p.literal(c)
				return nil
			}
		case '#':
			if !p.opts.extended {
				p.literal(c)
				return nil
			}
			for c := p.take(); c != eof && c != '\n'; c = p.take() {
			}
		default:
			p.literal(c)
			return nil
		}
	}
}

var notNewline = setOf('\n').not()

func (p *parser) literal(runes ...rune) {
	p.tok.kind, p.tok.runes = tokenLiteral, runes
}

// skipComment skips what is left of (?#...), in which a backslash escapes.
func (p *parser) skipComment() error {
	for {
		switch p.take() {
		case eof:
			return p.syntax(p.tok.start, "comment without end")
		case '\\':
			p.take()
		case ')':
			return nil
		}
	}
}

func (p *parser) setRepeat(lower, upper int) {
	p.tok.kind, p.tok.lower, p.tok.upper = tokenRepeat, lower, upper
	if p.accept("?") {
		p.tok.lazy = true
	} else if p.accept("+") {
		p.tok.possessive = true
	}
}

// maxRepeat is Oniguruma's limit of counts.
const maxRepeat = 100000

// fetchInterval reads {n}, {n,}, {,m} or {n,m}; what is none of these is text.
func (p *parser) fetchInterval() error {
	brace := p.pos
	lower, hasLower, err := p.fetchCount()
	if err != nil {
		return err
	}
	upper, fixed := lower, true
	if p.accept(",") {
		var hasUpper bool
		if upper, hasUpper, err = p.fetchCount(); err != nil {
			return err
		}
		if !hasUpper {
			upper = infinite
		}
		fixed = false
		hasLower = hasLower || hasUpper
	}
	if !hasLower || !p.accept("}") {
		p.pos = brace
		p.literal('{')
		return nil
	}
	p.tok.kind, p.tok.lower, p.tok.upper, p.tok.fixed = tokenRepeat, lower, upper, fixed
	switch {
	case upper != infinite && lower > upper:
		p.tok.lower, p.tok.upper, p.tok.possessive = upper, lower, true
	case !fixed && p.accept("?"): // after {n} it would be a quantifier by itself, as + is after any of these
		p.tok.lazy = true
	}
	return nil
}

func (p *parser) fetchCount() (n int, ok bool, err error) {
	for c := p.peek(); '0' <= c && c <= '9'; c = p.peek() {
		p.pos++
		if n = n*10 + int(c-'0'); n > maxRepeat {
			return 0, false, p.syntax(p.tok.start, "count above 100000")
		}
		ok = true
	}
	return n, ok, nil
}

// fetchEscape reads what follows a backslash outside of brackets.
func (p *parser) fetchEscape() error {
	c := p.take()
	switch c {
	case eof:
		return p.syntax(p.tok.start, "backslash at the end")
	case 'w', 'W', 'd', 'D', 's', 'S', 'h', 'H':
		p.tok.kind, p.tok.set = tokenSet, p.shorthand(c, wordSet())
	case 'p', 'P':
		if p.peek() != '{' {
			p.literal(c)
			return nil
		}
		s, name, err := p.property(c == 'P')
		if name == "word" {
			// By itself the property is \w.
			s = p.shorthand(c-'p'+'w', wordSet())
			if strings.HasPrefix(p.src[p.tok.start+len(`\p{`):], "^") {
				s = s.not()
			}
		}
		p.tok.kind, p.tok.set = tokenSet, s
		return err
	case 'N':
		p.tok.kind, p.tok.set = tokenSet, notNewline
	case 'O':
		p.tok.kind, p.tok.set = tokenSet, everything
	case 'R':
		p.tok.kind = tokenNewline
	case 'K':
		p.anchor(opKeep)
	case 'A':
		p.anchor(opTextStart)
	case 'z':
		p.anchor(opTextEnd)
	case 'Z':
		p.anchor(opTextEndNewline)
	case 'G':
		p.anchor(opSearchStart)
	case 'b':
		p.anchor(opBoundary)
	case 'B':
		p.anchor(opNotBoundary)
	case 'X', 'y', 'Y':
		return p.unsupported(p.tok.start, "text segments, \\"+string(c))
	case 'k', 'g':
		if next := p.peek(); next != '<' && next != '\'' {
			p.literal(c)
			return nil
		}
		if c == 'g' {
			return p.unsupported(p.tok.start, "a call of a group")
		}
		return p.fetchNamedReference()
	case '1', '2', '3', '4', '5', '6', '7', '8', '9':
		return p.fetchReference()
	default:
		runes, err := p.escapedRunes(c)
		p.literal(runes...)
		return err
	}
	return nil
}

func (p *parser) anchor(o op) { p.tok.kind, p.tok.op = tokenAnchor, o }

// fetchReference reads \1 and the like. A number that is neither of one digit
// nor that of an earlier group is a byte in octal.
func (p *parser) fetchReference() error {
	start := p.pos - 1
	n := 0
	end := start
	for ; end < len(p.src) && '0' <= p.src[end] && p.src[end] <= '9' && n <= maxGroups; end++ {
		n = n*10 + int(p.src[end]-'0')
	}
	if n <= 9 || n <= p.groups {
		p.pos = end
		p.reference(n)
		p.numbered = true
		return nil
	}
	if c := p.src[start]; c == '8' || c == '9' {
		p.literal(rune(c))
		return nil
	}
	runes, err := p.escapedRunes(rune(p.src[start]))
	p.literal(runes...)
	return err
}

func (p *parser) reference(groups ...int) {
	p.tok.kind, p.tok.groups = tokenBackref, groups
}

// fetchNamedReference reads what follows \k: a name, or a number that may count
// back from here.
func (p *parser) fetchNamedReference() error {
	name, err := p.groupName()
	if err != nil {
		return err
	}
	digits, relative := name, 0
	if name[0] == '-' || name[0] == '+' {
		digits, relative = name[1:], 1
		if name[0] == '-' {
			relative = -1
		}
	}
	n, i := 0, 0
	for ; i < len(digits) && '0' <= digits[i] && digits[i] <= '9' && n <= maxGroups; i++ {
		n = n*10 + int(digits[i]-'0')
	}
	switch {
	case strings.ContainsAny(name[1:], "+-"):
		return p.unsupported(p.tok.start, "a reference with a level, or to a name with a sign in it")
	case i == 0 && relative != 0, i > 0 && i < len(digits):
		return p.syntax(p.tok.start, "malformed name of a group")
	case i == 0:
		groups := p.names[name]
		if len(groups) == 0 {
			return p.syntax(p.tok.start, "reference to an undefined name")
		}
		// The last of several groups of one name comes first.
		for i := len(groups) - 1; i >= 0; i-- {
			p.tok.groups = append(p.tok.groups, groups[i])
		}
		p.tok.kind = tokenBackref
		return nil
	}
	if relative < 0 {
		n = p.groups + 1 - n
	} else if relative > 0 {
		n += p.groups
	}
	if n <= 0 {
		return p.syntax(p.tok.start, "reference to no group")
	}
	p.reference(n)
	p.numbered = true
	return nil
}

// groupName reads a name between < and >, or between two apostrophes.
func (p *parser) groupName() (string, error) {
	closing := '>'
	if p.take() == '\'' {
		closing = '\''
	}
	start := p.pos
	for {
		end := p.pos
		switch c := p.take(); c {
		case closing:
			if start == end {
				return "", p.syntax(start, "empty name of a group")
			}
			return p.src[start:end], nil
		case eof, ')':
			return "", p.syntax(start, "malformed name of a group")
		}
	}
}

// shorthand returns the set of \w, \d, \s, \h or their opposites.
func (p *parser) shorthand(c rune, word set) set {
	var s set
	var confined bool
	switch c {
	case 'w', 'W':
		s, confined = word, p.opts.asciiWord || p.opts.asciiPOSIX
	case 'd', 'D':
		s, confined = ctypeSets()["digit"](), p.opts.asciiDigit || p.opts.asciiPOSIX
	case 's', 'S':
		s, confined = ctypeSets()["space"](), p.opts.asciiSpace || p.opts.asciiPOSIX
	default:
		s = ctypeSets()["xdigit"]()
	}
	return p.derived(s, confined, c <= 'Z')
}

// derived returns s or its opposite, s being confined to ASCII before. It
// returns the same slice for the same arguments, and pays for each new one.
func (p *parser) derived(s set, confined, not bool) set {
	if !confined && !not {
		return s
	}
	key := derivedKey{s.key(), confined, not}
	if d, ok := p.sets[key]; ok {
		return d
	}
	d := s
	if confined {
		d = d.and(ascii)
	}
	if not {
		d = d.not()
	}
	p.spend(len(d))
	p.sets[key] = d
	return d
}

type derivedKey struct {
	of            setKey
	confined, not bool
}

// property reads {name} or {^name} and returns the set and the name without
// what does not count in it.
func (p *parser) property(not bool) (set, string, error) {
	p.take()
	if p.accept("^") {
		not = !not
	}
	start := p.pos
	for {
		end := p.pos
		switch p.take() {
		case eof, '(', ')', '{', '|':
			return nil, "", p.syntax(start, "name of a property without end")
		case '}':
			name := normalName(p.src[start:end])
			load := sets()[name]
			if load == nil {
				return nil, "", p.unsupported(start, "property "+clip(p.src[start:end]))
			}
			var confined bool
			switch name {
			case "word":
				confined = p.opts.asciiWord || p.opts.asciiPOSIX
			case "digit":
				confined = p.opts.asciiDigit || p.opts.asciiPOSIX
			case "space":
				confined = p.opts.asciiSpace || p.opts.asciiPOSIX
			case "alnum", "alpha", "blank", "cntrl", "graph", "lower", "print", "upper", "xdigit", "ascii":
				confined = p.opts.asciiPOSIX
			}
			return p.derived(load(), confined, not), name, nil
		}
	}
}

// clip returns what an error shows of a name.
func clip(name string) string {
	if len(name) > 40 {
		return strings.ToValidUTF8(name[:40], "") + "..."
	}
	return name
}
