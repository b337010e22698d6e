package onig

import (
	"cmp"
	"slices"
	"unicode/utf8"

	"github.com/nibble-go/nibble/tokenize/internal/ucd"
)

// An alphabet replaces characters by symbols: those that no set of a pattern
// tells apart get the same. A text becomes a string of a few dozen symbols, the
// pattern's sets become short lists of them, and regexp2 sees sets that are
// small and often disjoint, which it turns into fewer steps: more than twice as
// fast as with the sets themselves, and a hostile pattern cannot repeat a large
// set thousands of times.
//
// A pattern with references compares characters of the text with each other and
// therefore needs them as they are; its alphabet is nil.
type alphabet struct {
	ascii [utf8.RuneSelf]rune // symbols of ASCII characters
	// Interval i is the code points from starts[i] up to starts[i+1], which have symbols[i].
	starts  []rune
	symbols []rune

	samples []sample // of each symbol, one

	written map[setKey]set // symbols of sets that were asked for before
	work    int            // steps that may still be taken to make all this
}

// A sample is a character of a symbol.
type sample struct{ symbol, char rune }

// maxWork is how many steps an alphabet may cost, a second of work at most.
const maxWork = 1 << 25

// newAlphabet returns the alphabet of a pattern with these sets. A newline keeps
// its own symbol if it is in a set by itself, as anchors of lines look for it.
func newAlphabet(sets []set) *alphabet {
	a := &alphabet{written: map[setKey]set{}, work: maxWork}
	sets = slices.Clone(sets)
	slices.SortFunc(sets, compareSets)
	sets = slices.CompactFunc(sets, func(s, t set) bool { return compareSets(s, t) == 0 })

	a.starts = append(a.starts, 0)
	for _, s := range sets {
		for _, r := range s {
			a.starts = append(a.starts, r.Lo)
			if r.Hi < ucd.MaxRune {
				a.starts = append(a.starts, r.Hi+1)
			}
		}
	}
	slices.Sort(a.starts)
	a.starts = slices.Compact(a.starts)

	// Intervals are of one class as long as no set has separated them: of the intervals in a set, those that were of one
	// class become a new one.
	class := make([]int, len(a.starts))
	classes := 1
	for _, s := range sets {
		if in := a.intervals(s); 2*len(in) > len(class) {
			s = s.not()
		}
		moved := map[int]int{}
		for _, i := range a.intervals(s) {
			to, ok := moved[class[i]]
			if !ok {
				to = classes
				classes++
				moved[class[i]] = to
			}
			class[i] = to
		}
	}

	symbols := map[int]rune{}
	if i := a.interval('\n'); a.starts[i] == '\n' && (i+1 == len(a.starts) || a.starts[i+1] == '\n'+1) {
		symbols[class[i]] = '\n'
	}
	next := newSymbols()
	a.symbols = make([]rune, len(class))
	for i, c := range class {
		s, ok := symbols[c]
		if !ok {
			s = next()
			symbols[c] = s
		}
		a.symbols[i] = s
		if !ok || s == '\n' {
			a.samples = append(a.samples, sample{s, a.starts[i]})
		}
	}
	slices.SortFunc(a.samples, func(x, y sample) int { return cmp.Compare(x.symbol, y.symbol) })
	for c := range rune(utf8.RuneSelf) {
		a.ascii[c] = a.symbols[a.interval(c)]
	}
	return a
}

// newSymbols returns a function that returns one symbol after the other: letters
// and digits first, then the rest of ASCII, for which sets have a table, but no
// newline.
func newSymbols() func() rune {
	const first = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	i, other := 0, rune(-1)
	return func() rune {
		if i < len(first) {
			i++
			return rune(first[i-1])
		}
		for {
			switch other++; {
			case other == '\n' || isAlphanumeric(other):
			case other == 0xd800:
				other = 0xdfff
			default:
				return other
			}
		}
	}
}

func isAlphanumeric(r rune) bool {
	return '0' <= r && r <= '9' || 'A' <= r && r <= 'Z' || 'a' <= r && r <= 'z'
}

// interval returns the interval of r.
func (a *alphabet) interval(r rune) int {
	i, found := slices.BinarySearch(a.starts, r)
	if !found {
		i--
	}
	return i
}

// intervals returns the intervals that make up s, whose ends are among starts.
func (a *alphabet) intervals(s set) []int {
	if a.work < 0 {
		return nil
	}
	var out []int
	for _, r := range s {
		for i := a.interval(r.Lo); i < len(a.starts) && a.starts[i] <= r.Hi; i++ {
			out = append(out, i)
		}
	}
	a.work -= len(out)
	return out
}

// write returns the symbols of s; without an alphabet, s without the surrogates,
// which no pattern can contain.
func (a *alphabet) write(s set) set {
	if a == nil {
		return s.and(set{{Lo: 0, Hi: 0xd7ff}, {Lo: 0xe000, Hi: ucd.MaxRune}})
	}
	if symbols, ok := a.written[s.key()]; ok {
		return symbols
	}
	var symbols []rune
	if len(s) <= 2 {
		in := a.intervals(s)
		for _, i := range in {
			symbols = append(symbols, a.symbols[i])
		}
		slices.Sort(symbols)
		symbols = slices.Compact(symbols)
	} else {
		a.work -= len(a.samples)
		for _, sample := range a.samples {
			if s.has(sample.char) {
				symbols = append(symbols, sample.symbol)
			}
		}
	}
	written := setOf(symbols...)
	a.written[s.key()] = written
	return written
}

// symbol returns the symbol of r.
func (a *alphabet) symbol(r rune) rune {
	if a == nil {
		return r
	}
	return a.symbols[a.interval(r)]
}

// appendText appends the symbols of s, one for each character and one for each
// byte that belongs to none.
func (a *alphabet) appendText(dst []rune, s string) []rune {
	if a == nil {
		for _, r := range s {
			dst = append(dst, r)
		}
		return dst
	}
	// Characters of one script come together: try the interval of the last one first.
	var lo, hi, symbol rune
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			dst = append(dst, a.ascii[c])
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		i += size
		if r < lo || hi <= r {
			k := a.interval(r)
			lo, hi, symbol = a.starts[k], ucd.MaxRune+1, a.symbols[k]
			if k+1 < len(a.starts) {
				hi = a.starts[k+1]
			}
		}
		dst = append(dst, symbol)
	}
	return dst
}
