package normalize

import (
	"unicode/utf8"

	"github.com/nibble-go/nibble/tokenize/internal/bytelevel"
	"github.com/nibble-go/nibble/tokenize/internal/text"
)

// ByteLevel spells each byte as a printable character.
func ByteLevel() Normalizer { return byteLevel{} }

type byteLevel struct{}

// Normalize implements [Normalizer].
func (byteLevel) Normalize(t text.Text) (text.Text, error) {
	s := t.String()
	i := printable(s)
	if i == len(s) {
		return t, nil
	}
	b := text.NewBuilderSize(t, len(s)+len(s)/2)
	var buf []byte
	for kept := 0; ; {
		b.Keep(kept, i)
		if i == len(s) {
			return b.Text(), nil
		}
		// Each byte of a character has the span of all of it. Where spans do not
		// matter, characters do not.
		_, size := utf8.DecodeRuneInString(s[i:])
		if !t.IsTracked() && i >= t.Front() {
			size = min(len(s)-i, 1024)
		}
		buf = bytelevel.AppendEncoded(buf[:0], s[i:i+size])
		b.PutBytes(buf, i)
		kept = i + size
		i = kept + printable(s[kept:])
	}
}

// IsIdentity implements [Normalizer].
func (byteLevel) IsIdentity(s string) bool { return printable(s) == len(s) }

// printable returns how many of the first bytes of s stand for themselves.
func printable(s string) int {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] >= 0x7F {
			return i
		}
	}
	return len(s)
}
