package jinja

import (
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A percentFormatter is the % operator of strings.
type percentFormatter struct {
	it      *interp
	format  *Str
	i       int // bytes of format that have been read
	items   []Value
	used    int
	mapping Value // nil: there is none
}

// percentFormat is format % v.
func (it *interp) percentFormat(format *Str, v Value) Value {
	it.work(len(format.s))
	f := &percentFormatter{it: it, format: format}
	switch v := v.(type) {
	case *Tuple:
		f.items = v.items
	case *groupTuple:
		f.items = v.items
	default:
		f.items = []Value{v}
		switch v.(type) {
		case *Dict, *List, *Undefined, *span:
			f.mapping = v
		}
	}
	b := it.newBuilder()
	s := format.s
	for f.i < len(s) {
		n := strings.IndexByte(s[f.i:], '%')
		if n < 0 {
			b.addPart(format, f.i, len(s))
			break
		}
		b.addPart(format, f.i, f.i+n)
		f.i += n + 1
		b.addStr(f.conversion())
	}
	if f.used < len(f.items) && f.mapping == nil {
		it.fail(ErrType, "not all arguments converted during string formatting")
	}
	text := b.str()
	text.markup = format.markup
	return text
}

// peek returns the next byte of the format.
func (f *percentFormatter) peek() byte {
	if f.i >= len(f.format.s) {
		f.it.fail(ErrValue, "incomplete format")
	}
	return f.format.s[f.i]
}

func (f *percentFormatter) argument() Value {
	if f.used >= len(f.items) {
		f.it.fail(ErrType, "not enough arguments for format string")
	}
	f.used++
	return f.items[f.used-1]
}

// number reads a width or precision: digits, or * for the next argument.
func (f *percentFormatter) number() int {
	if f.peek() == '*' {
		f.i++
		return f.it.wantInt(f.argument())
	}
	start := f.i
	for isDigit(f.peek()) {
		f.i++
	}
	if start == f.i {
		return 0
	}
	n, err := strconv.Atoi(f.format.s[start:f.i])
	if err != nil || n > maxWidth {
		f.it.fail(ErrLimit, "width too big")
	}
	return n
}

// conversion reads what stands behind a % and formats it.
func (f *percentFormatter) conversion() *Str {
	it := f.it
	it.alloc(objectBytes)
	p := spec{precision: -1, align: '>'}
	var v Value
	if f.peek() == '(' {
		v = f.member()
	}
	left, zero := false, false
	for {
		c := f.peek()
		switch c {
		case '-':
			left = true
		case '0':
			zero = true
		case '#':
			p.alternate = true
		case '+':
			p.sign = '+'
		case ' ':
			if p.sign == 0 {
				p.sign = ' '
			}
		}
		if strings.IndexByte("-0#+ ", c) < 0 {
			break
		}
		f.i++
	}
	if p.width = f.number(); p.width < 0 {
		left, p.width = true, -p.width
	}
	if f.peek() == '.' {
		f.i++
		p.precision = max(0, f.number())
	}
	if strings.IndexByte("hlL", f.peek()) >= 0 {
		f.i++
	}
	p.verb = f.peek()
	f.i++
	if p.verb == '%' {
		return lit("%")
	}
	if left {
		p.align = '<'
	} else if zero {
		p.align, p.fill = '=', "0"
	}
	if v == nil {
		v = f.argument()
	}
	it.allocTimes(1, max(0, p.precision))
	return f.convert(p, v)
}

// member reads the (name) of a conversion and returns the value of that name.
func (f *percentFormatter) member() Value {
	it := f.it
	if f.mapping == nil {
		it.fail(ErrType, "format requires a mapping")
	}
	start, level := f.i+1, 0
	for {
		switch f.peek() {
		case '(':
			level++
		case ')':
			level--
		}
		f.i++
		if level == 0 {
			break
		}
	}
	key := f.format.slice(start, f.i-1)
	if u, ok := f.mapping.(*Undefined); ok {
		it.failUndefined(u)
	}
	d, ok := f.mapping.(*Dict)
	if !ok {
		it.fail(ErrType, typeName(f.mapping), " indices must be integers or slices, not str")
	}
	v, ok := d.Lookup(key.s)
	if !ok {
		it.fail(ErrValue, "key error: ", quote(key.s))
	}
	f.used = len(f.items)
	return v
}

func (f *percentFormatter) convert(p spec, v Value) *Str {
	it := f.it
	text := func(s *Str) *Str {
		if p.align == '=' {
			p.align, p.fill = '>', ""
		}
		return it.formatStr(p, s)
	}
	switch p.verb {
	case 's':
		return text(f.escaped(it.str(v)))
	case 'r':
		return text(f.escaped(it.repr(v)))
	case 'a':
		return text(f.escaped(it.asciiRepr(v)))
	case 'c':
		if f.format.markup {
			it.fail(ErrType, "%c requires int or char")
		}
		p.precision = -1
		if s, ok := v.(*Str); ok && it.chars(s) == 1 {
			return text(s)
		}
		if r, ok := integer(v); ok && 0 <= r && r <= utf8.MaxRune {
			return text(lit(string(rune(r))))
		}
		it.fail(ErrType, "%c requires int or char")
	}
	n, ok := number(v)
	switch {
	case strings.IndexByte("eEfFgGdiuoxX", p.verb) < 0:
		it.fail(ErrValue, "unsupported format character '", string(rune(p.verb)), "'")
	case strings.IndexByte("eEfFgG", p.verb) >= 0:
		if !ok {
			it.fail(ErrType, "must be real number, not ", typeName(v))
		}
		digits, negative := it.floatDigits(it.toFloat(n), p)
		return it.layout(p, "", digits, negative)
	case !ok:
		it.fail(ErrType, "%", string(rune(p.verb)), " format: a number is required, not ", typeName(v))
	}
	if x, isFloat := n.(float64); isFloat {
		if strings.IndexByte("oxX", p.verb) >= 0 {
			it.fail(ErrType, "%", string(rune(p.verb)), " format: an integer is required, not float")
		}
		n = it.truncate(x)
	}
	base, prefix := 10, ""
	switch p.verb {
	case 'o':
		base, prefix = 8, "0o"
	case 'x', 'X':
		base, prefix = 16, "0"+string(rune(p.verb))
	}
	it.formatInt(n) // pays, and bounds the digits
	digits := new(big.Int).Abs(toBig(n)).Text(base)
	if p.verb == 'X' {
		digits = strings.ToUpper(digits)
	}
	if !p.alternate {
		prefix = ""
	}
	if missing := p.precision - len(digits); missing > 0 {
		digits = strings.Repeat("0", missing) + digits
	}
	return it.layout(p, prefix, digits, toBig(n).Sign() < 0)
}

// escaped returns what stands for a value, escaped where the format is a Markup.
func (f *percentFormatter) escaped(s *Str) *Str {
	if f.format.markup {
		return f.it.escape(s)
	}
	return s
}

// truncate is Python's int() of a float.
func (it *interp) truncate(f float64) Value {
	if math.IsNaN(f) {
		it.fail(ErrValue, "cannot convert float NaN to integer")
	}
	if math.IsInf(f, 0) {
		it.fail(ErrLimit, "cannot convert float infinity to integer")
	}
	if math.Abs(f) < 1<<62 {
		return int64(f)
	}
	n, _ := new(big.Float).SetFloat64(f).Int(nil)
	return it.normal(n)
}
