package jinja

import (
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A spec is how a value is formatted: the mini-language of Python's format(),
// to which the % operator comes down as well.
type spec struct {
	fill      string // one character; "": as the type has it
	align     byte   // < > = ^; 0: as the type has it
	sign      byte   // + - or space; 0: -
	alternate bool
	width     int
	grouping  byte // , or _; 0: none
	precision int  // -1: not given
	verb      byte // 0: not given
}

// maxWidth bounds widths and precisions, beyond which memory pays in any case.
const maxWidth = 1 << 20

// parseSpec reads a format specification.
func (it *interp) parseSpec(s string) spec {
	p := spec{precision: -1}
	bad := func() { it.fail(ErrValue, "invalid format specifier ", quote(s)) }
	rest := s
	if _, n := utf8.DecodeRuneInString(rest); len(rest) > n && strings.IndexByte("<>=^", rest[n]) >= 0 {
		p.fill, p.align, rest = rest[:n], rest[n], rest[n+1:]
	} else if rest != "" && strings.IndexByte("<>=^", rest[0]) >= 0 {
		p.align, rest = rest[0], rest[1:]
	}
	take := func(set string) byte {
		if rest != "" && strings.IndexByte(set, rest[0]) >= 0 {
			c := rest[0]
			rest = rest[1:]
			return c
		}
		return 0
	}
	count := func() int {
		n := 0
		for n < len(rest) && isDigit(rest[n]) {
			n++
		}
		v, err := strconv.Atoi(rest[:n])
		if err != nil || v > maxWidth {
			it.fail(ErrLimit, "too many decimal digits in format string")
		}
		rest = rest[n:]
		return v
	}
	p.sign = take("+- ")
	p.alternate = take("#") != 0
	if take("0") != 0 && p.fill == "" {
		p.fill = "0"
		if p.align == 0 {
			p.align = '='
		}
	}
	if rest != "" && isDigit(rest[0]) {
		p.width = count()
	}
	p.grouping = take(",_")
	if take(".") != 0 {
		if rest == "" || !isDigit(rest[0]) {
			it.fail(ErrValue, "format specifier missing precision")
		}
		p.precision = count()
	}
	if len(rest) > 1 {
		bad()
	}
	if rest != "" {
		p.verb = rest[0]
	}
	return p
}

// formatValue is Python's format().
func (it *interp) formatValue(v Value, text *Str) *Str {
	if text.s == "" {
		return it.str(v)
	}
	unknown := func(p spec) {
		it.fail(ErrValue, "unknown format code '", string(rune(p.verb)), "' for object of type '", typeName(v), "'")
	}
	switch n := v.(type) {
	case *Str:
		p := it.parseSpec(text.s)
		if p.verb != 0 && p.verb != 's' {
			unknown(p)
		}
		if p.sign != 0 || p.align == '=' && p.fill != "0" || p.grouping != 0 || p.alternate {
			it.fail(ErrValue, "not allowed in string format specifier: ", quote(text.s))
		}
		if p.align == '=' { // from a leading 0
			p.align = '<'
		}
		return it.formatStr(p, n)
	case bool, int64, *big.Int, float64:
		p := it.parseSpec(text.s)
		x, _ := number(n)
		s, ok := it.formatNumber(p, x)
		if !ok {
			unknown(p)
		}
		return s
	}
	it.fail(ErrType, "unsupported format string passed to ", typeName(v), ".__format__")
	return nil
}

// formatStr cuts a string to the precision and fills it up to the width.
func (it *interp) formatStr(p spec, s *Str) *Str {
	if p.precision >= 0 {
		s = it.sliceStr(s, int64(0), int64(p.precision), None{}).(*Str)
	}
	fill := lit(" ")
	if p.fill != "" {
		fill = lit(p.fill)
	}
	switch p.align {
	case '>', '=':
		return it.padded(s, p.width, fill, padLeft)
	case '^':
		return it.centered(s, p.width, fill)
	}
	return it.padded(s, p.width, fill, padRight)
}

// centered centers as format() does: the odd one goes to the right.
func (it *interp) centered(s *Str, width int, fill *Str) *Str {
	n := max(0, width-it.chars(s))
	return it.padded(it.padded(s, s.chars()+n/2, fill, padLeft), width, fill, padRight)
}

// formatNumber formats a number; ok is false for a verb that it does not know.
func (it *interp) formatNumber(p spec, v Value) (text *Str, ok bool) {
	f, isFloat := v.(float64)
	switch {
	case strings.IndexByte("eEfFgG%", p.verb) >= 0 && p.verb != 0:
		if !isFloat {
			f = it.toFloat(v)
		}
		isFloat = true
	case isFloat && p.verb != 0 && p.verb != 'n':
		return nil, false
	case !isFloat && p.verb == 'c':
		r, _ := integer(v)
		if r < 0 || r > utf8.MaxRune {
			it.fail(ErrLimit, "%c arg not in range(0x110000)")
		}
		return it.formatStr(p, lit(string(rune(r)))), true
	case !isFloat && p.precision >= 0:
		it.fail(ErrValue, "precision not allowed in integer format specifier")
	}
	if isFloat {
		it.alloc(max(0, p.precision))
		digits, negative := it.floatDigits(f, p)
		return it.layout(p, "", digits, negative), true
	}
	it.alloc(4 * bitLen(v))
	var prefix, digits string
	switch n := new(big.Int).Abs(toBig(v)); p.verb {
	case 0, 'd', 'n':
		it.formatInt(v) // pays, and bounds the digits
		digits = n.Text(10)
	case 'b':
		prefix, digits = "0b", n.Text(2)
	case 'o':
		prefix, digits = "0o", n.Text(8)
	case 'x':
		prefix, digits = "0x", n.Text(16)
	case 'X':
		prefix, digits = "0X", strings.ToUpper(n.Text(16))
	default:
		return nil, false
	}
	if !p.alternate {
		prefix = ""
	}
	return it.layout(p, prefix, digits, toBig(v).Sign() < 0), true
}

// payDigits pays for writing a float with a given number of digits. The further
// it is from 1, the more there are to work out.
func (it *interp) payDigits(f float64) {
	_, exponent := math.Frexp(f)
	exponent = max(exponent, -exponent)
	it.alloc(objectBytes + exponent)
	it.step(exponent >> 2)
}

// floatDigits returns a float without its sign.
func (it *interp) floatDigits(f float64, p spec) (digits string, negative bool) {
	it.payDigits(f)
	negative = math.Signbit(f) && !math.IsNaN(f)
	f = math.Abs(f)
	verb, precision := p.verb|0x20, p.precision
	switch {
	case math.IsInf(f, 0):
		digits = "inf"
	case math.IsNaN(f):
		digits = "nan"
	case p.verb == 0 && precision < 0:
		digits = formatFloat(f)
	case p.verb == 0, verb == 'g', p.verb == 'n':
		digits = generalFloat(f, precision, p.alternate, p.verb == 0)
	case p.verb == '%':
		digits = strconv.FormatFloat(f*100, 'f', orSix(precision), 64)
	default:
		digits = strconv.FormatFloat(f, verb, orSix(precision), 64)
		if p.alternate && precision == 0 {
			digits += "."
		}
	}
	if 'A' <= p.verb && p.verb <= 'Z' {
		digits = strings.ToUpper(digits)
	}
	if p.verb == '%' {
		digits += "%"
	}
	return digits, negative
}

func orSix(precision int) int {
	if precision < 0 {
		return 6
	}
	return precision
}

// generalFloat is %g: so many significant digits, with an exponent where that
// is shorter. fraction: a float without a verb keeps one digit behind the point.
func generalFloat(f float64, precision int, alternate, fraction bool) string {
	precision = max(1, orSix(precision))
	s := strconv.FormatFloat(f, 'e', precision-1, 64)
	mantissa, e, _ := strings.Cut(s, "e")
	exponent, _ := strconv.Atoi(e)
	limit := precision
	if fraction {
		limit--
	}
	if exponent < -4 || exponent >= limit && (exponent >= precision || fraction) {
		if !alternate && strings.Contains(mantissa, ".") {
			mantissa = strings.TrimRight(strings.TrimRight(mantissa, "0"), ".")
		}
		return mantissa + "e" + e
	}
	s = strconv.FormatFloat(f, 'f', precision-1-exponent, 64)
	if !alternate && strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	if fraction && !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}

// layout puts sign, prefix and digits together, and fills up to the width.
func (it *interp) layout(p spec, prefix, digits string, negative bool) *Str {
	sign := ""
	switch {
	case negative:
		sign = "-"
	case p.sign == '+', p.sign == ' ':
		sign = string(rune(p.sign))
	}
	head := sign + prefix
	if p.grouping != 0 {
		least := 0
		if p.align == '=' && p.fill == "0" {
			least = p.width - len(head)
		}
		it.allocTimes(2, len(digits)+max(0, least))
		digits = grouped(digits, string(rune(p.grouping)), groupSize(p.verb), least)
	}
	if p.align == '=' {
		fill := p.fill
		if fill == "" {
			fill = " "
		}
		n := max(0, p.width-utf8.RuneCountInString(head+digits))
		it.allocTimes(n, len(fill))
		return lit(head + strings.Repeat(fill, n) + digits)
	}
	if p.align == 0 {
		p.align = '>'
	}
	p.precision = -1
	return it.formatStr(p, lit(head+digits))
}

func groupSize(verb byte) int {
	if verb != 0 && strings.IndexByte("boxX", verb) >= 0 {
		return 4
	}
	return 3
}

// grouped puts separators between the digits in front of the point, and zeros
// in front of them until there are at least so many characters.
func grouped(digits, separator string, size, least int) string {
	n := 0
	for n < len(digits) && (isDigit(digits[n]) || size == 4) {
		n++
	}
	whole, rest := digits[:n], digits[n:]
	for {
		var b strings.Builder
		for i := range len(whole) {
			if i > 0 && (len(whole)-i)%size == 0 {
				b.WriteString(separator)
			}
			b.WriteByte(whole[i])
		}
		if b.Len()+len(rest) >= least {
			return b.String() + rest
		}
		whole = strings.Repeat("0", max(1, (least-b.Len()-len(rest))*size/(size+1))) + whole
	}
}

// format is str.format: text with fields in braces.
func (it *interp) format(s *Str, items []Value, named func(string) Value) *Str {
	f := &formatter{it: it, items: items, named: named, markup: s.markup}
	formatted := *f.run(s, 2)
	formatted.markup = s.markup
	return &formatted
}

type formatter struct {
	it    *interp
	items []Value
	named func(string) Value
	next  int  // the number of the next field without one
	auto  bool // there was a field without a number
	fixed bool // there was one with a number

	markup bool // the format is a Markup, which escapes its fields
}

// run formats a text whose fields may be nested so deep.
func (f *formatter) run(s *Str, depth int) *Str {
	it := f.it
	if depth == 0 {
		it.fail(ErrValue, "max string recursion exceeded")
	}
	b := it.newBuilder()
	text := s.s
	it.work(len(text))
	for i := 0; i < len(text); {
		brace := strings.IndexAny(text[i:], "{}")
		if brace < 0 {
			b.addPart(s, i, len(text))
			break
		}
		b.addPart(s, i, i+brace)
		i += brace
		if i+1 < len(text) && text[i+1] == text[i] {
			b.addPart(s, i, i+1)
			i += 2
			continue
		}
		if text[i] == '}' {
			it.fail(ErrValue, "single '}' encountered in format string")
		}
		end := f.fieldEnd(text, i+1)
		b.addStr(f.field(s.slice(i+1, end), depth))
		i = end + 1
	}
	return b.str()
}

// fieldEnd returns where the field ends that starts at i. Braces count, but not
// within the brackets of an item.
func (f *formatter) fieldEnd(text string, i int) int {
	level, inName, inBrackets := 1, true, false
	for ; i < len(text); i++ {
		switch c := text[i]; {
		case inBrackets:
			inBrackets = c != ']'
		case c == '[':
			inBrackets = inName
		case c == ':' || c == '!':
			inName = false
		case c == '{':
			level++
		case c == '}':
			if level--; level == 0 {
				return i
			}
		}
	}
	f.it.fail(ErrValue, "expected '}' before end of string")
	return 0
}

// field formats a field: name!conversion:spec.
func (f *formatter) field(field *Str, depth int) *Str {
	it := f.it
	text := field.s
	end := len(text)
	inBrackets := false
	for i := range len(text) {
		switch c := text[i]; {
		case c == '[':
			inBrackets = true
		case c == ']':
			inBrackets = false
		case (c == '!' || c == ':') && !inBrackets && i < end:
			end = i
		}
	}
	v := f.value(text[:end])
	rest := text[end:]
	if strings.HasPrefix(rest, "!") {
		if len(rest) < 2 || len(rest) > 2 && rest[2] != ':' {
			it.fail(ErrValue, "expected ':' after conversion specifier")
		}
		switch rest[1] {
		case 's':
			v = it.str(v)
		case 'r':
			v = it.repr(v)
		case 'a':
			v = it.asciiRepr(v)
		default:
			it.fail(ErrValue, "unknown conversion specifier ", string(rune(rest[1])))
		}
		rest = rest[2:]
	}
	format := emptyStr
	if strings.HasPrefix(rest, ":") {
		format = f.run(field.slice(len(text)-len(rest)+1, len(text)), depth-1)
	}
	if !f.markup {
		return it.formatValue(v, format)
	}
	if s, ok := v.(*Str); ok && s.markup && format.s != "" {
		it.fail(ErrValue, "unsupported format specification for Markup")
	}
	return it.escape(it.formatValue(v, format))
}

// value returns what the name of a field means: an argument, and attributes and
// items of it.
func (f *formatter) value(name string) Value {
	it := f.it
	n := strings.IndexAny(name, ".[")
	if n < 0 {
		n = len(name)
	}
	v := f.argument(name[:n])
	for rest := name[n:]; rest != ""; {
		it.step(1)
		if rest[0] == '.' {
			end := strings.IndexAny(rest[1:], ".[") + 1
			if end == 0 {
				end = len(rest)
			}
			if end == 1 {
				it.fail(ErrValue, "empty attribute in format string")
			}
			v = it.getAttr(v, lit(rest[1:end]))
			rest = rest[end:]
			continue
		}
		end := strings.IndexByte(rest, ']')
		if rest[0] != '[' || end < 2 {
			it.fail(ErrValue, "only '.' or '[' may follow ']' in format field specifier")
		}
		key := Value(lit(rest[1:end]))
		if i, err := strconv.ParseInt(rest[1:end], 10, 64); err == nil && isDigit(rest[1]) {
			key = i
		}
		v = it.getItem(v, key)
		rest = rest[end+1:]
	}
	return v
}

func (f *formatter) argument(name string) Value {
	it := f.it
	i, err := strconv.Atoi(name)
	if name != "" && (err != nil || !isDigit(name[0])) {
		v := f.named(name)
		if v == nil {
			it.fail(ErrValue, "key error: ", quote(name))
		}
		return v
	}
	if name == "" {
		f.auto = true
		i = f.next
		f.next++
	} else {
		f.fixed = true
	}
	if f.auto && f.fixed {
		it.fail(ErrValue, "cannot mix automatic field numbering and manual field specification")
	}
	if i >= len(f.items) {
		it.fail(ErrValue, "replacement index ", itoa(i), " out of range for positional args tuple")
	}
	return f.items[i]
}

// asciiRepr is Python's ascii().
func (it *interp) asciiRepr(v Value) *Str {
	return it.mapRunes(it.repr(v), func(_ int, r rune) string {
		if r < utf8.RuneSelf {
			return string(r)
		}
		return `\` + backslashReplaced(r)
	})
}
