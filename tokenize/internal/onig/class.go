package onig

import (
	"strings"

	"github.com/nibble-go/nibble/tokenize/internal/ucd"
)

// A classToken is what nextInClass reads.
type classToken struct {
	kind  classKind
	start int
	code  rune // classChar; up to 0x1fffff, as only Unicode ends at 0x10ffff
	raw   bool // classChar: a byte written as a number, code is below 0x100
	set   set  // classSet
}

type classKind uint8

const (
	classEnd   classKind = iota // the pattern ends
	classChar                   // one character or byte
	classDash                   // - without backslash
	classSet                    // \w, \p{...}, [:alpha:]
	classOpen                   // [
	classAnd                    // &&
	classClose                  // ]
)

// A classParser reads what stands between brackets.
type classParser struct {
	*parser
	pending []classToken // of a \x{...} with several numbers
	open    int          // brackets not yet closed
}

// class reads a class whose opening bracket has been read.
func (p *parser) class() (set, error) {
	c := classParser{parser: p}
	return c.parse()
}

// classState is what a dash may mean next.
type classState uint8

const (
	atStart    classState = iota // nothing yet: a dash is a dash
	afterValue                   // a character or set: a dash makes a range
	afterDash                    // the lower end and a dash
	afterRange                   // a complete range or class: a dash is a dash
)

// operand collects one side of an intersection. A character is added only when
// it is known not to begin a range.
type operand struct {
	ranges []ucd.Range
	state  classState
	last   classToken // afterValue and afterDash
}

func (c *classParser) parse() (set, error) {
	if c.open++; c.open+c.nested > maxDepth {
		return nil, c.unsupported(c.pos, "classes nested deeper than nibble allows")
	}
	negated := c.accept("^")
	tok, err := c.next()
	if err != nil {
		return nil, err
	}
	if tok.kind == classClose {
		if !strings.Contains(c.src[c.pos:], "]") {
			return nil, c.syntax(tok.start, "empty class")
		}
		tok = classToken{kind: classChar, start: tok.start, code: ']'}
	}
	var result set
	intersect := false
	var o operand
	finish := func() {
		c.flush(&o)
		s := newSet(o.ranges)
		c.spend(len(s))
		if intersect {
			s = result.and(s)
		}
		result, intersect, o = s, true, operand{}
	}
	for tok.kind != classClose {
		fetched := false
		next := tok
		switch tok.kind {
		case classEnd:
			return nil, c.syntax(tok.start, "class without end")
		case classChar:
			err = c.value(&o, tok)
		case classSet:
			if o.state == afterDash {
				return nil, c.syntax(tok.start, "a set at the end of a range")
			}
			c.flush(&o)
			o.ranges = append(o.ranges, tok.set...)
			c.spend(len(tok.set))
			o.state, o.last = afterValue, tok
		case classDash:
			next, fetched, err = c.dash(&o, tok)
		case classOpen:
			// A dash before it, and what is before that, count for nothing.
			if o.state == afterValue {
				c.flush(&o)
			}
			var inner set
			if inner, err = c.parse(); err == nil {
				o.ranges = append(o.ranges, inner...)
				c.spend(len(inner))
				o.state = afterRange
			}
		case classAnd:
			finish()
		}
		if err != nil {
			return nil, err
		}
		if c.budget < 0 {
			return nil, c.unsupported(tok.start, "classes larger than nibble allows")
		}
		if !fetched {
			if next, err = c.next(); err != nil {
				return nil, err
			}
		}
		tok = next
	}
	finish()
	c.open--
	if negated {
		result = result.not()
		c.spend(len(result))
	}
	return result, nil
}

// dash takes a dash, and the token after it where that decides what it means.
func (c *classParser) dash(o *operand, tok classToken) (next classToken, fetched bool, err error) {
	literal := classToken{kind: classChar, start: tok.start, code: '-'}
	switch o.state {
	case afterDash:
		return tok, false, c.value(o, literal) // [!--]
	case atStart:
		next, err = c.next()
		if err == nil {
			err = c.value(o, literal)
		}
		return next, true, err
	}
	if next, err = c.next(); err != nil {
		return next, true, err
	}
	switch {
	case next.kind == classClose || next.kind == classAnd || o.state == afterRange: // [a-] [a-b-c]
		return next, true, c.value(o, literal)
	case o.last.kind == classSet:
		return next, true, c.syntax(tok.start, "a range that begins with a set")
	}
	o.state = afterDash
	return next, true, nil
}

// value takes a character: the upper end of a range, or what may be a lower one.
func (c *classParser) value(o *operand, tok classToken) error {
	switch o.state {
	case afterDash:
		if o.last.code > tok.code {
			return c.syntax(tok.start, "a range that ends before it begins")
		}
		// A range of bytes has no characters above 0x7f.
		hi := tok.code
		if o.last.single() && tok.single() {
			hi = min(hi, 0x7f)
		}
		o.add(o.last.code, hi)
		o.state = afterRange
	case afterValue:
		c.flush(o)
		fallthrough
	default:
		o.state = afterValue
	}
	o.last = tok
	return nil
}

// single reports whether the token is one byte in UTF-8.
func (t classToken) single() bool { return t.raw || t.code < 0x80 }

// flush adds the character that turned out to begin no range.
func (c *classParser) flush(o *operand) {
	if o.state == afterValue && o.last.kind == classChar && (!o.last.raw || o.last.code < 0x80) {
		o.add(o.last.code, o.last.code)
	}
}

func (o *operand) add(lo, hi rune) {
	if hi = min(hi, ucd.MaxRune); lo <= hi {
		o.ranges = append(o.ranges, ucd.Range{Lo: lo, Hi: hi})
	}
}

// next reads the next token inside of brackets.
func (c *classParser) next() (classToken, error) {
	if len(c.pending) > 0 {
		tok := c.pending[0]
		c.pending = c.pending[1:]
		return tok, nil
	}
	tok := classToken{start: c.pos}
	r := c.take()
	switch r {
	case eof:
	case ']':
		tok.kind = classClose
	case '-':
		tok.kind = classDash
	case '\\':
		return c.escape(tok)
	case '[':
		if name, not, ok := c.posixBracket(); ok {
			load := ctypeSets()[name]
			if load == nil {
				return tok, c.syntax(tok.start, "unknown class [:"+clip(name)+":]")
			}
			confined := c.opts.asciiPOSIX || name == "word" && c.opts.asciiWord ||
				name == "digit" && c.opts.asciiDigit || name == "space" && c.opts.asciiSpace
			tok.kind, tok.set = classSet, c.derived(load(), confined, not)
			return tok, nil
		}
		tok.kind = classOpen
	case '&':
		tok.kind, tok.code = classChar, r
		if c.accept("&") {
			tok.kind = classAnd
		}
	default:
		tok.kind, tok.code = classChar, r
	}
	return tok, nil
}

// posixBracket reads what follows the bracket of [:name:] or [:^name:]. The
// name has letters only; anything else is an inner class.
func (c *classParser) posixBracket() (name string, not, ok bool) {
	rest := c.src[c.pos:]
	if !strings.HasPrefix(rest, ":") {
		return "", false, false
	}
	end := strings.Index(rest, ":]")
	if end <= 0 {
		return "", false, false
	}
	name, not = strings.CutPrefix(rest[1:end], "^")
	if name == "" || len(name) > 20 {
		return "", false, false
	}
	for _, r := range name {
		if r|0x20 < 'a' || 'z' < r|0x20 {
			return "", false, false
		}
	}
	c.pos += end + len(":]")
	return name, not, true
}

// escape reads what follows a backslash.
func (c *classParser) escape(tok classToken) (classToken, error) {
	r := c.take()
	tok.kind, tok.code = classChar, r
	var err error
	switch r {
	case eof:
		return tok, c.syntax(tok.start, "backslash at the end")
	case 'w', 'W', 'd', 'D', 's', 'S', 'h', 'H':
		tok.kind, tok.set = classSet, c.shorthand(r, ctypeSets()["word"]())
	case 'p', 'P':
		if c.peek() == '{' {
			tok.kind = classSet
			tok.set, _, err = c.property(r == 'P')
		}
	case 'b':
		tok.code = '\b'
	case 'x', 'o':
		if c.peek() == '{' {
			return c.bracedToken(tok, r)
		}
		if r == 'x' {
			return c.rawToken(tok)
		}
	case '0', '1', '2', '3', '4', '5', '6', '7':
		return c.rawToken(tok)
	case 'u':
		tok.code, err = c.hex4()
		if tok.code == never {
			tok.code = ucd.MaxRune + 1
		}
	default:
		tok.code, err = c.control(r)
		if tok.code == never {
			tok.code, tok.raw = 0xff, true
		}
	}
	return tok, err
}

// bracedToken reads \x{...}, which may be several characters and ranges.
func (c *classParser) bracedToken(tok classToken, r rune) (classToken, error) {
	runes, err := c.braced(r, true)
	if err != nil || len(runes) == 0 {
		return tok, err
	}
	for _, code := range runes {
		t := classToken{kind: classChar, start: tok.start, code: code}
		if code == dash {
			t = classToken{kind: classDash, start: tok.start}
		}
		c.pending = append(c.pending, t)
	}
	c.spend(len(runes))
	return c.next()
}

// rawToken reads bytes written as numbers.
func (c *classParser) rawToken(tok classToken) (classToken, error) {
	c.pos = tok.start + len(`\`)
	first := c.pos
	r, err := c.rawCharacter()
	if err != nil {
		return tok, err
	}
	if tok.code = r; r == never {
		after := c.pos
		c.pos = first
		b, _, err := c.rawByte()
		c.pos = after
		tok.code, tok.raw = rune(b), true
		return tok, err
	}
	return tok, nil
}
