package text

import "unicode/utf8"

// A Span is a half-open range of bytes of the original.
type Span struct{ Start, End int }

// A Text is a string that knows where its bytes came from. The zero Text is
// empty. A Text is immutable and small enough to be passed by value.
type Text struct {
	s         string
	base      int    // offset in the original of what the Text was made from
	spans     []Span // parallel to s; nil: s is the original from base on, unless untracked
	untracked bool
}

// New returns the Text of a stretch of the original that starts at base.
func New(s string, base int) Text { return Text{s: s, base: base} }

// Untracked returns a Text that forgets where its bytes came from, which makes
// changing it cheaper. All its spans are empty, at base.
func Untracked(s string, base int) Text { return Text{s: s, base: base, untracked: true} }

// String returns the normalized text.
func (t Text) String() string { return t.s }

// Len returns the bytes of the normalized text.
func (t Text) Len() int { return len(t.s) }

// IsOriginal reports whether the normalized text is a stretch of the original
// as it stands.
func (t Text) IsOriginal() bool { return t.spans == nil && !t.untracked }

// Start returns the offset in the original where the Text starts. Of an
// untracked Text it is 0 only if the Text starts where the original does.
func (t Text) Start() int {
	if t.spans == nil || len(t.s) == 0 {
		return t.base
	}
	return t.spans[0].Start
}

// Slice returns the bytes from i to j.
func (t Text) Slice(i, j int) Text {
	out := Text{s: t.s[i:j], untracked: t.untracked}
	switch {
	case t.spans != nil:
		out.spans = t.spans[i:j:j]
		out.base = t.byteSpan(min(i, len(t.spans)-1)).Start
	default:
		out.base = t.base + i
	}
	return out
}

// Original returns the span of the original that bytes i to j stand for: from
// the start of the first to the end of the last. Where i equals j it is empty.
func (t Text) Original(i, j int) Span {
	if t.untracked {
		return Span{t.base, t.base}
	}
	if i >= j {
		at := t.base
		switch {
		case t.spans == nil:
			at = t.base + i
		case i < len(t.spans):
			at = t.spans[i].Start
		case len(t.spans) > 0:
			at = t.spans[len(t.spans)-1].End
		}
		return Span{at, at}
	}
	return Span{t.byteSpan(i).Start, t.byteSpan(j - 1).End}
}

// byteSpan returns the span of byte i. Byte -1 is what stands before the text.
func (t Text) byteSpan(i int) Span {
	switch {
	case t.untracked || i < 0:
		return Span{t.base, t.base}
	case t.spans != nil:
		return t.spans[i]
	}
	start := i
	for start > 0 && i-start < utf8.UTFMax-1 && !utf8.RuneStart(t.s[start]) {
		start--
	}
	_, size := utf8.DecodeRuneInString(t.s[start:])
	if start+size <= i { // a stray continuation byte
		start, size = i, 1
	}
	return Span{t.base + start, t.base + start + size}
}
