package text

// A Builder makes a Text out of another, from front to back.
type Builder struct {
	src   Text
	buf   []byte
	spans []Span
}

// NewBuilder returns a Builder that has nothing of src yet.
func NewBuilder(src Text) *Builder {
	b := &Builder{src: src, buf: make([]byte, 0, len(src.s)+len(src.s)/8)}
	if !src.untracked {
		b.spans = make([]Span, 0, cap(b.buf))
	}
	return b
}

// Keep appends bytes i to j of the source as they are.
func (b *Builder) Keep(i, j int) {
	b.buf = append(b.buf, b.src.s[i:j]...)
	if b.src.untracked {
		return
	}
	for ; i < j; i++ {
		b.spans = append(b.spans, b.src.byteSpan(i))
	}
}

// Put appends s, each byte of which has the span of byte at of the source. For
// a replacement that is the first byte replaced; for an insertion the byte
// before it, -1 at the start.
func (b *Builder) Put(s string, at int) {
	b.buf = append(b.buf, s...)
	if b.src.untracked {
		return
	}
	span := b.src.byteSpan(at)
	for range len(s) {
		b.spans = append(b.spans, span)
	}
}

// Len returns the bytes appended so far.
func (b *Builder) Len() int { return len(b.buf) }

// Text returns what was appended. The Builder must not be used further.
func (b *Builder) Text() Text {
	t := Text{s: string(b.buf), base: b.src.base, spans: b.spans, untracked: b.src.untracked}
	return t
}
