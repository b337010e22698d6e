package onig

import (
	"strconv"
	"strings"
)

// maxEmitted is how long a pattern for regexp2 may become.
const maxEmitted = 1 << 18

// An emitter writes a tree as a pattern for regexp2 in its default mode, that of
// .NET without options.
type emitter struct {
	out      strings.Builder
	alphabet *alphabet
	keep     int               // the group that stands for \K
	sets     map[setKey]string // as they have been written
}

// emit writes n, which expand has returned.
func (e *emitter) emit(n *node) {
	if e.out.Len() > maxEmitted {
		return
	}
	switch n.op {
	case opEmpty:
	case opLiteral:
		for _, r := range n.runes {
			writeRune(&e.out, e.alphabet.symbol(r))
		}
	case opSet:
		e.set(n.set)
	case opConcat:
		for _, sub := range n.subs {
			if sub.op == opAlternate {
				e.wrap("(?:", sub)
			} else {
				e.emit(sub)
			}
		}
	case opAlternate:
		for i, sub := range n.subs {
			if i > 0 {
				e.out.WriteByte('|')
			}
			e.emit(sub)
		}
	case opRepeat:
		e.repeat(n)
	case opCapture:
		e.wrap("(?<"+strconv.Itoa(n.group)+">", n.subs[0])
	case opAtomic:
		e.wrap("(?>", n.subs[0])
	case opAhead:
		e.wrap("(?=", n.subs[0])
	case opNotAhead:
		e.wrap("(?!", n.subs[0])
	case opBehind:
		e.wrap("(?<=", n.subs[0])
	case opNotBehind:
		e.wrap("(?<!", n.subs[0])
	case opBackref:
		e.out.WriteString("(?>")
		for i, g := range n.groups {
			if i > 0 {
				e.out.WriteByte('|')
			}
			e.out.WriteString(`\k<` + strconv.Itoa(g) + ">")
		}
		e.out.WriteByte(')')
	case opKeep:
		e.out.WriteString("(?<" + strconv.Itoa(e.keep) + ">)")
	case opLineStart:
		// Not at the end of the text, where a newline before it begins no line.
		e.out.WriteString(`(?m:^)(?!(?<=\n)\z)`)
	case opLineEnd:
		e.out.WriteString("(?m:$)")
	case opTextStart:
		e.out.WriteString(`\A`)
	case opTextEnd:
		e.out.WriteString(`\z`)
	case opTextEndNewline:
		e.out.WriteString(`\Z`)
	case opSearchStart:
		e.out.WriteString(`\G`)
	case opBoundary:
		e.boundary(n.set, "(?<!", "(?=", "(?<=", "(?!")
	case opNotBoundary:
		e.boundary(n.set, "(?<=", "(?=", "(?<!", "(?!")
	}
}

// boundary writes two alternatives of what is before and after.
func (e *emitter) boundary(s set, before, after, orBefore, orAfter string) {
	for _, part := range []string{"(?:" + before, ")" + after, ")|" + orBefore, ")" + orAfter} {
		e.out.WriteString(part)
		e.set(s)
	}
	e.out.WriteString("))")
}

// wrap writes n in a group that opening begins.
func (e *emitter) wrap(opening string, n *node) {
	e.out.WriteString(opening)
	e.emit(n)
	e.out.WriteByte(')')
}

func (e *emitter) repeat(n *node) {
	switch body := n.subs[0]; {
	case body.op == opSet || body.op == opLiteral && len(body.runes) == 1:
		e.emit(body)
	case body.op == opAtomic:
		// regexp2 takes (?:(?>a+))* for (?>a*), unless something stands between the two: here, what fails never.
		e.wrap("(?:(?!(?!))", body)
	default:
		e.wrap("(?:", body)
	}
	switch {
	case n.lower == 0 && n.upper == infinite:
		e.out.WriteByte('*')
	case n.lower == 1 && n.upper == infinite:
		e.out.WriteByte('+')
	case n.lower == 0 && n.upper == 1:
		e.out.WriteByte('?')
	case n.upper == infinite:
		e.out.WriteString("{" + strconv.Itoa(n.lower) + ",}")
	default:
		e.out.WriteString("{" + strconv.Itoa(n.lower) + "," + strconv.Itoa(n.upper) + "}")
	}
	if n.lazy {
		e.out.WriteByte('?')
	}
}

// set writes one character of s.
func (e *emitter) set(s set) {
	text, ok := e.sets[s.key()]
	if !ok {
		text = e.setText(s)
		e.sets[s.key()] = text
	}
	e.out.WriteString(text)
}

func (e *emitter) setText(s set) string {
	in, all := e.alphabet.write(s), e.alphabet.write(everything)
	if len(in) == 0 {
		return "(?!)"
	}
	if compareSets(in, all) == 0 {
		return "(?s:.)"
	}
	var b strings.Builder
	if r, ok := in.single(); ok {
		writeRune(&b, r)
		return b.String()
	}
	// Write the shorter of the set and its opposite.
	b.WriteByte('[')
	if out := in.not().and(all); len(out) < len(in) {
		b.WriteByte('^')
		in = out
	}
	for _, r := range in {
		writeRune(&b, r.Lo)
		if r.Hi > r.Lo {
			b.WriteByte('-')
			writeRune(&b, r.Hi)
		}
	}
	b.WriteByte(']')
	return b.String()
}

// writeRune writes a character so that it stands for itself, in brackets and
// outside.
func writeRune(b *strings.Builder, r rune) {
	const hex = "0123456789abcdef"
	if isAlphanumeric(r) || r >= 0x80 {
		b.WriteRune(r)
		return
	}
	b.WriteString(`\x`)
	b.WriteByte(hex[r>>4])
	b.WriteByte(hex[r&15])
}
