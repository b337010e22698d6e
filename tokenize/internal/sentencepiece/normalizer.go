package sentencepiece

import (
	"bytes"
	"errors"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/nibble-go/nibble/tokenize/internal/config"
)

// ErrTooLong reports a text whose normalized form has more than 2147483647
// bytes.
var ErrTooLong = errors.New("text of more than 2 GiB")

// A Normalizer makes normalized text. It is immutable and safe for concurrent
// use.
type Normalizer struct {
	charsmap *charsmap // nil: no replacements
	symbols  *symbols  // nil: no user-defined symbols
	space    string    // what a space becomes

	dummy  bool // there is a dummy prefix
	suffix bool // it is behind the text
	trim   bool // extra white space is removed
	goesOn bool // texts are the rest of others, from a cut on

	// plain bytes are ASCII characters that stay as they are, unless a byte
	// that is not ASCII follows those that are plain alone.
	plain [256]plainness
	blank plainness // what a space is, which becomes another character
}

type plainness uint8

const (
	notPlain plainness = iota
	plainAlone
	plainAlways
)

// newNormalizer returns the Normalizer of some Rules. Errors are of package
// config.
func newNormalizer(r Rules, s *symbols, suffix bool) (*Normalizer, error) {
	n := &Normalizer{symbols: s, space: " ", dummy: r.AddDummyPrefix, suffix: suffix, trim: r.RemoveExtraWhitespaces}
	if r.EscapeWhitespaces {
		n.space = space
	}
	if len(r.Charsmap) > 0 {
		var err error
		if n.charsmap, err = parseCharsmap(r.Charsmap); err != nil {
			return nil, config.In("precompiled_charsmap", err)
		}
	}
	for b := range byte(utf8.RuneSelf) {
		n.plain[b] = n.plainness(b)
	}
	n.blank, n.plain[' '] = n.plain[' '], notPlain
	return n, nil
}

// space is what stands for a space: U+2581.
const space = "\u2581"

func (n *Normalizer) plainness(b byte) plainness {
	if n.symbols != nil && n.symbols.first[b] {
		return notPlain
	}
	if n.charsmap == nil {
		return plainAlways
	}
	at, ok := n.charsmap.step(0, b)
	if !ok {
		return plainAlways
	}
	if n.charsmap.units[at]&endsBit != 0 {
		return notPlain
	}
	for next := range byte(utf8.RuneSelf) {
		if _, ok := n.charsmap.step(at, next); ok {
			return notPlain
		}
	}
	return plainAlone
}

// plainEnd returns where the plain characters end that text[i:] begins with.
func (n *Normalizer) plainEnd(text string, i int) int {
	for ; i < len(text); i++ {
		switch n.plain[text[i]] {
		case plainAlways:
			continue
		case plainAlone:
			if i+1 == len(text) || text[i+1] < utf8.RuneSelf {
				continue
			}
		}
		break
	}
	return i
}

// isBlank reports whether the space at i is nothing but a space.
func (n *Normalizer) isBlank(text string, i int) bool {
	return n.blank == plainAlways || n.blank == plainAlone && (i+1 == len(text) || text[i+1] < utf8.RuneSelf)
}

// prefix returns what becomes of the start of text[i:], and the size of that
// start.
func (n *Normalizer) prefix(text string, i int) (out string, size int) {
	if size, _ := longest(n.symbols, text, i); size > 0 {
		return text[i : i+size], size
	}
	if n.charsmap != nil {
		if size, out := n.charsmap.longest(text[i:]); size > 0 {
			return out, size
		}
	}
	r, size := utf8.DecodeRuneInString(text[i:])
	if r == utf8.RuneError && size == 1 {
		return "\uFFFD", 1
	}
	return text[i : i+size], size
}

// Append appends the normalized form of text to dst.
func (n *Normalizer) Append(dst []byte, text string) ([]byte, error) {
	w := writer{Normalizer: n, out: dst}
	err := w.normalize(text)
	return w.out, err
}

// AppendAligned does that, and appends to places where in text each byte of the
// normalized form comes from, and one place more: where the text ends that the
// last byte comes from.
func (n *Normalizer) AppendAligned(dst []byte, places []uint32, text string) ([]byte, []uint32, error) {
	w := writer{Normalizer: n, out: dst, places: places, aligned: true}
	err := w.normalize(text)
	return w.out, w.places, err
}

// A writer writes normalized text.
type writer struct {
	*Normalizer
	out     []byte
	places  []uint32
	aligned bool
	from    int  // place of what is written
	spaced  bool // leading spaces of what comes next are extra
}

func (w *writer) normalize(text string) error {
	if len(text) > math.MaxInt32 {
		return ErrTooLong
	}
	w.out = slices.Grow(w.out, len(text)+len(text)/4)
	start := len(w.out)
	i := w.start(text)
	if i == len(text) {
		return nil
	}
	w.from = i
	if w.dummy && !w.suffix {
		w.put(" ")
	}
	for w.spaced = w.trim && !w.goesOn; i < len(text); {
		w.from = i
		if end := w.plainEnd(text, i); end > i {
			w.keep(text[i:end])
			i = end
			continue
		}
		if text[i] == ' ' && w.isBlank(text, i) {
			if !w.spaced {
				w.put(" ")
			}
			w.spaced = w.trim
			i++
			continue
		}
		out, size := w.prefix(text, i)
		w.replace(out)
		i += size
		if len(w.out)-start > math.MaxInt32 {
			return ErrTooLong
		}
	}
	w.from = len(text)
	if w.trim {
		w.trimEnd(start)
	}
	if w.dummy && w.suffix {
		w.put(" ")
	}
	if w.aligned {
		w.places = append(w.places, uint32(w.from))
	}
	return nil
}

// start returns where the text starts that is normalized: behind leading white
// space, if that is extra.
func (w *writer) start(text string) (i int) {
	for w.trim && !w.goesOn && i < len(text) {
		out, size := w.prefix(text, i)
		if out != " " {
			break
		}
		i += size
	}
	return i
}

// keep writes what stays as it is and has no space in it.
func (w *writer) keep(s string) {
	w.out = append(w.out, s...)
	if w.aligned {
		for i := range len(s) {
			w.places = append(w.places, uint32(w.from+i))
		}
	}
	w.spaced = false
}

// replace writes what was put in the place of some text.
func (w *writer) replace(s string) {
	if w.spaced {
		s = strings.TrimLeft(s, " ")
	}
	if s == "" {
		return
	}
	w.put(s)
	w.spaced = w.trim && s[len(s)-1] == ' '
}

// put writes s, all of whose bytes have one place.
func (w *writer) put(s string) {
	known := len(w.out)
	for s != "" {
		i := strings.IndexByte(s, ' ')
		if i < 0 {
			w.out = append(w.out, s...)
			break
		}
		w.out = append(append(w.out, s[:i]...), w.space...)
		s = s[i+1:]
	}
	if w.aligned {
		for range len(w.out) - known {
			w.places = append(w.places, uint32(w.from))
		}
	}
}

// trimEnd removes the spaces at the end of what was written since start. What
// comes behind has the place of the first of them.
func (w *writer) trimEnd(start int) {
	for bytes.HasSuffix(w.out[start:], []byte(w.space)) {
		w.out = w.out[:len(w.out)-len(w.space)]
		if w.aligned {
			kept := len(w.places) - len(w.space)
			w.from = int(w.places[kept])
			w.places = w.places[:kept]
		}
	}
}
