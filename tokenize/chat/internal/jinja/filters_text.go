package jinja

import (
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// isWordRune is \w of Python's re.
func isWordRune(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsNumber(r) }

// titleWords is the filter title: a capital behind white space, hyphens and
// opening brackets, small letters elsewhere.
func (it *interp) titleWords(s *Str) *Str {
	starts := true
	return it.mapRunes(s, func(i int, r rune) string {
		if isSpace(r) || strings.ContainsRune("-({[<", r) {
			starts = true
			return string(r)
		}
		if starts {
			starts = false
			return upperRune(r)
		}
		return lowerRune(s.s, i, r)
	})
}

func indent(it *interp, x Value, a []Value) Value {
	s, ok := x.(*Str)
	if !ok {
		if u, ok := x.(*Undefined); ok {
			it.failUndefined(u)
		}
		it.fail(ErrType, "unsupported operand type(s) for +=: '", typeName(x), "' and 'str'")
	}
	by, isStr := a[0].(*Str)
	if !isStr {
		width := it.optionalInt(a[0], 4)
		by = it.repeat(lit(" "), width)
	}
	lines := it.splitLines(s, true)
	if n := len(lines); n == 0 || endsLine(lines[n-1].(*Str)) {
		lines = append(lines, emptyStr) // behind the last newline
	}
	b := it.newBuilder()
	for i, v := range lines {
		line := v.(*Str)
		text := line.slice(0, len(strings.TrimRightFunc(line.s, isLineEnd)))
		if i == 0 && flag(a[1]) || i > 0 && (text.s != "" || flag(a[2])) {
			b.addStr(by)
		}
		b.addStr(text)
		if endsLine(line) {
			b.add("\n", line.originAt(len(line.s)-1))
		}
	}
	indented := b.str()
	indented.markup = s.markup
	return indented
}

// endsLine reports whether a line has its newline.
func endsLine(line *Str) bool {
	r, _ := utf8.DecodeLastRuneInString(line.s)
	return line.s != "" && isLineEnd(r)
}

func truncateText(it *interp, x Value, a []Value) Value {
	end := lit("...")
	if a[2] != nil {
		end = it.wantStr(a[2])
	}
	length, leeway := it.optionalInt(a[0], 255), 5
	if given(a[3]) {
		leeway = it.wantInt(a[3])
	}
	if length < it.chars(end) || leeway < 0 {
		it.fail(ErrValue, "expected length >= ", itoa(end.chars()), " and leeway >= 0")
	}
	if it.length(x) <= length+leeway {
		return x
	}
	s := it.wantStr(x)
	cut := it.sliceStr(s, int64(0), int64(length-end.chars()), None{}).(*Str)
	if !flag(a[1]) {
		if i := strings.LastIndexByte(cut.s, ' '); i >= 0 {
			cut = cut.slice(0, i)
		}
	}
	return it.addStrings(cut, end)
}

func fileSize(it *interp, x Value, a []Value) Value {
	size := it.float(x)
	it.payDigits(size)
	base, prefixes := 1000.0, [...]string{"kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"}
	if flag(a[0]) {
		base, prefixes = 1024, [...]string{"KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"}
	}
	switch {
	case size == 1:
		return lit("1 Byte")
	case size < base:
		return lit(it.formatInt(it.truncate(size)) + " Bytes")
	}
	unit := base
	for i, prefix := range prefixes {
		unit *= base
		if size < unit || i == len(prefixes)-1 {
			return lit(strconv.FormatFloat(base*size/unit, 'f', 1, 64) + " " + prefix)
		}
	}
	return nil
}

func urlEncode(it *interp, x Value, _ []Value) Value {
	if s, ok := x.(*Str); ok || !iterable(x) {
		if !ok {
			s = it.str(x)
		}
		return it.urlQuote(s, "/")
	}
	pairs := x
	if d, ok := x.(*Dict); ok {
		pairs = it.items(d)
	}
	b := it.newBuilder()
	for i, v := range it.list(pairs) {
		pair := it.list(v)
		if len(pair) != 2 {
			it.fail(ErrValue, "not a pair to unpack")
		}
		if i > 0 {
			b.add("&", FromTemplate)
		}
		b.addStr(it.formQuote(it.str(pair[0])))
		b.add("=", FromTemplate)
		b.addStr(it.formQuote(it.str(pair[1])))
	}
	return b.str()
}

// formQuote quotes for a query, where a space is a plus.
func (it *interp) formQuote(s *Str) *Str {
	return it.replace(it.urlQuote(s, ""), lit("%20"), lit("+"), -1)
}

// urlQuote writes bytes that URLs do not have as %XX.
func (it *interp) urlQuote(s *Str, safe string) *Str {
	const digits = "0123456789ABCDEF"
	it.work(len(s.s))
	b := it.newBuilder()
	done := 0
	for i := range len(s.s) {
		c := s.s[i]
		if isLetter(c) || isDigit(c) || strings.IndexByte("_.-~", c) >= 0 || strings.IndexByte(safe, c) >= 0 {
			continue
		}
		b.addPart(s, done, i)
		b.add("%"+digits[c>>4:c>>4+1]+digits[c&15:c&15+1], s.originAt(i))
		done = i + 1
	}
	b.addPart(s, done, len(s.s))
	return b.str()
}

// numberFilters count.
var numberFilters = []builtin{
	{name: "int", params: params("default base"), fn: func(it *interp, x Value, a []Value) Value {
		if v := it.toInt(x, it.optionalInt(a[1], 10)); v != nil {
			return v
		}
		if a[0] == nil {
			return int64(0)
		}
		return a[0]
	}},
	{name: "float", params: params("default"), fn: func(it *interp, x Value, a []Value) Value {
		if f, ok := it.parseNumber(x); ok {
			return f
		}
		if a[0] == nil {
			return 0.0
		}
		return a[0]
	}},
	{name: "abs", fn: func(it *interp, x Value, _ []Value) Value {
		n, ok := number(x)
		if !ok {
			it.fail(ErrType, "bad operand type for abs(): '", typeName(x), "'")
		}
		if f, isFloat := n.(float64); isFloat {
			return math.Abs(f)
		}
		if it.ordered(opLt, n, int64(0)) {
			return it.unary(opNeg, n)
		}
		return n
	}},
	{name: "round", params: params("precision method"), fn: round},
	{name: "sum", params: params("attribute start"), fn: func(it *interp, x Value, a []Value) Value {
		total := Value(int64(0))
		if a[1] != nil {
			total = a[1]
		}
		if _, ok := total.(*Str); ok {
			it.fail(ErrType, "sum() can't sum strings [use ''.join(seq) instead]")
		}
		get := it.attributeGetter(a[0], nil)
		for items := it.iter(x); ; {
			it.step(1)
			v, ok := items.next()
			if !ok {
				return total
			}
			total = it.binary(opAdd, total, get(v))
		}
	}},
}

// float is Python's float(), which fails for what is no number.
func (it *interp) float(v Value) float64 {
	f, ok := it.parseNumber(v)
	if !ok {
		it.fail(ErrValue, "could not convert to float: ", quote(it.str(v).s))
	}
	return f
}

// floatSteps is the price of reading a float: that of those near 0 takes long,
// however short they are.
const floatSteps = 300

// parseNumber is float() of a number or of the text of one.
func (it *interp) parseNumber(v Value) (float64, bool) {
	if n, ok := number(v); ok {
		return it.toFloat(n), true
	}
	switch v := v.(type) {
	case *Undefined:
		it.failUndefined(v)
	case *Str:
		it.step(floatSteps)
		it.work(len(v.s))
		return parseFloat(asciiDigits(v.s))
	}
	return 0, false
}

// parseFloat reads a float as Python writes it: no hexadecimal ones, and
// underscores only between digits.
func parseFloat(s string) (float64, bool) {
	for i := range len(s) {
		switch c := s[i]; {
		case c == '_' && (i == 0 || i+1 == len(s) || !isDigit(s[i-1]) || !isDigit(s[i+1])):
			return 0, false
		case c|0x20 == 'x', c|0x20 == 'p':
			return 0, false
		}
	}
	f, err := strconv.ParseFloat(strings.ReplaceAll(s, "_", ""), 64)
	if err != nil && !math.IsInf(f, 0) {
		return 0, false
	}
	return f, true
}

// toInt is int() of a number or of the text of one, nil for anything else.
func (it *interp) toInt(v Value, base int) Value {
	if s, ok := v.(*Str); ok {
		if n := it.parseInt(s.s, base); n != nil {
			return n
		}
	}
	if n, ok := number(v); ok && isInteger(n) {
		return n
	}
	f, ok := it.parseNumber(v)
	if !ok || math.IsNaN(f) {
		return nil
	}
	return it.truncate(f)
}

// asciiDigits takes the white space off the ends of a number, and writes its
// digits in ASCII: Python reads those of all scripts.
func asciiDigits(s string) string {
	s = strings.TrimFunc(s, isSpace)
	if isASCII(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if r < utf8.RuneSelf || !unicode.IsDigit(r) {
			return r
		}
		zero := r
		for unicode.IsDigit(zero-1) && zero > r-9 {
			zero--
		}
		return '0' + r - zero
	}, s)
}

// parseInt reads an integer, nil if it is none.
func (it *interp) parseInt(s string, base int) Value {
	it.work(len(s))
	s = asciiDigits(s)
	negative := strings.HasPrefix(s, "-")
	if negative || strings.HasPrefix(s, "+") {
		s = s[1:]
	}
	if len(s) > 1 && s[0] == '0' {
		prefixes := map[byte]int{'x': 16, 'o': 8, 'b': 2}
		if p := prefixes[s[1]|0x20]; p != 0 && (base == p || base == 0) {
			base = p
			s = strings.TrimPrefix(s[2:], "_")
		} else if base == 0 && strings.Trim(s, "0_") != "" {
			return nil
		}
	}
	if base == 0 {
		base = 10
	}
	if base < 2 || base > 36 || s == "" || s[0] == '+' || s[0] == '-' || len(s) > maxDigits {
		return nil
	}
	if strings.HasPrefix(s, "_") || strings.HasSuffix(s, "_") || strings.Contains(s, "__") {
		return nil
	}
	it.step(len(s))
	n, ok := new(big.Int).SetString(strings.ReplaceAll(s, "_", ""), base)
	if !ok {
		return nil
	}
	if negative {
		n.Neg(n)
	}
	return it.normal(n)
}

func round(it *interp, x Value, a []Value) Value {
	method := "common"
	if a[1] != nil {
		method = it.wantStr(a[1]).s
	}
	precision := it.optionalInt(a[0], 0)
	n, ok := number(x)
	switch {
	case method != "common" && method != "ceil" && method != "floor":
		it.fail(ErrValue, "method must be common, ceil or floor")
	case !ok:
		it.fail(ErrType, "type ", typeName(x), " doesn't define __round__ method")
	case method == "common":
		return it.roundCommon(n, precision)
	}
	scale := it.binary(opPow, int64(10), int64(precision))
	f := it.toFloat(it.binary(opMul, n, scale))
	if method == "ceil" {
		f = math.Ceil(f)
	} else {
		f = math.Floor(f)
	}
	return it.binary(opDiv, it.truncate(f), scale)
}

// roundCommon is Python's round(): halves go to the even neighbour.
func (it *interp) roundCommon(n Value, precision int) Value {
	f, isFloat := n.(float64)
	switch {
	case !isFloat && precision >= 0:
		return n
	case !isFloat:
		if precision < -maxDigits {
			return int64(0)
		}
		unit := it.bigArithmetic(opPow, big.NewInt(10), big.NewInt(int64(-precision)))
		quotient := it.arithmetic(opFloorDiv, n, unit)
		rest := it.arithmetic(opMul, it.arithmetic(opSub, n, it.arithmetic(opMul, quotient, unit)), int64(2))
		c, _ := it.compareNumbers(rest, unit)
		if c > 0 || c == 0 && it.equal(it.arithmetic(opMod, quotient, int64(2)), int64(1)) {
			quotient = it.arithmetic(opAdd, quotient, int64(1))
		}
		return it.arithmetic(opMul, quotient, unit)
	case math.IsInf(f, 0) || math.IsNaN(f) || precision > 323:
		return f
	case precision >= 0:
		it.payDigits(f)
		rounded, _ := strconv.ParseFloat(strconv.FormatFloat(f, 'f', precision, 64), 64)
		return rounded
	case precision < -308:
		return math.Copysign(0, f)
	}
	unit := math.Pow(10, float64(-precision))
	return math.RoundToEven(f/unit) * unit
}

// markupFilters make Markup, and take it apart.
var markupFilters = []builtin{
	{name: "safe", fn: func(it *interp, x Value, _ []Value) Value {
		return it.str(x).asMarkup()
	}},
	{name: "escape/e", fn: func(it *interp, x Value, _ []Value) Value { return it.escape(it.str(x)) }},
	{name: "forceescape", fn: func(it *interp, x Value, _ []Value) Value { return it.escape(it.str(x).plain()) }},
	{name: "striptags", fn: func(it *interp, x Value, _ []Value) Value { return it.stripTags(it.str(x).plain()) }},
	{name: "xmlattr", params: params("autospace"), fn: xmlattr},
}

func xmlattr(it *interp, x Value, a []Value) Value {
	d, ok := x.(*Dict)
	if !ok {
		if u, ok := x.(*Undefined); ok {
			it.failUndefined(u)
		}
		it.fail(ErrType, "'", typeName(x), "' object has no attribute 'items'")
	}
	b := it.newBuilder()
	for _, e := range d.entries {
		if _, none := e.value.(None); none || isUndefined(e.value) {
			continue
		}
		name := it.wantStr(e.name)
		if strings.ContainsAny(name.s, " \t\n\r\f\v/>=") { // as in Debian's 3.1.2, since CVE-2024-34064
			it.fail(ErrValue, "invalid character in attribute name: ", quote(name.s))
		}
		if len(b.buf) > 0 || a[0] == nil || truth(a[0]) {
			b.add(" ", FromTemplate)
		}
		b.addStr(it.escape(name))
		b.add(`="`, FromTemplate)
		b.addStr(it.escape(it.str(e.value)))
		b.add(`"`, FromTemplate)
	}
	return b.str()
}

// stripTags takes comments and tags out, makes one space of white space, and
// decodes the entities that escape makes.
func (it *interp) stripTags(s *Str) Value {
	it.work(len(s.s))
	for _, pair := range [][2]string{{"<!--", "-->"}, {"<", ">"}} {
		b := it.newBuilder()
		done := 0
		for {
			i := strings.Index(s.s[done:], pair[0])
			if i < 0 {
				break
			}
			j := strings.Index(s.s[done+i:], pair[1])
			if j < 0 {
				break
			}
			b.addPart(s, done, done+i)
			done += i + j + len(pair[1])
		}
		b.addPart(s, done, len(s.s))
		s = b.str()
	}
	s = it.joinStrings(lit(" "), it.split(s, nil, nil, false), it.wantItem)
	for _, pair := range [][2]string{{"&lt;", "<"}, {"&gt;", ">"}, {"&#34;", `"`}, {"&quot;", `"`}, {"&#39;", "'"}, {"&amp;", "&"}} {
		s = it.replace(s, lit(pair[0]), lit(pair[1]), -1)
	}
	return s
}
