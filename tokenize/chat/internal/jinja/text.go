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

// A Str is a string of which every byte has an origin. It is immutable.
type Str struct {
	s      string
	origin Origin // of all of s, where there are no runs
	runs   []Run  // at least two, together all of s; neighbours differ
	markup bool   // a Markup of Python: joined to another string, it escapes that
}

// NewStr returns s as coming from one origin.
func NewStr(s string, origin Origin) *Str { return &Str{s: s, origin: origin} }

// String returns the text.
func (x *Str) String() string { return x.s }

// Runs returns the runs of the text, in order.
func (x *Str) Runs() []Run {
	switch {
	case x.runs != nil:
		return x.runs
	case x.s == "":
		return nil
	}
	return []Run{{len(x.s), x.origin}}
}

var emptyStr = &Str{}

func lit(s string) *Str { return &Str{s: s} }

// runAt returns the index of the run that byte i belongs to.
func (x *Str) runAt(i int) int {
	lo, hi := 0, len(x.runs)-1
	for lo < hi {
		mid := (lo + hi) / 2
		if x.runs[mid].End > i {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	return lo
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
	if x.runs == nil {
		return y
	}
	first, last := x.runAt(start), x.runAt(end-1)
	if first == last {
		y.origin = x.runs[first].Origin
		return y
	}
	y.origin = FromTemplate
	y.runs = make([]Run, 0, last-first+1)
	for _, r := range x.runs[first : last+1] {
		y.runs = append(y.runs, Run{min(r.End, end) - start, r.Origin})
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

// A builder puts strings together, at the cost of the run that it works for.
type builder struct {
	it   *interp
	buf  []byte
	runs []Run
	most int // bytes; 0: what the budget allows
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
	b.buf = append(b.buf, s...)
	if b.most > 0 && len(b.buf) > b.most {
		b.it.fail(ErrLimit, "the result is too long")
	}
	if n := len(b.runs); n > 0 && b.runs[n-1].Origin == origin {
		b.runs[n-1].End = len(b.buf)
		return
	}
	b.it.alloc(elementBytes)
	b.runs = append(b.runs, Run{len(b.buf), origin})
}

// addStr appends a string with its origins.
func (b *builder) addStr(x *Str) { b.addPart(x, 0, len(x.s)) }

// addPart appends the bytes of x from start to end.
func (b *builder) addPart(x *Str, start, end int) {
	if x.runs == nil {
		b.add(x.s[start:end], x.origin)
		return
	}
	if start >= end {
		return
	}
	for i := x.runAt(start); start < end; i++ {
		stop := min(x.runs[i].End, end)
		b.add(x.s[start:stop], x.runs[i].Origin)
		start = stop
	}
}

// str returns what has been put together. The builder must not be used further:
// another one takes its memory.
func (b *builder) str() *Str {
	it := b.it
	it.alloc(objectBytes + len(b.buf))
	x := &Str{s: string(b.buf)}
	switch len(b.runs) {
	case 0:
	case 1:
		x.origin = b.runs[0].Origin
	default:
		it.allocTimes(len(b.runs), elementBytes)
		x.runs = slices.Clone(b.runs)
	}
	b.buf, b.runs, b.most = b.buf[:0], b.runs[:0], 0
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

// originAt returns the origin of byte i.
func (x *Str) originAt(i int) Origin {
	if x.runs == nil {
		return x.origin
	}
	return x.runs[x.runAt(i)].Origin
}

// concat returns x and then y.
func (it *interp) concat(x, y *Str) *Str {
	switch {
	case x.s == "" && !y.markup:
		return y
	case y.s == "" && !x.markup:
		return x
	}
	if x.runs == nil && y.runs == nil && x.origin == y.origin {
		it.alloc(objectBytes + len(x.s) + len(y.s))
		return &Str{s: x.s + y.s, origin: x.origin}
	}
	b := it.newBuilder()
	b.reserve(len(x.s) + len(y.s))
	b.addStr(x)
	b.addStr(y)
	return b.str()
}

// repeat returns x n times.
func (it *interp) repeat(x *Str, n int) *Str {
	if n <= 0 || x.s == "" {
		return &Str{markup: x.markup}
	}
	if n == 1 {
		return x
	}
	it.allocTimes(n, len(x.s))
	if x.runs == nil {
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
