package text

import "unicode/utf8"

// A Span is a half-open range of bytes of the original.
type Span struct{ Start, End int }

// A Text is a string that knows where its bytes came from. The zero Text is
// empty. A Text is immutable and small enough to be passed by value.
type Text struct {
	s         string
	start     int    // offset in the original of what the Text was made from
	base      int    // offset in the original of s, where that is a stretch of it
	spans     []Span // parallel to s; nil: s is the original from base on, unless untracked
	lead      int    // of an untracked Text: the bytes at its front that stand for where it starts
	untracked bool
}

// New returns the Text of a stretch of the original that starts at base.
func New(s string, base int) Text { return Text{s: s, start: base, base: base} }

// Untracked returns a Text that forgets where its bytes came from, which makes
// changing it cheaper. All its spans are empty, at base. It only keeps in mind
// which bytes came from its very front, for [Text.Start].
func Untracked(s string, base int) Text {
	_, lead := utf8.DecodeRuneInString(s)
	return Text{s: s, start: base, base: base, lead: lead, untracked: true}
}

// String returns the normalized text.
func (t Text) String() string { return t.s }

// Len returns the bytes of the normalized text.
func (t Text) Len() int { return len(t.s) }

// IsOriginal reports whether the normalized text is a stretch of the original
// as it stands.
func (t Text) IsOriginal() bool { return t.spans == nil && !t.untracked }

// IsTracked reports whether the Text knows where its bytes came from.
func (t Text) IsTracked() bool { return !t.untracked }

// Start returns the offset in the original of what the Text was made from,
// before normalizers changed it: that of the first byte, unless something was
// removed from the front. Of an untracked Text it is 0 only if the Text starts
// where the original does.
func (t Text) Start() int { return t.start }

// Front returns how many of the first bytes of an untracked Text stand for where
// it starts.
func (t Text) Front() int { return t.lead }

// Slice returns the bytes from i to j as a Text that starts with them.
func (t Text) Slice(i, j int) Text {
	out := t.Trim(i, j)
	switch {
	case t.untracked:
		if i >= t.lead {
			out.start += i + 1 // any place but the front
		}
	case t.spans == nil:
		out.start = out.base
	case len(t.spans) > 0:
		out.start = t.spans[min(i, len(t.spans)-1)].Start
	}
	return out
}

// Trim returns the bytes from i to j as a Text that starts where t does: what a
// normalizer leaves that removes what is around them.
func (t Text) Trim(i, j int) Text {
	out := Text{s: t.s[i:j], start: t.start, base: t.base, untracked: t.untracked}
	switch {
	case t.untracked:
		out.lead = max(0, min(j, t.lead)-i)
	case t.spans == nil:
		out.base += i
	default:
		out.spans = t.spans[i:j:j]
	}
	return out
}

// With returns the Text that t, which is tracked, became: s, each byte of which
// stands for the span of the same number.
func (t Text) With(s string, spans []Span) Text {
	if spans == nil {
		spans = []Span{}
	}
	return Text{s: s, start: t.start, base: t.base, spans: spans[:len(s):len(s)]}
}

// WithFront returns the Text that t, which is untracked, became: s, of which
// front bytes stand for where it starts.
func (t Text) WithFront(s string, front int) Text {
	return Text{s: s, start: t.start, base: t.base, lead: front, untracked: true}
}

// Original returns the span of the original that bytes i to j stand for: from
// the start of the first to the end of the last. Where i equals j it is empty.
// Bytes behind the text stand for its end: BPE spells the suffix of a word by
// bytes where it spells the word so.
func (t Text) Original(i, j int) Span {
	if t.untracked {
		return Span{t.base, t.base}
	}
	i, j = min(i, len(t.s)), min(j, len(t.s))
	if i >= j {
		at := t.start
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
		return Span{t.start, t.start}
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
