package pretokenize

import (
	"github.com/nibble-go/nibble/tokenize/internal/bytelevel"
	"github.com/nibble-go/nibble/tokenize/internal/text"
)

// gpt2Pattern is what ByteLevel splits by.
const gpt2Pattern = `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`

// byteLevel is the pre-tokenizer ByteLevel: it splits by the pattern of GPT-2
// and spells bytes as characters.
type byteLevel struct {
	prefix bool    // a space goes in front of a text that starts with none
	regex  pattern // nil: the text is one piece
}

func newByteLevel(s Step) (PreTokenizer, error) {
	p := byteLevel{prefix: s.AddPrefixSpace}
	if s.UseRegex {
		var err error
		if p.regex, err = compile(gpt2Pattern, Isolated); err != nil {
			return nil, err
		}
	}
	return p, nil
}

func (p byteLevel) Split(t text.Text, emit func(text.Text) error) error {
	if t.Len() == 0 {
		return nil
	}
	if p.prefix && t.String()[0] != ' ' {
		b := text.NewBuilder(t)
		b.Put(" ", 0)
		b.Keep(0, t.Len())
		t = b.Text()
	}
	if p.regex == nil {
		return emit(spell(t))
	}
	return split{p.regex, Isolated, false}.Split(t, func(piece text.Text) error { return emit(spell(piece)) })
}

// spell writes the bytes of t in the alphabet of byte-level vocabularies. Each
// has the span of the character that it is part of.
func spell(t text.Text) text.Text {
	s := t.String()
	pos := plainEnd(s, 0)
	if pos == len(s) {
		return t
	}
	b := text.NewBuilder(t)
	b.Keep(0, pos)
	for pos < len(s) {
		b.Put(bytelevel.Spell(s[pos]), pos)
		end := plainEnd(s, pos+1)
		b.Keep(pos+1, end)
		pos = end
	}
	return b.Text()
}

// plainEnd returns the end of the run at s[i:] of ASCII that stands for itself.
func plainEnd(s string, i int) int {
	for i < len(s) && '!' <= s[i] && s[i] <= '~' {
		i++
	}
	return i
}
