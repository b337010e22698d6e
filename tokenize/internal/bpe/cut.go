package bpe

import (
	"strings"
	"unicode/utf8"
)

// cuts say where a piece can be cut without changing its tokens: between two
// bytes that do not stand side by side in any token, so that no merge crosses
// the border.
//
// Without a pre-tokenizer a piece is a whole text. Cut, it falls apart into
// words, which the cache may have.
type cuts struct {
	joined pairSet // no cut between them

	// The first byte of ▁, which stands for a space in vocabularies of
	// characters, is that of too many other characters. So ▁ is looked at as a
	// whole: which bytes end the characters that tokens have before it.
	meta       bool
	beforeMeta [256]bool // other than ▁
	metaMeta   bool      // ▁ itself is before ▁
}

const meta = "▁"

// newCuts returns the cuts that the texts of the symbols allow.
func (m *Model) newCuts() *cuts {
	c := &cuts{meta: !m.alphabet.byteLevel && m.isKnown('▁')}
	for b := range uint32(256) {
		// A cut must not divide a character. And if unknown characters are held
		// back, there is none but before what makes them wait no longer.
		inside := !m.alphabet.byteLevel && b >= utf8.RuneSelf && !utf8.RuneStart(byte(b))
		if inside || m.holds && !m.knownByte(b) {
			for a := range 256 {
				c.joined.add(byte(a), byte(b))
			}
		}
	}
	for symbol := range m.inert {
		text := m.symbolText(symbol)
		for i := 1; i < len(text); i++ {
			c.joined.add(text[i-1], text[i])
		}
		if c.meta {
			c.addMeta(text)
		}
	}
	return c
}

// isKnown reports whether a unit is a token.
func (m *Model) isKnown(unit uint32) bool {
	symbol := m.alphabet.atom(unit, 0)
	return symbol != none && m.ids[symbol] < unspelled
}

// knownByte reports whether the unit that starts with b is a token, as far as
// one byte tells.
func (m *Model) knownByte(b uint32) bool {
	return (m.alphabet.byteLevel || b < utf8.RuneSelf) && m.isKnown(b)
}

func (c *cuts) addMeta(text string) {
	for i := 1; i < len(text); i++ {
		switch {
		case !strings.HasPrefix(text[i:], meta):
		case strings.HasSuffix(text[:i], meta):
			c.metaMeta = true
		default:
			c.beforeMeta[text[i-1]] = true
		}
	}
}

// next returns where the first part of a piece ends.
func (c *cuts) next(piece string) int {
	for i := 1; i < len(piece); i++ {
		if !c.joined.has(piece[i-1], piece[i]) {
			return i
		}
		if c.meta && piece[i] == meta[0] && c.beforeMetaAt(piece, i) {
			return i
		}
	}
	return len(piece)
}

// beforeMetaAt reports whether there is a ▁ at i that no token joins with what
// is before it.
func (c *cuts) beforeMetaAt(piece string, i int) bool {
	switch {
	case !strings.HasPrefix(piece[i:], meta):
		return false
	case strings.HasSuffix(piece[:i], meta):
		return !c.metaMeta
	}
	return !c.beforeMeta[piece[i-1]]
}
