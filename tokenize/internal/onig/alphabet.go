package onig

import (
	"cmp"
	"slices"
	"unicode/utf8"

	"github.com/nibble-go/nibble/tokenize/internal/ucd"
)

// An alphabet replaces characters by symbols: those that no set of a pattern
// tells apart get the same. A text becomes a string of a few dozen symbols, the
// pattern's sets become short lists of them. So a class costs regexp2 a few bytes
// instead of hundreds of ranges, however often a pattern repeats it (o200k's
// pattern: 0.6 MB to compile instead of 2.0), and characters beyond ASCII are
// looked up once each and not once for every class that is tried.
//
// A pattern with references compares characters of the text with each other and
// therefore needs them as they are; its alphabet is nil.
type alphabet struct {
	ascii [utf8.RuneSelf]rune // symbols of ASCII characters
	// Interval i is the code points from starts[i] up to starts[i+1], which have symbols[i].
	starts  []rune
	symbols []rune

	*drafting // nil once the pattern is written
}

// drafting is what it takes to write a pattern with an alphabet.
type drafting struct {
	samples []sample       // of each symbol, one
	all     set            // of all symbols
	written map[setKey]set // symbols of sets that were asked for before
	scratch []rune
	work    int // steps that may still be taken
}

// A sample is a character of a symbol.
type sample struct{ symbol, char rune }

// maxWork is how many steps an alphabet may cost, a small part of a second.
const maxWork = 1 << 23

// newAlphabet returns the alphabet of a pattern with these sets. A newline keeps
// its own symbol if it is in a set by itself, as anchors of lines look for it.
func newAlphabet(sets []set) *alphabet {
	a := &alphabet{drafting: &drafting{written: map[setKey]set{}, work: maxWork}}
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

	// Intervals are of one class as long as no set has separated them. Each set splits those classes of which it has a
	// part only.
	class := make([]int, len(a.starts))
	size := []int{len(a.starts)} // of each class, its intervals
	type split struct{ set, in, to int }
	splits := []split{{set: -1}} // of each class, the last set that has some of it, how many, and their new class
	for i, s := range sets {
		if a.isWide(s) {
			s = s.not()
		}
		a.intervals(s, func(k int) {
			c := &splits[class[k]]
			if c.set != i {
				*c = split{set: i, to: -1}
			}
			c.in++
		})
		a.intervals(s, func(k int) {
			from := class[k]
			to := splits[from].to
			switch {
			case to >= 0:
			case splits[from].in == size[from]:
				to = from
			default:
				to = len(size)
				size = append(size, splits[from].in)
				size[from] -= splits[from].in
				splits = append(splits, split{set: -1})
			}
			splits[from].to, class[k] = to, to
		})
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
	a.all = a.write(everything)
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

// intervals calls do with each interval of s, whose ends are among starts.
func (a *alphabet) intervals(s set, do func(int)) {
	for _, r := range s {
		i := a.interval(r.Lo)
		for ; i < len(a.starts) && a.starts[i] <= r.Hi && a.work >= 0; i++ {
			do(i)
			a.work--
		}
	}
}

// isWide reports whether s has more than half of all intervals.
func (a *alphabet) isWide(s set) bool {
	n := 0
	for _, r := range s {
		n += a.interval(r.Hi) - a.interval(r.Lo) + 1
	}
	return 2*n > len(a.starts)
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
	var written set
	if a.isWide(s) && len(a.all) > 0 {
		written = a.write(s.not()).not().and(a.all)
	} else {
		symbols := a.scratch[:0]
		if len(s) <= 2 {
			a.intervals(s, func(i int) { symbols = append(symbols, a.symbols[i]) })
			slices.Sort(symbols)
		} else {
			a.work -= len(a.samples)
			for _, sample := range a.samples {
				if s.has(sample.char) {
					symbols = append(symbols, sample.symbol)
				}
			}
		}
		for _, r := range symbols {
			if n := len(written) - 1; n >= 0 && r <= written[n].Hi+1 {
				written[n].Hi = r
			} else {
				written = append(written, ucd.Range{Lo: r, Hi: r})
			}
		}
		a.scratch = symbols
	}
	a.written[s.key()] = written
	return written
}

// finish lets go of what only writing needs, and joins intervals of one symbol.
func (a *alphabet) finish() {
	a.drafting = nil
	n := 0
	for i, s := range a.symbols {
		if i == 0 || s != a.symbols[n-1] {
			a.starts[n], a.symbols[n] = a.starts[i], s
			n++
		}
	}
	a.starts, a.symbols = slices.Clone(a.starts[:n]), slices.Clone(a.symbols[:n])
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
