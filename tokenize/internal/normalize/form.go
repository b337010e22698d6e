package normalize

import (
	"sync"
	"unicode/utf8"

	"github.com/nibble-go/nibble/tokenize/internal/text"
)

// NFC composes what has a composed character.
func NFC() Normalizer { return form{nfc} }

// NFD decomposes characters into bases and marks.
func NFD() Normalizer { return form{nfd} }

// NFKC composes as NFC does, after replacing what is only a variant of
// something else.
func NFKC() Normalizer { return form{nfkc} }

// NFKD decomposes as NFD does, variants included.
func NFKD() Normalizer { return form{nfkd} }

var (
	nfc  = sync.OnceValue(func() *formTable { return newFormTable(nfcChanges, canonical(), true) })
	nfd  = sync.OnceValue(func() *formTable { return newFormTable(nfdChanges, canonical(), false) })
	nfkc = sync.OnceValue(func() *formTable { return newFormTable(nfkcChanges, variants(), true) })
	nfkd = sync.OnceValue(func() *formTable { return newFormTable(nfkdChanges, variants(), false) })
)

// unstable is the class of characters that a form changes, or that may join
// what is before them. The other classes are combining classes: marks of
// growing class are in order.
const unstable = 0xFF

// A formTable is what a form needs to know.
type formTable struct {
	quick *classes
	parts *decompositions
	pairs map[pair]rune // nil: does not compose
}

func newFormTable(changes []runeRange, parts *decompositions, composes bool) *formTable {
	f := &formTable{parts: parts}
	b := new(classesBuilder)
	for _, r := range combiningClasses {
		b.set([]runeRange{{r.lo, r.hi}}, r.class)
	}
	b.set(changes, unstable)
	if composes {
		f.pairs = pairs()
		for p := range f.pairs {
			b.set([]runeRange{{p.second, p.second}}, unstable)
		}
		b.set([]runeRange{{vBase, vBase + vCount - 1}, {tBase + 1, tBase + tCount - 1}}, unstable)
	}
	f.quick = b.classes()
	return f
}

// form brings text into a normalization form.
type form struct{ table func() *formTable }

// Normalize implements [Normalizer].
func (n form) Normalize(t text.Text) (text.Text, error) {
	s, f := t.String(), n.table()
	at := f.stable(s, 0)
	if at == len(s) {
		return t, nil
	}
	w := newPlacer(t, text.NewBuilder(t))
	emit := w.write
	c := composer{pairs: f.pairs, emit: w.put}
	if f.pairs != nil {
		emit = c.write
	}
	d := newDecomposer(f.parts, emit)
	for kept := 0; ; {
		w.b.Keep(kept, at)
		if at == len(s) {
			break
		}
		// What is not stable goes on to where a character that joins nothing
		// stands at its front.
		kept = at
		for kept < len(s) {
			r, size := utf8.DecodeRuneInString(s[kept:])
			if kept > at && (size == 1 && r == utf8.RuneError || f.quick.of(r) == 0) {
				break
			}
			if size == 1 && r == utf8.RuneError {
				w.b.Keep(kept, kept+1)
			} else {
				w.read(kept)
				d.write(r)
			}
			kept += size
		}
		d.flush()
		c.flush()
		at = f.stable(s, kept)
	}
	if out := w.b.Text(); out.String() != s {
		return out, nil
	}
	return t, nil
}

// IsIdentity implements [Normalizer].
func (n form) IsIdentity(s string) bool { return n.table().stable(s, 0) == len(s) }

// stable returns where the stretch of s ends that starts at i and is in the
// form for certain. If that is not len(s), what may not be are the marks and the
// like there, or, in a form that composes, what they may join.
func (f *formTable) stable(s string, i int) int {
	end, last := i, uint8(0)
	for j := i; ; {
		at, _, size, class := f.quick.next(s, j)
		if size == 0 {
			return len(s)
		}
		if at > j {
			end, last = at, 0
			if f.pairs != nil {
				_, before := utf8.DecodeLastRuneInString(s[j:at])
				end -= before
			}
		}
		if class == unstable || class < last {
			return end
		}
		last = class
		j = at + size
	}
}
