package onig

import (
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"github.com/dlclark/regexp2/v2"
)

// A Regexp is a compiled pattern, safe for concurrent use.
type Regexp struct {
	engine   *regexp2.Regexp
	alphabet *alphabet
	keep     int  // the group that stands for \K; 0: the pattern has none
	stepwise bool // each search begins where the one before ended, for \G and \K

	base, perMiB time.Duration
}

// Time that a call may take, by default: a moment, and then as long as the
// slowest patterns need for their text.
const (
	defaultBase   = 750 * time.Millisecond
	defaultPerMiB = 2 * time.Second
)

// maxStack is how many integers regexp2 may put on its stack: 64 MiB, enough for
// two million rounds of a group that is repeated.
const maxStack = 1 << 23

// Compile parses a pattern. Errors wrap [ErrSyntax] or [ErrUnsupported].
func Compile(pattern string) (*Regexp, error) { return compile(pattern, true) }

// compile compiles a pattern, with an alphabet if it may have one.
func compile(pattern string, symbols bool) (*Regexp, error) {
	p := parser{src: pattern}
	parsed, err := p.parse()
	if err != nil {
		return nil, err
	}
	re := &Regexp{base: defaultBase, perMiB: defaultPerMiB}
	e := emitter{keep: p.groups + 1, sets: map[setKey]string{}}
	used := map[int]bool{}
	parsed.visit(func(n *node) {
		switch n.op {
		case opBackref:
			for _, g := range n.groups {
				used[g] = true
			}
		case opKeep:
			re.keep, re.stepwise = e.keep, true
		case opSearchStart:
			re.stepwise = true
		}
	})
	root := expand(parsed, used, false)
	if len(used) == 0 && symbols {
		re.alphabet = newAlphabet(collect(root, nil))
		e.alphabet = re.alphabet
	}
	e.emit(root)
	if e.out.Len() > maxEmitted || re.alphabet != nil && re.alphabet.work < 0 {
		return nil, p.unsupported(0, "larger than nibble allows")
	}
	if re.alphabet != nil {
		re.alphabet.finish()
	}
	re.engine, err = regexp2.Compile(e.out.String(), regexp2.OptionMaxBacktrackingStackSize(maxStack))
	if err != nil {
		return nil, p.unsupported(0, err.Error())
	}
	re.engine.MatchTimeout = re.base
	return re, nil
}

// visit calls do with n and all nodes below it.
func (n *node) visit(do func(*node)) {
	do(n)
	for _, sub := range n.subs {
		sub.visit(do)
	}
}

// WithTimeout returns the same pattern with other limits: a call of FindAll may
// take base and, for each MiB of text, perMiB. A search that has begun by then
// may take as long again, and the engine's clock adds up to 200 ms.
func (re *Regexp) WithTimeout(base, perMiB time.Duration) *Regexp {
	other := *re
	other.base, other.perMiB = base, perMiB
	engine := *re.engine
	engine.MatchTimeout = base
	other.engine = &engine
	return &other
}

// FindAll calls do with the offsets of each match in s, from left to right,
// until do returns false. Matches may be empty, but not directly after another
// match. The error is nil or wraps [ErrTimeout]; what was found before it was
// passed on.
func (re *Regexp) FindAll(s string, do func(start, end int) bool) error {
	buf := textPool.Get().(*[]rune)
	if cap(*buf) < len(s) {
		// Most texts have about as many characters as bytes.
		*buf = make([]rune, 0, len(s))
	}
	text := re.alphabet.appendText((*buf)[:0], s)
	*buf = text
	defer textPool.Put(buf)

	f := finder{re: re, engine: re.engine, text: text, at: cursor{s: s}, do: do, last: -1}
	f.at.narrow = len(text) == len(s)
	limit := re.base + time.Duration(len(s)>>10)*(re.perMiB>>10)
	timer := time.AfterFunc(limit, func() { f.late.Store(true) })
	defer timer.Stop()
	f.deadline = time.Now().Add(limit)
	if len(s) >= 1<<20 {
		engine := *re.engine
		engine.MatchTimeout = limit
		f.engine = &engine
	}
	return f.run()
}

var textPool = sync.Pool{New: func() any { return new([]rune) }}

// A finder is one call of FindAll.
type finder struct {
	re       *Regexp
	engine   *regexp2.Regexp
	text     []rune
	at       cursor
	do       func(start, end int) bool
	deadline time.Time

	last    int // where the last match ended, in characters
	matches int
	done    bool
	late    atomic.Bool // the deadline has passed
	found   bool        // stepwise: the last search found something
	next    int         // stepwise: where the next search begins
}

func (f *finder) run() error {
	if !f.re.stepwise {
		if err := f.engine.FindRunesMatches(f.text, 0, f.match); err != nil || f.late.Load() {
			return ErrTimeout
		}
		return nil
	}
	for f.next <= len(f.text) && !f.done {
		f.found = false
		if err := f.engine.FindRunesMatches(f.text, f.next, f.step); err != nil || f.late.Load() {
			return ErrTimeout
		}
		if !f.found {
			return nil
		}
	}
	return nil
}

// match takes a match, and reports whether to go on. An empty one directly after
// another does not count.
func (f *finder) match(v regexp2.MatchView) bool {
	start, length, _ := v.GroupRange(0)
	end := start + length
	if f.re.keep > 0 {
		if kept, _, ok := v.GroupRange(f.re.keep); ok {
			start = kept
		}
	}
	// The engine's limit is for one search; this one is for all. In WebAssembly no timer goes off in between.
	if f.matches++; f.matches%256 == 0 && time.Now().After(f.deadline) {
		f.late.Store(true)
	}
	if f.late.Load() {
		return false
	}
	if start == end && end == f.last {
		f.next++
		return true
	}
	f.last, f.next = end, end
	from := f.at.offset(start)
	f.done = !f.do(from, f.at.offset(end))
	return !f.done
}

// step takes a match and ends the search, as the next one has another \G.
func (f *finder) step(v regexp2.MatchView) bool {
	f.found = true
	f.match(v)
	return false
}

// A cursor turns numbers of characters into offsets of bytes, in ascending order.
type cursor struct {
	s          string
	narrow     bool // each character is one byte
	runes, pos int
}

func (c *cursor) offset(runes int) int {
	if c.narrow {
		return runes
	}
	for ; c.runes < runes; c.runes++ {
		if c.s[c.pos] < utf8.RuneSelf {
			c.pos++
			continue
		}
		_, size := utf8.DecodeRuneInString(c.s[c.pos:])
		c.pos += size
	}
	return c.pos
}
