package onig

import (
	"unicode/utf8"

	"github.com/nibble-go/nibble/tokenize/internal/ucd"
)

// escapedRunes returns what an escape that begins with c stands for, c having
// been read: one character, or several for \x{41 42}. Bytes that are written as
// numbers and belong together make one character.
func (p *parser) escapedRunes(c rune) ([]rune, error) {
	start := p.pos - utf8.RuneLen(c)
	switch c {
	case 'x', 'o':
		if p.peek() == '{' {
			runes, err := p.braced(c, false)
			if len(runes) == 0 && err == nil {
				return []rune{c}, nil
			}
			return runes, err
		}
		if c == 'o' || p.peek() == eof {
			return []rune{c}, nil
		}
		fallthrough
	case '0', '1', '2', '3', '4', '5', '6', '7':
		p.pos = start
		r, err := p.rawCharacter()
		return []rune{r}, err
	case 'u':
		if p.peek() == eof {
			return []rune{c}, nil
		}
		r, err := p.hex4()
		return []rune{r}, err
	}
	r, err := p.control(c)
	return []rune{r}, err
}

// hex4 reads the four digits of \u.
func (p *parser) hex4() (rune, error) {
	n, digits := p.number(16, 4)
	if digits < 4 {
		return 0, p.syntax(p.pos, "\\u needs four hexadecimal digits")
	}
	return codePoint(n), nil
}

// codePoint returns the character of a number, never if it has none.
func codePoint(n uint32) rune {
	if n > ucd.MaxRune || 0xd800 <= n && n <= 0xdfff {
		return never
	}
	return rune(n)
}

// number reads up to most digits of a base.
func (p *parser) number(base uint32, most int) (n uint32, digits int) {
	for ; digits < most; digits++ {
		d := digit(p.peek())
		if d >= base {
			break
		}
		n = n*base + d
		p.pos++
	}
	return n, digits
}

func digit(c rune) uint32 {
	switch {
	case '0' <= c && c <= '9':
		return uint32(c - '0')
	case 'a' <= c && c <= 'f':
		return uint32(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return uint32(c-'A') + 10
	}
	return 16
}

// A dash in the result of braced stands between the ends of a range.
const dash rune = -2

// braced reads the numbers of \x{...} or \o{...}, separated by blanks, and in
// brackets also ranges of them. It reads and returns nothing if what is in the
// braces does not begin with a digit.
func (p *parser) braced(c rune, class bool) ([]rune, error) {
	start := p.pos
	p.take()
	base, most := uint32(16), 8
	if c == 'o' {
		base, most = 8, 11
	}
	if digit(p.peek()) >= base {
		if digit(p.peek()) < 10 {
			return nil, p.syntax(start, "malformed number of a character")
		}
		p.pos = start
		return nil, nil
	}
	var runes []rune
	for {
		n, digits := p.number(base, most)
		if digits == 0 || digit(p.peek()) < base || n > 0x1fffff {
			return nil, p.syntax(start, "malformed number of a character")
		}
		runes = append(runes, rune(n))
		blank := false
		for p.peek() == ' ' || p.peek() == '\n' {
			p.take()
			blank = true
		}
		switch {
		case p.peek() == '}' && !blank:
			p.take()
			if !class {
				for i, r := range runes {
					runes[i] = codePoint(uint32(r))
				}
			}
			return runes, nil
		case class && p.accept("-"):
			runes = append(runes, dash)
			for p.peek() == ' ' || p.peek() == '\n' {
				p.take()
			}
		case !blank:
			return nil, p.syntax(start, "malformed number of a character")
		}
	}
}

// rawCharacter reads bytes that are written as \xHH or all as \OOO, as many as
// the first of them says that the character has. A byte above 0x7f that begins
// no character is one that no text has.
func (p *parser) rawCharacter() (rune, error) {
	start := p.pos
	var buf [utf8.UTFMax]byte
	n, octal, err := p.rawByte()
	if err != nil {
		return 0, err
	}
	buf[0] = n
	size := sequenceLength(n)
	for i := 1; i < size; i++ {
		if !p.accept(`\`) {
			return 0, p.syntax(start, "incomplete character")
		}
		if c := p.peek(); octal && (c < '0' || '7' < c) || !octal && c != 'x' {
			return 0, p.syntax(start, "incomplete character")
		}
		if buf[i], _, err = p.rawByte(); err != nil {
			return 0, err
		}
	}
	if size == 1 {
		if n >= utf8.RuneSelf {
			return never, nil
		}
		return rune(n), nil
	}
	r, got := utf8.DecodeRune(buf[:size])
	if got != size {
		return 0, p.syntax(start, "malformed character")
	}
	return r, nil
}

// rawByte reads xHH with up to two digits, or up to three octal digits.
func (p *parser) rawByte() (b byte, octal bool, err error) {
	start := p.pos
	if p.accept("x") {
		n, _ := p.number(16, 2)
		return byte(n), false, nil
	}
	n, _ := p.number(8, 3)
	if n > 0xff {
		return 0, true, p.unsupported(start, "a byte above \\377")
	}
	return byte(n), true, nil
}

// sequenceLength is the number of bytes of a character that begins with b.
func sequenceLength(b byte) int {
	switch {
	case b < 0xc2 || 0xf4 < b:
		return 1
	case b < 0xe0:
		return 2
	case b < 0xf0:
		return 3
	}
	return 4
}

// control returns the character of an escape that is no number: \t, \cA, \C-a,
// \M-a, or any other character, which stands for itself.
func (p *parser) control(c rune) (rune, error) {
	start := p.pos
	switch c {
	case 't':
		return '\t', nil
	case 'n':
		return '\n', nil
	case 'r':
		return '\r', nil
	case 'f':
		return '\f', nil
	case 'v':
		return '\v', nil
	case 'a':
		return '\a', nil
	case 'e':
		return 0x1b, nil
	case 'M', 'C':
		if !p.accept("-") {
			return 0, p.syntax(start, "\\"+string(c)+" without a dash")
		}
	case 'c':
	default:
		return c, nil
	}
	r := p.take()
	switch {
	case r == eof:
		return 0, p.syntax(start, "incomplete escape")
	case r == '?' && c != 'M':
		return 0x7f, nil
	case r == '\\':
		next := p.take()
		if next == eof {
			return 0, p.syntax(start, "incomplete escape")
		}
		if p.nested++; p.nested > maxDepth {
			return 0, p.unsupported(start, "nesting deeper than nibble allows")
		}
		var err error
		r, err = p.control(next)
		p.nested--
		if err != nil {
			return 0, err
		}
	}
	if c == 'M' {
		return never, nil // a byte above 0x7f
	}
	if r &= 0x9f; r >= utf8.RuneSelf {
		return never, nil
	}
	return r, nil
}
