package pretokenize

import (
	"strings"

	"github.com/nibble-go/nibble/tokenize/internal/text"
)

// metaspace is the pre-tokenizer Metaspace: it writes a visible character for
// each space and in front of the text, and cuts before each of them.
type metaspace struct {
	replacement string // one character
	prepend     PrependScheme
	split       bool
}

func (p metaspace) Split(t text.Text, emit func(text.Text) error) error {
	if t.Len() == 0 {
		return nil
	}
	t = p.replace(t)
	if !p.split {
		return emit(t)
	}
	s, cut := t.String(), newCutter(t)
	for start := 0; start < len(s); {
		end := p.pieceEnd(s, start)
		if err := emit(cut.slice(start, end)); err != nil {
			return err
		}
		start = end
	}
	return nil
}

// pieceEnd returns the end of the piece at s[start:], which is where the next
// replacement stands. If the first character is one, it does not count.
func (p metaspace) pieceEnd(s string, start int) int {
	from := start
	if strings.HasPrefix(s[start:], p.replacement) {
		from += len(p.replacement)
	}
	if i := strings.Index(s[from:], p.replacement); i >= 0 {
		return from + i
	}
	return len(s)
}

// replace puts the replacement in the place of spaces, and in front.
func (p metaspace) replace(t text.Text) text.Text {
	s := t.String()
	prepend := p.prepends(t)
	next := strings.IndexByte(s, ' ')
	if !prepend && (next < 0 || p.replacement == " ") {
		return t
	}
	b := text.NewBuilder(t)
	if prepend {
		b.Put(p.replacement, 0)
	}
	pos := 0
	for next >= 0 {
		b.Keep(pos, pos+next)
		b.Put(p.replacement, pos+next)
		pos += next + 1
		next = strings.IndexByte(s[pos:], ' ')
	}
	b.Keep(pos, len(s))
	return b.Text()
}

// prepends reports whether a replacement goes in front of t. A text that
// starts with one, be it for a space, gets no second.
func (p metaspace) prepends(t text.Text) bool {
	s := t.String()
	if s[0] == ' ' || strings.HasPrefix(s, p.replacement) {
		return false
	}
	return p.prepend == Always || p.prepend == First && t.Start() == 0
}
