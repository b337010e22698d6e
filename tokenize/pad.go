package tokenize

import "errors"

// Padding says how encodings are filled up to a length. The zero Padding fills
// up nothing.
type Padding struct {
	// Length is the number of tokens to fill up to. Longer encodings stay as
	// they are.
	Length int

	// Longest fills up to the longest encoding of a batch instead.
	Longest bool

	// MultipleOf rounds the length up. 0: no rounding.
	MultipleOf int

	// Left pads before the text, not behind it.
	Left bool

	// Token is the padding token, as the vocabulary spells it. Without it, ID
	// and TypeID, the tokenizer's own padding token serves.
	Token  string
	ID     uint32
	TypeID uint32
}

// ErrPadding reports a padding that cannot be done: a length that is negative
// or beyond 2^22, or no padding token.
var ErrPadding = errors.New("cannot pad")

// maxPadding bounds the length of padding: what is allocated is asked for by a
// file.
const maxPadding = 1 << 22

// target returns the length to fill up to.
func (p Padding) target(encodings []*Encoding) int {
	n := p.Length
	if p.Longest {
		n = 0
		for _, e := range encodings {
			n = max(n, e.Len())
		}
	}
	if p.MultipleOf > 0 && n%p.MultipleOf > 0 {
		n += p.MultipleOf - n%p.MultipleOf
	}
	return n
}

// apply fills encodings up to one length, and what overflows from them too.
func (p Padding) apply(encodings []*Encoding) {
	n := p.target(encodings)
	for _, e := range encodings {
		e.each(func(e *Encoding) { p.fill(e, n) })
	}
}

func (p Padding) fill(e *Encoding, n int) {
	missing := n - e.Len()
	if missing <= 0 {
		return
	}
	if !p.Left {
		e.reserve(missing)
		for range missing {
			e.addOutside(p.ID, p.Token, p.TypeID, 0)
		}
		return
	}
	padded := &Encoding{Overflowing: e.Overflowing}
	padded.reserve(n)
	for range missing {
		padded.addOutside(p.ID, p.Token, p.TypeID, 0)
	}
	body := e.slice(0, e.Len())
	body.sequences = e.sequences
	overflowing := padded.Overflowing
	padded.Overflowing = nil
	padded.append(body)
	padded.Overflowing = overflowing
	*e = *padded
}
