package jinja

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// digits returns how many bytes of s are digits of a base, with single
// underscores between them.
func digits(s string, is func(byte) bool) int {
	n := 0
	for n < len(s) && (is(s[n]) || s[n] == '_' && n > 0 && s[n-1] != '_' && n+1 < len(s) && is(s[n+1])) {
		n++
	}
	return n
}

// numberLiteral reads an integer or a float.
func (l *lexer) numberLiteral() {
	rest := l.source[l.pos:]
	n, kind := floatLength(rest), tokenFloat
	if n == 0 || l.pos > 0 && l.source[l.pos-1] == '.' {
		n, kind = integerLength(rest), tokenInteger
	}
	l.emit(kind, l.pos, strings.ReplaceAll(rest[:n], "_", ""))
	l.pos += n
}

// floatLength returns the length of the float that s starts with, 0 if with
// none.
func floatLength(s string) int {
	n := digits(s, isDigit)
	fraction := 0
	if n < len(s) && s[n] == '.' {
		if d := digits(s[n+1:], isDigit); d > 0 {
			fraction = 1 + d
		}
	}
	end := n + fraction
	if end < len(s) && s[end]|0x20 == 'e' {
		e := end + 1
		if e < len(s) && (s[e] == '+' || s[e] == '-') {
			e++
		}
		if d := digits(s[e:], isDigit); d > 0 {
			return e + d
		}
	}
	if fraction == 0 {
		return 0
	}
	return end
}

// integerLength returns the length of the integer that s starts with.
func integerLength(s string) int {
	if s[0] != '0' {
		return digits(s, isDigit)
	}
	if len(s) > 2 {
		var is func(byte) bool
		switch s[1] | 0x20 {
		case 'x':
			is = func(c byte) bool { return isDigit(c) || 'a' <= c|0x20 && c|0x20 <= 'f' }
		case 'o':
			is = func(c byte) bool { return '0' <= c && c <= '7' }
		case 'b':
			is = func(c byte) bool { return c == '0' || c == '1' }
		}
		if is != nil {
			body := strings.TrimPrefix(s[2:], "_")
			if n := digits(body, is); n > 0 {
				return len(s) - len(body) + n
			}
		}
	}
	return digits(s, func(c byte) bool { return c == '0' })
}

// stringLiteral reads a string.
func (l *lexer) stringLiteral() {
	quote := l.source[l.pos]
	i := l.pos + 1
	for i < len(l.source) && l.source[i] != quote {
		if l.source[i] == '\\' {
			i++
		}
		i++
	}
	if i >= len(l.source) {
		l.fail(l.pos, "unexpected character ", string(rune(quote)), ": the string does not end")
	}
	l.emit(tokenString, l.pos, l.unescape(l.source[l.pos+1:i]))
	l.pos = i + 1
}

// simpleEscapes are the escapes of one letter.
var simpleEscapes = [256]byte{
	'\\': '\\', '\'': '\'', '"': '"', 'a': '\a', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t', 'v': '\v',
}

// unescape decodes the body of a string the way Jinja does it: what is not
// ASCII becomes an escape of Python first, then all escapes are decoded. So a
// backslash in front of a letter that is not ASCII loses it its meaning, and
// one in front of any other letter that is no escape stays.
func (l *lexer) unescape(body string) string {
	if strings.IndexByte(body, '\\') < 0 {
		return body
	}
	var b strings.Builder
	for i := 0; i < len(body); {
		c := body[i]
		if c != '\\' {
			b.WriteByte(c)
			i++
			continue
		}
		i++
		switch c := body[i]; {
		case c == '\n':
			i++
		case simpleEscapes[c] != 0:
			b.WriteByte(simpleEscapes[c])
			i++
		case '0' <= c && c <= '7':
			n := 1
			for n < 3 && i+n < len(body) && '0' <= body[i+n] && body[i+n] <= '7' {
				n++
			}
			r, _ := strconv.ParseUint(body[i:i+n], 8, 32)
			b.WriteRune(rune(r))
			i += n
		case c == 'x':
			i += l.unescapeHex(&b, body[i:], 2)
		case c == 'u':
			i += l.unescapeHex(&b, body[i:], 4)
		case c == 'U':
			i += l.unescapeHex(&b, body[i:], 8)
		case c == 'N':
			l.unsupported(l.pos, `\N escapes, of characters by name`)
		case c >= utf8.RuneSelf:
			r, n := utf8.DecodeRuneInString(body[i:])
			b.WriteString(`\` + backslashReplaced(r))
			i += n
		default:
			b.WriteByte('\\')
		}
	}
	return b.String()
}

// backslashReplaced returns a character as Python's backslashreplace does,
// without the backslash.
func backslashReplaced(r rune) string {
	switch {
	case r < 0x100:
		return "x" + hex(r, 2)
	case r < 0x10000:
		return "u" + hex(r, 4)
	}
	return "U" + hex(r, 8)
}

// unescapeHex decodes an escape of so many digits behind a letter, and returns
// how many bytes that took.
func (l *lexer) unescapeHex(b *strings.Builder, s string, count int) int {
	if len(s) > count {
		if r, err := strconv.ParseUint(s[1:1+count], 16, 32); err == nil && r <= utf8.MaxRune {
			if 0xd800 <= r && r < 0xe000 {
				l.unsupported(l.pos, "surrogates in strings")
			}
			b.WriteRune(rune(r))
			return 1 + count
		}
	}
	l.fail(l.pos, "truncated or invalid \\", s[:1], " escape")
	return 0
}
