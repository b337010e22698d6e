package pretokenize

import (
	"strings"
	"unicode/utf8"

	"github.com/nibble-go/nibble/tokenize/internal/text"
)

// split is the pre-tokenizer Split.
type split struct {
	pattern  pattern
	behavior Behavior
	invert   bool
}

// A pattern finds matches: successive ones that do not overlap. They may be
// empty, but not where the one before ended.
type pattern interface {
	find(s string, do func(start, end int) error) error
}

func newSplit(s Step) (PreTokenizer, error) {
	if !s.Regex {
		return split{literal(s.Pattern), s.Behavior, s.Invert}, nil
	}
	p, err := compile(s.Pattern, s.Behavior)
	if err != nil {
		return nil, err
	}
	return split{p, s.Behavior, s.Invert}, nil
}

func (p split) Split(t text.Text, emit func(text.Text) error) error {
	if t.Len() == 0 {
		return nil
	}
	pieces := splitter{cut: newCutter(t), behavior: p.behavior, invert: p.invert, emit: emit}
	if err := p.pattern.find(t.String(), pieces.match); err != nil {
		return err
	}
	return pieces.finish()
}

// A literal matches itself.
type literal string

func (l literal) find(s string, do func(start, end int) error) error {
	if l == "" {
		return everywhere(s, do)
	}
	for pos := 0; ; {
		i := strings.Index(s[pos:], string(l))
		if i < 0 {
			return nil
		}
		start := pos + i
		pos = start + len(l)
		if err := do(start, pos); err != nil {
			return err
		}
	}
}

// everywhere finds the empty text before each character and at the end.
func everywhere(s string, do func(start, end int) error) error {
	for pos := 0; pos < len(s); {
		if err := do(pos, pos); err != nil {
			return err
		}
		_, size := utf8.DecodeRuneInString(s[pos:])
		pos += size
	}
	return do(len(s), len(s))
}

// classSplit is the pre-tokenizers Digits and Punctuation: the characters of a
// class are matches.
type classSplit struct {
	class    class
	behavior Behavior
}

func (p classSplit) Split(t text.Text, emit func(text.Text) error) error {
	s := t.String()
	pieces := splitter{cut: newCutter(t), behavior: p.behavior, emit: emit}
	for {
		i := until(s, pieces.end, p.class)
		if i == len(s) {
			return pieces.finish()
		}
		_, size := classAt(s, i, p.class)
		if err := pieces.match(i, i+size); err != nil {
			return err
		}
	}
}

// delimiter is the pre-tokenizer CharDelimiterSplit.
type delimiter struct{ char string }

func (p delimiter) Split(t text.Text, emit func(text.Text) error) error {
	return split{literal(p.char), Removed, false}.Split(t, emit)
}
