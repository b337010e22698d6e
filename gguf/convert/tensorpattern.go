package convert

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"slices"
	"strconv"
	"strings"
)

// maxPatternDepth bounds how deeply groups are nested.
const maxPatternDepth = 100

// A PatternError says why a pattern for tensor names is not understood. It
// wraps [ErrUnsupported].
type PatternError struct {
	Pattern string
	Offset  int    // where the trouble starts, in bytes
	Reason  string // in words
}

func (e *PatternError) Error() string {
	return fmt.Sprintf("pattern %#q: byte %d: %s", e.Pattern, e.Offset, e.Reason)
}

func (e *PatternError) Unwrap() error { return ErrUnsupported }

// compileTensorPattern compiles a pattern that llama-quantize understands.
//
// It compiles patterns with std::regex, after it has turned them to lower
// case, which changes the meaning of escapes: \W becomes \w. Where ECMAScript
// and Go's RE2 read the same characters differently, an equal pattern is made;
// where there is none, or where C++ libraries differ among themselves, the
// pattern is refused. So that nothing slips through, only what is known to this
// parser is let pass.
//
// Names are matched as runes below 256, see bytesAsRunes.
func compileTensorPattern(pattern string) (*regexp.Regexp, error) {
	p := &patternParser{original: pattern, text: strings.ToLower(pattern)}
	if pattern == "" {
		return nil, p.fail(0, "it is empty")
	}
	for i := range len(pattern) {
		if c := pattern[i]; c < ' ' || c > '~' {
			return nil, p.fail(i, "it holds other than printable ASCII characters")
		}
	}
	if err := p.alternatives(); err != nil {
		return nil, err
	}
	if p.at < len(p.text) {
		return nil, p.fail(p.at, "there is no ( for this )")
	}
	re, err := regexp.Compile(p.out.String())
	if refused, ok := errors.AsType[*syntax.Error](err); ok {
		return nil, p.fail(max(0, strings.Index(p.text, refused.Expr)), refused.Code.String())
	}
	return re, err
}

// A patternParser translates a pattern from ECMAScript to RE2.
type patternParser struct {
	original string // for errors, and to see what lower case did
	text     string // in lower case
	at       int    // of the next character
	depth    int    // of groups
	out      strings.Builder
}

func (p *patternParser) fail(at int, reason string) error {
	return &PatternError{Pattern: p.original, Offset: at, Reason: reason}
}

// peek returns the next character, 0 at the end.
func (p *patternParser) peek() byte {
	if p.at == len(p.text) {
		return 0
	}
	return p.text[p.at]
}

// accept consumes s if it comes next.
func (p *patternParser) accept(s string) bool {
	if !strings.HasPrefix(p.text[p.at:], s) {
		return false
	}
	p.at += len(s)
	return true
}

// alternatives translates up to the end or to the ) of the group.
func (p *patternParser) alternatives() error {
	for {
		for p.at < len(p.text) && p.peek() != '|' && p.peek() != ')' {
			if err := p.term(); err != nil {
				return err
			}
		}
		if !p.accept("|") {
			return nil
		}
		p.out.WriteByte('|')
	}
}

// term translates an assertion, or an atom with its quantifier.
func (p *patternParser) term() error {
	start, repeatable := p.at, true
	switch c := p.text[p.at]; c {
	case '^', '$':
		p.at++
		p.out.WriteByte(c) // the ends of the name, never those of a line
		repeatable = false
	case '.':
		p.at++
		p.out.WriteString(`[^\n\r]`)
	case '(':
		if err := p.group(); err != nil {
			return err
		}
	case '[':
		if err := p.class(); err != nil {
			return err
		}
	case '\\':
		if p.accept(`\b`) && p.original[p.at-1] == 'b' {
			p.out.WriteString(`\b`)
			repeatable = false
			break
		}
		p.at = start
		item, err := p.escape()
		if err != nil {
			return err
		}
		p.out.WriteString("[" + item.inBrackets() + "]")
	case '*', '+', '?', '{':
		return p.fail(start, "there is nothing before it to repeat")
	case ']', '}':
		return p.fail(start, "it must be written \\"+string(c))
	default:
		p.at++
		p.out.WriteString(literal(c))
	}
	at := p.at
	switch repeats, err := p.quantifier(); {
	case err != nil:
		return err
	case repeats && !repeatable:
		return p.fail(at, "what stands before it cannot be repeated")
	case repeats && isQuantifier(p.peek()):
		return p.fail(p.at, "what stands before it is a repetition already")
	}
	return nil
}

// literal returns a pattern that matches c alone.
func literal(c byte) string {
	if c == '_' || isAlphanumeric(c) {
		return string(c)
	}
	return fmt.Sprintf(`\x%02x`, c)
}

func isAlphanumeric(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

// group translates a group. What it captures is of no use.
func (p *patternParser) group() error {
	start := p.at
	p.at++
	if strings.HasPrefix(p.text[p.at:], "?") && !p.accept("?:") {
		return p.fail(start, "of the groups that start with (? only (?: is supported: no lookaheads, flags or names")
	}
	if p.depth++; p.depth > maxPatternDepth {
		return p.fail(start, "groups are nested too deeply")
	}
	p.out.WriteString("(?:")
	if err := p.alternatives(); err != nil {
		return err
	}
	if !p.accept(")") {
		return p.fail(start, "there is no ) for this (")
	}
	p.depth--
	p.out.WriteByte(')')
	return nil
}

func isQuantifier(c byte) bool { return c == '*' || c == '+' || c == '?' || c == '{' }

// quantifier translates a quantifier, if one comes next. Greedy or lazy makes
// no difference to whether a name matches.
func (p *patternParser) quantifier() (bool, error) {
	switch c := p.peek(); c {
	case '*', '+', '?':
		p.at++
		p.out.WriteByte(c)
	case '{':
		if err := p.bounds(); err != nil {
			return false, err
		}
	default:
		return false, nil
	}
	p.accept("?")
	return true, nil
}

// boundsPattern is what RE2 takes for bounds too, and not for plain text.
var boundsPattern = regexp.MustCompile(`^\{(0|[1-9][0-9]*)(,(0|[1-9][0-9]*)?)?\}`)

// bounds translates {n}, {n,} and {n,m}. Whether the numbers make sense is
// RE2's to say.
func (p *patternParser) bounds() error {
	bounds := boundsPattern.FindString(p.text[p.at:])
	if bounds == "" {
		return p.fail(p.at, "repetitions are written {n}, {n,} or {n,m}")
	}
	p.at += len(bounds)
	p.out.WriteString(bounds)
	return nil
}

// An item is a character, or a class of characters in RE2's notation within
// brackets.
type item struct {
	char  byte
	class string // empty: it is a character
}

func (i item) inBrackets() string {
	if i.class != "" {
		return i.class
	}
	return literal(i.char)
}

// escapedClasses are the same in both languages but for \s, to which the
// vertical tab belongs in C++ alone.
var escapedClasses = map[byte]string{'d': `0-9`, 's': `\t-\r `, 'w': `0-9A-Z_a-z`}

var escapedControls = map[byte]byte{'f': '\f', 'n': '\n', 'r': '\r', 't': '\t', 'v': '\v'}

// escape translates a backslash and what belongs to it. C++ takes a letter
// that has no meaning for itself and RE2 has meanings for more of them, so that
// these are refused.
func (p *patternParser) escape() (item, error) {
	start := p.at
	p.at++
	if p.at == len(p.text) {
		return item{}, p.fail(start, "there is nothing behind the backslash")
	}
	c, written := p.text[p.at], p.original[p.at]
	p.at++
	class, isClass := escapedClasses[c]
	control, isControl := escapedControls[c]
	switch {
	case c != written:
		return item{}, p.fail(start, fmt.Sprintf(`patterns are turned to lower case, which makes \%c of \%c`, c, written))
	case isClass:
		return item{class: class}, nil
	case isControl:
		return item{char: control}, nil
	case c == 'x':
		return p.hexadecimal(start)
	case '1' <= c && c <= '9':
		return item{}, p.fail(start, "back-references are not supported")
	case c == 'b': // in brackets
		return item{}, p.fail(start, `\b is a backspace here, and in no name`)
	case c == '0', c == 'c', c == 'u':
		return item{}, p.fail(start, fmt.Sprintf(`\%c depends on the C++ library`, c))
	case isAlphanumeric(c):
		return item{}, p.fail(start, fmt.Sprintf(`\%c is the letter %[1]c to C++, and something else elsewhere`, c))
	}
	return item{char: c}, nil
}

// hexadecimal translates the digits of \xHH, an ASCII character.
func (p *patternParser) hexadecimal(start int) (item, error) {
	digits := p.text[p.at:min(p.at+2, len(p.text))]
	n, err := strconv.ParseUint(digits, 16, 7)
	if err != nil || len(digits) < 2 {
		return item{}, p.fail(start, `\x is not followed by the two digits of an ASCII character`)
	}
	p.at += len(digits)
	return item{char: byte(n)}, nil
}

// class translates a class in brackets.
func (p *patternParser) class() error {
	start := p.at
	p.at++
	p.out.WriteByte('[')
	if p.accept("^") {
		p.out.WriteByte('^')
	}
	if p.peek() == ']' {
		return p.fail(start, `a class cannot be empty, and ] in it must be written \]`)
	}
	for first := true; !p.accept("]"); first = false {
		at := p.at
		if p.peek() == '-' && !first && !strings.HasPrefix(p.text[p.at:], "-]") {
			return p.fail(p.at, `- between others must be written \-`)
		}
		low, err := p.classItem()
		if err != nil {
			return err
		}
		if p.peek() != '-' || strings.HasPrefix(p.text[p.at:], "-]") {
			p.out.WriteString(low.inBrackets())
			continue
		}
		p.at++
		high, err := p.classItem()
		switch {
		case err != nil:
			return err
		case low.class != "" || high.class != "":
			return p.fail(at, "a class cannot be an end of a range")
		case low.char > high.char:
			return p.fail(at, "the ends of the range, in lower case, are in the wrong order")
		}
		p.out.WriteString(literal(low.char) + "-" + literal(high.char))
	}
	p.out.WriteByte(']')
	return nil
}

// namedClasses are those that both languages have between [: and :].
var namedClasses = []string{
	"alnum", "alpha", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space", "upper", "xdigit",
}

// classItem reads one character or class of a class in brackets.
func (p *patternParser) classItem() (item, error) {
	start := p.at
	switch {
	case p.at == len(p.text):
		return item{}, p.fail(start, "there is no ] for the [ before it")
	case p.peek() == '\\':
		return p.escape()
	case p.accept("[:"):
		name, _, found := strings.Cut(p.text[p.at:], ":]")
		if !found || !slices.Contains(namedClasses, name) {
			return item{}, p.fail(start, "there is no such class; there are "+strings.Join(namedClasses, ", "))
		}
		p.at += len(name) + len(":]")
		return item{class: "[:" + name + ":]"}, nil
	case p.accept("[."), p.accept("[="):
		return item{}, p.fail(start, "collating elements are not supported")
	}
	p.at++
	return item{char: p.text[start]}, nil
}
