package normalize

import (
	"unicode/utf8"

	"github.com/nibble-go/nibble/tokenize/internal/text"
)

// maxGrapheme bounds the bytes of a grapheme that is replaced as a whole.
const maxGrapheme = 6

// precompiled applies a charsmap as Hugging Face does, not as SentencePiece
// does itself: a grapheme of less than 6 bytes is replaced as a whole by the
// text of the shortest key that it begins with, even if it goes on behind the
// key. Others are replaced character by character.
type precompiled struct{ *charsmap }

// NewPrecompiled returns the normalizer of a charsmap.
func NewPrecompiled(blob []byte) (Normalizer, error) {
	m, err := newCharsmap(blob)
	if err != nil {
		return nil, err
	}
	return precompiled{m}, nil
}

// IsIdentity implements [Normalizer].
func (n precompiled) IsIdentity(s string) bool {
	for i := n.skipQuiet(s, 0); i < len(s); {
		if _, ok := n.shortest(s[i:]); ok {
			return false
		}
		_, size := utf8.DecodeRuneInString(s[i:])
		i = n.skipQuiet(s, i+size)
	}
	return true
}

// Normalize implements [Normalizer].
func (n precompiled) Normalize(t text.Text) (text.Text, error) {
	s := t.String()
	w := partWriter{placer: newPlacer(t, nil), s: s}
	kept := 0 // what is before this is with w
	replace := func(i, j int, part string) {
		if w.b == nil {
			w.b = text.NewBuilder(t)
		}
		w.keep(kept, i)
		w.replace(i, j, part)
		kept = j
	}
	g := graphemes{classes: graphemeTable(), s: s}
	for i := n.skipQuiet(s, 0); i < len(s); i = n.skipQuiet(s, i) {
		end, single := g.end(i)
		if end-i < maxGrapheme {
			if part, ok := n.shortest(s[i:end]); ok {
				replace(i, end, part)
				i = end
				continue
			}
			if single {
				i = end
				continue
			}
		}
		for i < end {
			_, size := utf8.DecodeRuneInString(s[i:end])
			if part, ok := n.shortest(s[i : i+size]); ok {
				replace(i, i+size, part)
			}
			i += size
		}
	}
	if w.b == nil {
		return t, nil
	}
	w.keep(kept, len(s))
	w.flush()
	return w.b.Text(), nil
}

// A partWriter writes what replaces parts of a text. The first characters of
// what replaces take the places of those replaced, one by one; if there are more,
// they are inserted; if there are less, the last one takes the places that are
// left, be it one written for a part before. If there is none, nobody takes
// them, and all that follows has the places of what was before it.
type partWriter struct {
	*placer
	s      string // the source
	held   string // the last character, whose change may grow
	change int
}

// keep writes s[i:j].
func (w *partWriter) keep(i, j int) {
	if i == j {
		return
	}
	w.flush()
	if !w.tracked {
		w.b.Keep(i, j)
		return
	}
	if w.head == len(w.places) { // places are those of the characters themselves
		_, size := utf8.DecodeLastRuneInString(w.s[i:j])
		w.b.Keep(i, j-size)
		i = j - size
	}
	for i < j {
		_, size := utf8.DecodeRuneInString(w.s[i:j])
		w.read(i)
		w.hold(w.s[i:i+size], 0)
		i += size
	}
}

// replace writes part in the place of s[i:j].
func (w *partWriter) replace(i, j int, part string) {
	if !w.tracked {
		w.flush()
		w.b.Put(part, i)
		return
	}
	left := 0
	for i < j {
		_, size := utf8.DecodeRuneInString(w.s[i:j])
		w.read(i)
		left++
		i += size
	}
	for part != "" {
		_, size := utf8.DecodeRuneInString(part)
		change := 1
		if left > 0 {
			left, change = left-1, 0
		}
		w.hold(part[:size], change)
		part = part[size:]
	}
	w.change -= left
}

func (w *partWriter) hold(char string, change int) {
	w.flush()
	w.held, w.change = char, change
}

func (w *partWriter) flush() {
	if w.held != "" {
		w.b.Put(w.held, w.take(w.change))
	}
	w.held = ""
}
