package text

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// A Builder makes a Text out of another, from front to back.
type Builder struct {
	src   Text
	out   strings.Builder
	spans []Span
	lead  int // as in Text
}

// NewBuilder returns a Builder that has nothing of src yet.
func NewBuilder(src Text) *Builder { return NewBuilderSize(src, len(src.s)+len(src.s)/8) }

// NewBuilderSize returns a Builder for a Text of about so many bytes.
func NewBuilderSize(src Text, size int) *Builder {
	b := &Builder{src: src}
	b.out.Grow(size)
	if !src.untracked {
		b.spans = make([]Span, 0, size)
	}
	return b
}

// Keep appends bytes i to j of the source as they are.
func (b *Builder) Keep(i, j int) {
	b.keepSpans(i, j)
	b.out.WriteString(b.src.s[i:j])
}

// KeepAs appends s with the spans of bytes i to j of the source, which are as
// many.
func (b *Builder) KeepAs(s []byte, i, j int) {
	b.keepSpans(i, j)
	b.out.Write(s[:j-i])
}

func (b *Builder) keepSpans(i, j int) {
	switch {
	case b.src.untracked:
		if i < b.src.lead && b.lead == b.out.Len() {
			b.lead += min(j, b.src.lead) - i
		}
	case b.src.spans != nil:
		b.spans = append(b.spans, b.src.spans[i:j]...)
	default:
		b.originalSpans(i, j)
	}
}

// originalSpans appends the spans of bytes i to j of a source that is original.
func (b *Builder) originalSpans(i, j int) {
	s, base := b.src.s, b.src.base
	n := len(b.spans)
	b.spans = slices.Grow(b.spans, j-i)[:n+j-i]
	spans := b.spans[n:]
	for k := range spans {
		if c := s[i+k]; c < utf8.RuneSelf {
			spans[k] = Span{base + i + k, base + i + k + 1}
			continue
		}
		if k > 0 && base+i+k < spans[k-1].End { // in the character of the byte before
			spans[k] = spans[k-1]
			continue
		}
		spans[k] = b.src.byteSpan(i + k)
	}
}

// Put appends s, each byte of which has the span of byte at of the source. For
// a replacement that is a byte replaced; for an insertion the byte before it,
// -1 at the start.
func (b *Builder) Put(s string, at int) {
	b.putSpans(len(s), at)
	b.out.WriteString(s)
}

// PutBytes appends s as Put does.
func (b *Builder) PutBytes(s []byte, at int) {
	b.putSpans(len(s), at)
	b.out.Write(s)
}

// PutRune appends r as Put does.
func (b *Builder) PutRune(r rune, at int) {
	b.putSpans(utf8.RuneLen(r), at)
	b.out.WriteRune(r)
}

func (b *Builder) putSpans(n, at int) {
	if b.src.untracked {
		if at < b.src.lead && b.lead == b.out.Len() {
			b.lead += n
		}
		return
	}
	span := b.src.byteSpan(at)
	for range n {
		b.spans = append(b.spans, span)
	}
}

// Len returns the bytes appended so far.
func (b *Builder) Len() int { return b.out.Len() }

// Text returns what was appended. The Builder must not be used further.
func (b *Builder) Text() Text {
	if b.src.untracked {
		return b.src.WithFront(b.out.String(), b.lead)
	}
	return b.src.With(b.out.String(), b.spans)
}
