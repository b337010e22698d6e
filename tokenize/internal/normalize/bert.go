package normalize

import (
	"sync"
	"unicode/utf8"

	"github.com/nibble-go/nibble/tokenize/internal/text"
)

// A Bert does what BERT's tokenizer does before it splits: it cleans the text,
// puts spaces around ideographs, removes accents and puts letters into lower
// case, in that order.
type Bert struct {
	CleanText          bool // remove control characters, replace white space by spaces
	HandleChineseChars bool // put spaces around ideographs
	StripAccents       bool // decompose, and remove non-spacing marks
	Lowercase          bool
}

// Bits of the classes of a bert.
const (
	bertRemove    uint8 = 1 << iota // not clean
	bertBlank                       // white space
	bertIdeograph                   // CJK
	bertAccent                      // decomposed, a mark, or put into order
	bertUpper
)

// ideographs are the blocks that BERT takes for Chinese.
var ideographs = []runeRange{
	{0x3400, 0x4DBF}, {0x4E00, 0x9FFF}, {0xF900, 0xFAFF},
	{0x20000, 0x2A6DF}, {0x2A700, 0x2B81F}, {0x2B920, 0x2CEAF}, {0x2F800, 0x2FA1F},
}

type bert struct {
	Bert
	classes *classes
	ascii   [utf8.RuneSelf]byte // for mapASCII
}

// NewBert returns the normalizer of that setting.
func NewBert(setting Bert) Normalizer {
	n := &bert{Bert: setting}
	b := new(classesBuilder)
	if n.CleanText {
		b.add(bertRemoved, bertRemove)
		b.add(bertBlanks, bertBlank)
	}
	if n.HandleChineseChars {
		b.add(ideographs, bertIdeograph)
	}
	if n.StripAccents {
		b.add(nfdChanges, bertAccent)
		b.add(bertMarks, bertAccent)
		for _, r := range combiningClasses {
			b.add([]runeRange{{r.lo, r.hi}}, bertAccent)
		}
	}
	if n.Lowercase {
		b.add([]runeRange{{dottedI, dottedI}}, bertUpper)
		for _, run := range lowerRuns {
			for r := run.lo; r <= run.hi; r += run.step {
				b.add([]runeRange{{r, r}}, bertUpper)
			}
		}
	}
	n.classes = b.classes()
	for c := range n.ascii {
		n.ascii[c] = byte(c)
		switch class := n.classes.low[c]; {
		case class&bertRemove != 0:
			n.ascii[c] = stop
		case class&bertBlank != 0:
			n.ascii[c] = ' '
		case class&bertUpper != 0:
			n.ascii[c] = lowerASCII[c]
		}
	}
	return n
}

var accentMarks = sync.OnceValue(func() *classes { return setOf(bertMarks) })

// IsIdentity implements [Normalizer].
func (n *bert) IsIdentity(s string) bool {
	_, _, size, _ := n.classes.next(s, 0)
	return size == 0
}

// Normalize implements [Normalizer].
func (n *bert) Normalize(t text.Text) (text.Text, error) {
	s := t.String()
	at, r, size, class := n.classes.next(s, 0)
	if size == 0 {
		return t, nil
	}
	w := newPlacer(t, text.NewBuilder(t))
	marks := accentMarks()
	d := newDecomposer(canonical(), func(r rune, change int, _ uint8) {
		place := w.take(change)
		switch {
		case marks.of(r) != 0:
		case n.Lowercase:
			putLower(w.b, r, place)
		default:
			w.b.PutRune(r, place)
		}
	})
	for kept := 0; ; {
		if at > kept || size == 0 {
			d.flush() // marks do not go beyond this
		}
		w.b.Keep(kept, at)
		kept = at + size
		switch {
		case size == 0:
			return w.b.Text(), nil
		case class&bertRemove != 0:
		case r < utf8.RuneSelf:
			d.flush()
			kept = mapASCII(w.b, s, at, &n.ascii)
		case class&bertBlank != 0:
			d.flush()
			w.b.Put(" ", at)
		case class&bertIdeograph != 0:
			d.flush()
			if class&bertAccent == 0 {
				var spaced [utf8.UTFMax + 2]byte
				w.b.PutBytes(append(append(append(spaced[:0], ' '), s[at:at+size]...), ' '), at)
				break
			}
			w.b.Put(" ", at)
			w.read(at)
			d.write(r)
			w.b.Put(" ", at)
		case class&bertAccent != 0:
			w.read(at)
			d.write(r)
		default:
			d.flush()
			putLower(w.b, r, at)
		}
		at, r, size, class = n.classes.next(s, kept)
	}
}
