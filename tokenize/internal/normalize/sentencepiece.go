package normalize

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/nibble-go/nibble/tokenize/internal/config"
	"github.com/nibble-go/nibble/tokenize/internal/text"
	"github.com/nibble-go/nibble/tokenize/internal/trie"
)

// A SentencePiece is how SentencePiece's own library prepares text, by the
// normalizer_spec of a .model file.
type SentencePiece struct {
	Charsmap                []byte   // empty: replaces nothing
	UserDefined             []string // pieces that stay as they are wherever they stand
	AddDummyPrefix          bool     // puts a space before the text
	RemoveExtraWhitespaces  bool     // around the text, and all but the first of several
	EscapeWhitespaces       bool     // writes spaces as ▁
	TreatWhitespaceAsSuffix bool     // puts the space of AddDummyPrefix behind the text
}

// escaped is how spaces are written.
const escaped = "▁"

// sentencePiece goes through a text by parts: a piece that the user defined, a
// key of the charsmap, the longest of them, or a character.
type sentencePiece struct {
	SentencePiece
	charsmap *charsmap  // nil: none
	pieces   *trie.Trie // nil: none
	space    string     // what is written for a space

	// plain has the bytes that begin no piece and no key: they stay as they
	// are, spaces aside. If there is a charsmap that only holds for ASCII in
	// front of ASCII.
	plain [256]bool
	word  [256]bool // those that are no spaces
}

// NewSentencePiece returns the normalizer of that setting. Errors wrap
// config.ErrFormat or config.ErrUnsupported.
func NewSentencePiece(setting SentencePiece) (Normalizer, error) {
	n := &sentencePiece{SentencePiece: setting, space: " "}
	if n.EscapeWhitespaces {
		n.space = escaped
	}
	var err error
	if len(n.Charsmap) > 0 {
		if n.charsmap, err = newCharsmap(n.Charsmap); err != nil {
			return nil, err
		}
	}
	for c := range n.plain {
		n.plain[c] = n.charsmap == nil || c < utf8.RuneSelf && n.charsmap.quiet[c]
	}
	seen := make(map[string]bool, len(n.UserDefined))
	var keys []string
	for _, piece := range n.UserDefined {
		if piece == "" || seen[piece] {
			continue
		}
		seen[piece] = true
		keys = append(keys, piece)
		n.plain[piece[0]] = false
	}
	n.word = n.plain
	n.word[' '] = false
	if len(keys) > 0 {
		if n.pieces, err = trie.Build(keys, make([]int32, len(keys))); err != nil {
			return nil, config.UnsupportedBy(err)
		}
	}
	return n, nil
}

// part returns the length of the first part of s, which is not empty, and what
// is written for it.
func (n *sentencePiece) part(s string) (length int, written string) {
	if n.pieces != nil {
		node := trie.Root
		for i := range len(s) {
			next, ok := n.pieces.Step(node, s[i])
			if !ok {
				break
			}
			if n.pieces.Value(next) >= 0 {
				length = i + 1
			}
			node = next
		}
		if length > 0 {
			return length, s[:length]
		}
	}
	if n.charsmap != nil {
		if length, written = n.charsmap.longest(s); length > 0 {
			return length, written
		}
	}
	_, length = utf8.DecodeRuneInString(s)
	return length, s[:length]
}

// skipPlain returns where the plain text at i ends, or the spaces in it begin.
func (n *sentencePiece) skipPlain(s string, i int) int {
	for i < len(s) && n.word[s[i]] && n.standsAlone(s, i) {
		i++
	}
	return i
}

// standsAlone reports whether no key can begin with the plain byte at i.
func (n *sentencePiece) standsAlone(s string, i int) bool {
	return n.charsmap == nil || i+1 == len(s) || s[i+1] < utf8.RuneSelf
}

// IsIdentity implements [Normalizer].
func (n *sentencePiece) IsIdentity(s string) bool {
	if s == "" {
		return true
	}
	return !n.AddDummyPrefix && n.skipPlain(s, 0) == len(s) &&
		!(n.RemoveExtraWhitespaces && strings.HasSuffix(s, n.space))
}

// Normalize implements [Normalizer].
func (n *sentencePiece) Normalize(t text.Text) (text.Text, error) {
	s := t.String()
	if s == "" {
		return t, nil
	}
	w := partsWriter{tracked: t.IsTracked(), end: t.Front()}
	i := 0
	for n.RemoveExtraWhitespaces && i < len(s) {
		length, written := n.part(s[i:])
		if written != " " {
			break
		}
		i += length
	}
	if i == len(s) {
		return w.text(t, 0), nil
	}
	w.out = make([]byte, 0, len(s)+len(s)/2+len(escaped))
	if n.AddDummyPrefix && !n.TreatWhitespaceAsSuffix {
		w.write(n.space, i)
	}
	// Spaces are left out behind spaces.
	afterSpace := n.RemoveExtraWhitespaces
	for i < len(s) {
		if end := n.skipPlain(s, i); end > i {
			w.copy(s, i, end)
			afterSpace = false
			i = end
			continue
		}
		if s[i] == ' ' && n.plain[' '] && n.standsAlone(s, i) {
			if !afterSpace {
				w.write(n.space, i)
			}
			afterSpace = n.RemoveExtraWhitespaces
			i++
			continue
		}
		length, written := n.part(s[i:])
		if afterSpace {
			written = strings.TrimLeft(written, " ")
		}
		if written != "" {
			afterSpace = n.RemoveExtraWhitespaces && strings.HasSuffix(written, " ")
		}
		for written != "" {
			word, rest, found := strings.Cut(written, " ")
			w.write(word, i)
			if found {
				w.write(n.space, i)
			}
			written = rest
		}
		i += length
	}
	if n.RemoveExtraWhitespaces {
		i = w.trim(n.space, i)
	}
	if n.AddDummyPrefix && n.TreatWhitespaceAsSuffix {
		w.write(n.space, i)
	}
	return w.text(t, i), nil
}

// A partsWriter collects what is written for parts, and for each byte where in
// the source its part starts. Of an untracked text it only counts the bytes at
// the front.
type partsWriter struct {
	tracked    bool
	out        []byte
	starts     []int
	front, end int // bytes of out whose part starts before end
}

// write appends what is written for the part that starts there.
func (w *partsWriter) write(s string, start int) {
	w.out = append(w.out, s...)
	if !w.tracked {
		if start < w.end {
			w.front += len(s)
		}
		return
	}
	for range len(s) {
		w.starts = append(w.starts, start)
	}
}

// copy appends s[i:j], each character of which is a part.
func (w *partsWriter) copy(s string, i, j int) {
	if !w.tracked {
		w.out = append(w.out, s[i:j]...)
		w.front += max(0, min(j, w.end)-i)
		return
	}
	for i < j {
		_, size := utf8.DecodeRuneInString(s[i:j])
		w.write(s[i:i+size], i)
		i += size
	}
}

// trim takes back what is written for spaces at the end. It returns where the
// first of them starts, end if there is none.
func (w *partsWriter) trim(space string, end int) int {
	for {
		rest, found := bytes.CutSuffix(w.out, []byte(space))
		if !found {
			return end
		}
		w.out = rest
		if w.tracked {
			end = w.starts[len(rest)]
			w.starts = w.starts[:len(rest)]
		}
	}
}

// text returns what t became. As SentencePiece has it, a byte goes from where
// its part starts to where that of the next byte does, the last one to end.
func (w *partsWriter) text(t text.Text, end int) text.Text {
	if !w.tracked {
		return t.WithFront(string(w.out), min(w.front, len(w.out)))
	}
	spans := make([]text.Span, len(w.out))
	place, offset := end, t.Original(end, end).Start
	for i := len(spans) - 1; i >= 0; i-- {
		spans[i].End = offset
		if w.starts[i] != place {
			place = w.starts[i]
			offset = t.Original(place, place).Start
		}
		spans[i].Start = offset
	}
	return t.With(string(w.out), spans)
}
