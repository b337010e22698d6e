package jinja

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// An Origin says whom a piece of text comes from. What origins but that of the
// template stand for is the caller's choice.
type Origin uint32

// FromTemplate is the origin of what the template itself spells.
const FromTemplate Origin = 0

// A Run is a stretch of text of one origin.
type Run struct {
	End    int // where it ends; it starts where the run before it ends
	Origin Origin
}

// A mark is the start of a run. It says nothing of the end, so that a text can
// be continued without a change to its marks.
type mark struct {
	start  int
	origin Origin
}

// A Str is a string of which every byte has an origin. It is immutable.
type Str struct {
	s      string
	origin Origin       // of all of s, where there are no marks
	marks  []mark       // at least two, the first at 0; neighbours differ in origin
	markup bool         // a Markup of Python: joined to another string, it escapes that
	acc    *accumulator // what s stands in, or nil; see accumulate
}

// NewStr returns s as coming from one origin.
func NewStr(s string, origin Origin) *Str { return &Str{s: s, origin: origin} }

// String returns the text.
func (x *Str) String() string { return x.s }

// Runs returns the runs of the text, in order.
func (x *Str) Runs() []Run {
	switch {
	case x.s == "":
		return nil
	case x.marks == nil:
		return []Run{{len(x.s), x.origin}}
	}
	runs := make([]Run, len(x.marks))
	for i, m := range x.marks {
		runs[i] = Run{x.runEnd(i), m.origin}
	}
	return runs
}

// runEnd returns where the run of mark i ends.
func (x *Str) runEnd(i int) int {
	if i+1 < len(x.marks) {
		return x.marks[i+1].start
	}
	return len(x.s)
}

var emptyStr = &Str{}

func lit(s string) *Str { return &Str{s: s} }

// runAt returns the index of the mark whose run byte i belongs to.
func (x *Str) runAt(i int) int {
	after, _ := slices.BinarySearchFunc(x.marks, i+1, func(m mark, start int) int { return m.start - start })
	return after - 1
}

// originAt returns the origin of byte i.
func (x *Str) originAt(i int) Origin {
	if x.marks == nil {
		return x.origin
	}
	return x.marks[x.runAt(i)].origin
}

// slice returns the bytes from start to end.
func (x *Str) slice(start, end int) *Str {
	switch {
	case start >= end:
		return &Str{markup: x.markup}
	case start == 0 && end == len(x.s):
		return x
	}
	y := &Str{s: x.s[start:end], origin: x.origin, markup: x.markup}
	if x.marks == nil {
		return y
	}
	first, last := x.runAt(start), x.runAt(end-1)
	if first == last {
		y.origin = x.marks[first].origin
		return y
	}
	y.marks = make([]mark, 0, last-first+1)
	for _, m := range x.marks[first : last+1] {
		y.marks = append(y.marks, mark{max(m.start-start, 0), m.origin})
	}
	return y
}

// plain returns x without Markup.
func (x *Str) plain() *Str {
	if !x.markup {
		return x
	}
	y := *x
	y.markup = false
	return &y
}

// asMarkup returns x as a Markup.
func (x *Str) asMarkup() *Str {
	if x.markup {
		return x
	}
	y := *x
	y.markup = true
	return &y
}

// A builder puts strings together, at the cost of the run that it works for.
type builder struct {
	it    *interp
	buf   []byte
	marks []mark
	most  int // bytes; 0: what the budget allows
}

// leastBuffer is the size of a builder's first buffer.
const leastBuffer = 64

// reserve makes room for n more bytes, and pays for it.
func (b *builder) reserve(n int) {
	if n <= cap(b.buf)-len(b.buf) {
		return
	}
	if n > b.it.memory {
		b.it.alloc(n) // which fails
	}
	size := max(2*cap(b.buf), len(b.buf)+n, leastBuffer)
	b.it.alloc(size)
	b.buf = append(make([]byte, 0, size), b.buf...)
}

// add appends text of one origin.
func (b *builder) add(s string, origin Origin) {
	if s == "" {
		return
	}
	b.reserve(len(s))
	b.it.step(1 + len(s)>>6)
	b.marks = b.it.mark(b.marks, len(b.buf), origin)
	b.buf = append(b.buf, s...)
	if b.most > 0 && len(b.buf) > b.most {
		b.it.fail(ErrLimit, "the result is too long")
	}
}

// mark adds the start of a run to marks, unless the run before it goes on.
func (it *interp) mark(marks []mark, start int, origin Origin) []mark {
	if n := len(marks); n > 0 && marks[n-1].origin == origin {
		return marks
	}
	it.alloc(4 * elementBytes) // since it grows by a quarter
	return append(marks, mark{start, origin})
}

// addStr appends a string with its origins.
func (b *builder) addStr(x *Str) { b.addPart(x, 0, len(x.s)) }

// addPart appends the bytes of x from start to end.
func (b *builder) addPart(x *Str, start, end int) {
	if x.marks == nil {
		b.add(x.s[start:end], x.origin)
		return
	}
	if start >= end {
		return
	}
	for i := x.runAt(start); start < end; i++ {
		stop := min(x.runEnd(i), end)
		b.add(x.s[start:stop], x.marks[i].origin)
		start = stop
	}
}

// str returns what has been put together. The builder must not be used further:
// another one takes its memory.
func (b *builder) str() *Str {
	it := b.it
	it.alloc(objectBytes + len(b.buf))
	x := &Str{s: string(b.buf)}
	switch len(b.marks) {
	case 0:
	case 1:
		x.origin = b.marks[0].origin
	default:
		it.allocTimes(len(b.marks), elementBytes)
		x.marks = slices.Clone(b.marks)
	}
	b.buf, b.marks, b.most = b.buf[:0], b.marks[:0], 0
	it.builders = append(it.builders, b)
	return x
}

// newBuilder returns an empty builder.
func (it *interp) newBuilder() *builder {
	if n := len(it.builders); n > 0 {
		b := it.builders[n-1]
		it.builders = it.builders[:n-1]
		return b
	}
	return &builder{it: it}
}

// concat returns x and then y.
func (it *interp) concat(x, y *Str) *Str {
	switch {
	case x.s == "" && !y.markup:
		return y
	case y.s == "" && !x.markup:
		return x
	case len(x.s) >= longStr:
		return it.accumulate(x, y)
	}
	b := it.newBuilder()
	b.addStr(x)
	b.addStr(y)
	return b.str()
}

// An accumulator holds a string that is continued again and again, as templates
// do that put the prompt together in a variable. A string whose bytes are all of
// the accumulator's is continued in place, so that the whole costs no more than
// its length, and not the square of it.
type accumulator struct {
	text  strings.Builder
	marks []mark
}

// longStr is the length from which strings are continued in place.
const longStr = 1 << 10

// accumulate returns x and then y.
func (it *interp) accumulate(x, y *Str) *Str {
	acc := x.acc
	if acc == nil || acc.text.Len() != len(x.s) {
		acc = &accumulator{}
		it.reserve(&acc.text, len(x.s)+len(y.s))
		acc.append(it, x)
	}
	it.reserve(&acc.text, len(y.s))
	acc.append(it, y)
	z := &Str{s: acc.text.String(), origin: acc.marks[0].origin, acc: acc}
	if len(acc.marks) > 1 {
		z.marks = acc.marks
	}
	return z
}

// reserve makes room for n more bytes, and pays for it.
func (it *interp) reserve(text *strings.Builder, n int) {
	if n > text.Cap()-text.Len() {
		it.alloc(2*text.Cap() + n) // as Grow does it
		text.Grow(n)
	}
}

func (acc *accumulator) append(it *interp, x *Str) {
	it.alloc(objectBytes)
	it.step(len(x.s) >> 6)
	base := acc.text.Len()
	acc.text.WriteString(x.s)
	if x.marks == nil {
		acc.marks = it.mark(acc.marks, base, x.origin)
	}
	for _, m := range x.marks {
		acc.marks = it.mark(acc.marks, base+m.start, m.origin)
	}
}

// repeat returns x n times.
func (it *interp) repeat(x *Str, n int) *Str {
	if n <= 0 || x.s == "" {
		return &Str{markup: x.markup}
	}
	if n == 1 {
		return x
	}
	it.alloc(objectBytes)
	it.allocTimes(n, len(x.s))
	if x.marks == nil {
		return &Str{s: strings.Repeat(x.s, n), origin: x.origin, markup: x.markup}
	}
	b := it.newBuilder()
	for range n {
		b.addStr(x)
	}
	y := b.str()
	y.markup = x.markup
	return y
}

// isASCII reports whether bytes are characters.
func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// chars returns the number of characters.
func (x *Str) chars() int { return utf8.RuneCountInString(x.s) }

// chars returns the number of characters, and pays for counting them.
func (it *interp) chars(x *Str) int {
	it.work(len(x.s))
	return x.chars()
}

// byteOffsets returns where the characters of s start, and its length behind
// them; nil where bytes are characters.
func (it *interp) byteOffsets(s string) []int {
	if isASCII(s) {
		it.work(len(s))
		return nil
	}
	it.allocTimes(len(s)+1, 8)
	offsets := make([]int, 0, len(s)+1)
	for i := range s {
		offsets = append(offsets, i)
	}
	return append(offsets, len(s))
}
