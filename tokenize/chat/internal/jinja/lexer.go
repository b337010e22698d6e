package jinja

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A lexer cuts a template into tokens, with the environment's settings of Hugging
// Face: trim_blocks takes the newline behind a tag, lstrip_blocks the white
// space between the start of a line and a tag.
type lexer struct {
	name   string
	source string
	pos    int
	tokens []token

	lineStart bool   // a line starts at pos: what matched before ends with a newline
	brackets  []byte // the closing ones that are due
}

// normalizeNewlines makes \n of \r\n and \r.
func normalizeNewlines(s string) string {
	if strings.IndexByte(s, '\r') < 0 {
		return s
	}
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
}

// lex returns the tokens of a source without carriage returns, the last of
// which is tokenEOF.
func lex(name, source string) (tokens []token, err error) {
	defer recoverFailure(&err)
	l := &lexer{name: name, source: source, lineStart: true}
	for l.pos < len(l.source) {
		l.data()
	}
	l.emit(tokenEOF, len(source), "")
	return l.tokens, nil
}

func (l *lexer) fail(at int, parts ...string) {
	panic(failure{newError(l.name, l.source, at, ErrSyntax, strings.Join(parts, ""))})
}

func (l *lexer) unsupported(at int, what string) {
	panic(failure{newError(l.name, l.source, at, ErrUnsupported, what)})
}

func (l *lexer) emit(kind tokenKind, at int, text string) {
	l.tokens = append(l.tokens, token{kind, at, text})
}

// data reads up to the next tag, and the tag.
func (l *lexer) data() {
	start := l.pos
	tag := l.nextTag(start)
	if tag < 0 {
		l.emit(tokenData, start, l.source[start:])
		l.pos = len(l.source)
		return
	}
	sign := l.sign(tag + 2)
	l.emitStripped(start, tag, sign, l.source[tag+1] == '{')
	l.pos = tag + 2 + len(sign)
	l.lineStart = false
	switch l.source[tag+1] {
	case '#':
		l.comment(tag)
	case '{':
		l.emit(tokenVariableBegin, tag, "")
		l.code(tokenVariableEnd)
	default:
		if end, ok := l.rawTag(tag, "raw"); ok {
			l.raw(tag, end)
			return
		}
		l.emit(tokenBlockBegin, tag, "")
		l.code(tokenBlockEnd)
	}
}

// nextTag returns where the next tag begins, or -1.
func (l *lexer) nextTag(from int) int {
	for {
		i := strings.IndexByte(l.source[from:], '{')
		if i < 0 || from+i+1 >= len(l.source) {
			return -1
		}
		from += i
		switch l.source[from+1] {
		case '{', '%', '#':
			return from
		}
		from++
	}
}

// sign returns the - or + at pos, or "".
func (l *lexer) sign(pos int) string {
	if pos < len(l.source) && (l.source[pos] == '-' || l.source[pos] == '+') {
		return l.source[pos : pos+1]
	}
	return ""
}

// emitStripped emits the data in front of a tag, without the white space that
// the tag takes.
func (l *lexer) emitStripped(start, end int, sign string, variable bool) {
	text := l.source[start:end]
	switch {
	case sign == "-":
		text = strings.TrimRightFunc(text, isSpace)
	case sign != "+" && !variable:
		line := strings.LastIndexByte(text, '\n') + 1
		if (line > 0 || l.lineStart) && strings.TrimLeftFunc(text[line:], isSpace) == "" {
			text = text[:line]
		}
	}
	if text != "" {
		l.emit(tokenData, start, text)
	}
}

// comment passes over a comment.
func (l *lexer) comment(tag int) {
	i := strings.Index(l.source[l.pos:], "#}")
	if i < 0 {
		l.fail(tag, "Missing end of comment tag")
	}
	end := l.pos + i
	sign := byte(0)
	if i > 0 {
		sign = l.source[end-1]
	}
	l.endTag(end+2, sign, true)
}

// endTag moves behind a tag that ends at pos, and the white space that it
// takes. trim: a newline, where no sign says otherwise.
func (l *lexer) endTag(pos int, sign byte, trim bool) {
	switch {
	case sign == '-':
		pos = len(l.source) - len(strings.TrimLeftFunc(l.source[pos:], isSpace))
	case sign != '+' && trim && pos < len(l.source) && l.source[pos] == '\n':
		pos++
	}
	l.pos = pos
	l.lineStart = l.source[pos-1] == '\n'
}

// rawTag returns where the %} of a tag of only that word begins, with its sign.
func (l *lexer) rawTag(tag int, word string) (end int, ok bool) {
	pos := tag + 2
	if pos < len(l.source) && (l.source[pos] == '-' || l.source[pos] == '+') {
		pos++
	}
	rest := strings.TrimLeftFunc(l.source[pos:], isSpace)
	rest, ok = strings.CutPrefix(rest, word)
	if !ok {
		return 0, false
	}
	rest = strings.TrimLeftFunc(rest, isSpace)
	end = len(l.source) - len(rest)
	switch {
	case strings.HasPrefix(rest, "%}"):
		return end, true
	case strings.HasPrefix(rest, "-%}"), word == "endraw" && strings.HasPrefix(rest, "+%}"):
		return end + 1, true
	}
	return 0, false
}

// raw reads a raw block, whose opening tag has its %} at end.
func (l *lexer) raw(tag, end int) {
	l.endTag(end+2, l.source[end-1], false)
	start := l.pos
	for from := start; ; {
		i := strings.Index(l.source[from:], "{%")
		if i < 0 {
			l.fail(tag, "Missing end of raw directive")
		}
		from += i
		if end, ok := l.rawTag(from, "endraw"); ok {
			sign := ""
			if c := l.source[from+2]; c == '-' || c == '+' {
				sign = l.source[from+2 : from+3]
			}
			l.emitStripped(start, from, sign, false)
			l.endTag(end+2, l.source[end-1], true)
			return
		}
		from += 2
	}
}

// isSpace is white space as Python's str.isspace and \s have it.
func isSpace(r rune) bool {
	return unicode.IsSpace(r) || 0x1c <= r && r <= 0x1f
}

// code reads tokens up to the end of a tag.
func (l *lexer) code(end tokenKind) {
	l.brackets = l.brackets[:0]
	for {
		l.pos = len(l.source) - len(strings.TrimLeftFunc(l.source[l.pos:], isSpace))
		rest := l.source[l.pos:]
		if rest == "" {
			// Jinja lets the parser find out.
			return
		}
		if len(l.brackets) == 0 && l.tagEnds(rest, end) {
			return
		}
		switch c := rest[0]; {
		case c == '"' || c == '\'':
			l.stringLiteral()
		case isDigit(c):
			l.numberLiteral()
		case c == '_' || c >= utf8.RuneSelf || isLetter(c):
			l.word()
		default:
			l.operator()
		}
	}
}

// tagEnds reads the end of a tag, if it stands there.
func (l *lexer) tagEnds(rest string, end tokenKind) bool {
	closing := "}}"
	if end == tokenBlockEnd {
		closing = "%}"
	}
	at, sign := l.pos, byte(0)
	if c := rest[0]; c == '-' || c == '+' && end == tokenBlockEnd {
		sign, rest = c, rest[1:]
	}
	if !strings.HasPrefix(rest, closing) {
		return false
	}
	l.emit(end, at, "")
	l.endTag(len(l.source)-len(rest)+2, sign, end == tokenBlockEnd)
	return true
}

func isDigit(c byte) bool  { return '0' <= c && c <= '9' }
func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// word reads a name.
func (l *lexer) word() {
	rest := l.source[l.pos:]
	n := strings.IndexFunc(rest, func(r rune) bool {
		return r != '_' && !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.Is(unicode.Mn, r) && !unicode.Is(unicode.Mc, r)
	})
	if n < 0 {
		n = len(rest)
	}
	if r, _ := utf8.DecodeRuneInString(rest); n == 0 || r != '_' && !unicode.IsLetter(r) && !unicode.Is(unicode.Nl, r) {
		l.fail(l.pos, "unexpected character ", quote(string(r)))
	}
	l.emit(tokenName, l.pos, rest[:n])
	l.pos += n
}

// operators are all of them, the longer first.
var operators = []string{
	"//", "**", "==", "!=", "<=", ">=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{", "}", ">", "<", "=", ".", ":", "|", ",", ";",
}

func (l *lexer) operator() {
	rest := l.source[l.pos:]
	for _, op := range operators {
		if !strings.HasPrefix(rest, op) {
			continue
		}
		switch op {
		case "(":
			l.brackets = append(l.brackets, ')')
		case "[":
			l.brackets = append(l.brackets, ']')
		case "{":
			l.brackets = append(l.brackets, '}')
		case ")", "]", "}":
			n := len(l.brackets)
			if n == 0 {
				l.fail(l.pos, "unexpected '", op, "'")
			}
			if due := l.brackets[n-1]; due != op[0] {
				l.fail(l.pos, "unexpected '", op, "', expected '", string(rune(due)), "'")
			}
			l.brackets = l.brackets[:n-1]
		}
		l.emit(tokenOperator, l.pos, op)
		l.pos += len(op)
		return
	}
	r, _ := utf8.DecodeRuneInString(rest)
	l.fail(l.pos, "unexpected character ", quote(string(r)))
}
