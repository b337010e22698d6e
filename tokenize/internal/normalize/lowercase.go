package normalize

import (
	"sort"
	"sync"
	"unicode/utf8"

	"github.com/nibble-go/nibble/tokenize/internal/text"
)

// A lowerRun is the code points from lo to hi, each or every second one, whose
// lower case is delta further on.
type lowerRun struct {
	lo, hi rune
	delta  int32
	step   rune
}

// İ is the one character whose lower case is two, i and a dot above.
const (
	dottedI  = 'İ'
	dotAbove = '\u0307'
)

// lower returns the lower case of a character, without the dot of İ.
func lower(r rune) rune {
	if r < utf8.RuneSelf {
		return rune(lowerASCII[r])
	}
	if r == dottedI {
		return 'i'
	}
	i := sort.Search(len(lowerRuns), func(i int) bool { return lowerRuns[i].hi >= r })
	if i < len(lowerRuns) && lowerRuns[i].lo <= r && (r-lowerRuns[i].lo)%lowerRuns[i].step == 0 {
		return r + lowerRuns[i].delta
	}
	return r
}

var lowerASCII = func() (table [utf8.RuneSelf]byte) {
	for c := range table {
		table[c] = byte(c)
		if 'A' <= c && c <= 'Z' {
			table[c] += 'a' - 'A'
		}
	}
	return table
}()

// uppers has class 1 for what is not in lower case.
var uppers = sync.OnceValue(func() *classes {
	b := new(classesBuilder)
	for _, run := range lowerRuns {
		for r := run.lo; r <= run.hi; r += run.step {
			b.set([]runeRange{{r, r}}, 1)
		}
	}
	b.set([]runeRange{{dottedI, dottedI}}, 1)
	return b.classes()
})

// Lowercase puts each character into lower case by itself: a Σ at the end of a
// word becomes σ.
func Lowercase() Normalizer { return lowercase{} }

type lowercase struct{}

// Normalize implements [Normalizer].
func (lowercase) Normalize(t text.Text) (text.Text, error) {
	s, classes := t.String(), uppers()
	at, r, size, _ := classes.next(s, 0)
	if size == 0 {
		return t, nil
	}
	b := text.NewBuilder(t)
	for kept := 0; ; {
		b.Keep(kept, at)
		switch {
		case size == 0:
			return b.Text(), nil
		case r < utf8.RuneSelf:
			kept = mapASCII(b, s, at, &lowerASCII)
		default:
			putLower(b, r, at)
			kept = at + size
		}
		at, r, size, _ = classes.next(s, kept)
	}
}

// IsIdentity implements [Normalizer].
func (lowercase) IsIdentity(s string) bool {
	_, _, size, _ := uppers().next(s, 0)
	return size == 0
}

func putLower(b *text.Builder, r rune, at int) {
	b.PutRune(lower(r), at)
	if r == dottedI {
		b.PutRune(dotAbove, at)
	}
}

// stop in a table for mapASCII ends what is mapped.
const stop = 0xFF

// mapASCII appends what table makes of the ASCII at i, a stretch at a time, and
// returns where it stopped.
func mapASCII(b *text.Builder, s string, i int, table *[utf8.RuneSelf]byte) int {
	var buf [128]byte
	n := 0
	for rest := s[i:]; n < len(buf) && n < len(rest) && rest[n] < utf8.RuneSelf; n++ {
		c := table[rest[n]]
		if c == stop {
			break
		}
		buf[n] = c
	}
	b.KeepAs(buf[:], i, i+n)
	return i + n
}
