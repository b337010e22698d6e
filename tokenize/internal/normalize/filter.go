package normalize

import (
	"sync"

	"github.com/nibble-go/nibble/tokenize/internal/text"
)

// Classes of characters that a filter removes, or makes spaces of.
const (
	removed = 1 + iota
	blank
)

// filter removes some characters and replaces others by a space.
type filter struct{ classes func() *classes }

// StripAccents removes combining marks: all of category M, spacing ones as
// well.
func StripAccents() Normalizer { return filter{accents} }

var accents = sync.OnceValue(func() *classes { return setOf(marks) })

// Nmt removes control characters and makes spaces of separators and of some
// invisible characters, as translation models of Google's NMT expect it.
func Nmt() Normalizer { return filter{nmt} }

var nmt = sync.OnceValue(func() *classes {
	b := new(classesBuilder)
	b.set([]runeRange{{0x1, 0x8}, {0xB, 0xB}, {0xE, 0x1F}, {0x7F, 0x7F}, {0x8F, 0x8F}, {0x9F, 0x9F}}, removed)
	b.set([]runeRange{
		{0x9, 0xA}, {0xC, 0xD}, {0x1680, 0x1680}, {0x200B, 0x200F}, {0x2028, 0x2029},
		{0x2581, 0x2581}, {0xFEFF, 0xFEFF}, {0xFFFD, 0xFFFD},
	}, blank)
	return b.classes()
})

// Normalize implements [Normalizer].
func (n filter) Normalize(t text.Text) (text.Text, error) {
	s, classes := t.String(), n.classes()
	at, _, size, class := classes.next(s, 0)
	if size == 0 {
		return t, nil
	}
	b := text.NewBuilder(t)
	for kept := 0; ; {
		b.Keep(kept, at)
		if size == 0 {
			return b.Text(), nil
		}
		if class == blank {
			b.Put(" ", at)
		}
		kept = at + size
		at, _, size, class = classes.next(s, kept)
	}
}

// IsIdentity implements [Normalizer].
func (n filter) IsIdentity(s string) bool {
	_, _, size, _ := n.classes().next(s, 0)
	return size == 0
}
