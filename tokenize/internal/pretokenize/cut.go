package pretokenize

import "github.com/nibble-go/nibble/tokenize/internal/text"

// A cutter makes the slices that the method Slice of a text makes, from front
// to back. Where the bytes have no spans of their own it does without calling
// that: a word found, cut and passed on takes 18 ns (untracked 29) instead of
// 41 on a Xeon of 2.1 GHz. A Text takes all registers that arguments have.
type cutter struct {
	text  text.Text
	s     string
	start int // of text
	base  int // if original: the offset of s
	kind  cut
}

type cut uint8

const (
	bySlice  cut = iota
	original     // the text is a stretch of the original
	front        // the text is untracked, and the next slice may come from its very front
	behind       // ... does not
)

func newCutter(t text.Text) cutter {
	c := cutter{text: t, s: t.String(), start: t.Start()}
	switch {
	case t.IsOriginal():
		c.kind, c.base = original, t.Slice(0, 0).Start()
	case !t.IsTracked():
		c.kind = front
	}
	return c
}

func (c *cutter) slice(i, j int) text.Text {
	switch c.kind {
	case original:
		return text.New(c.s[i:j], c.base+i)
	case behind:
		return text.Untracked(c.s[i:j], c.start+i+1)
	}
	return c.bySlice(i, j)
}

func (c *cutter) bySlice(i, j int) text.Text {
	t := c.text.Slice(i, j)
	if c.kind == front && t.Start() != c.start {
		c.kind = behind
	}
	return t
}
