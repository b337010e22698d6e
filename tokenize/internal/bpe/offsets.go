package bpe

import (
	"github.com/nibble-go/nibble/tokenize/internal/bytelevel"
	"github.com/nibble-go/nibble/tokenize/internal/model"
)

// spelledSize returns the size of the character that stands for a byte in the
// byte-level alphabet.
func spelledSize(b byte) int { return len(bytelevel.Spell(b)) }

// rawOffsets turns offsets in a piece spelled in the byte-level alphabet into
// offsets in its bytes.
//
// Hugging Face's tokenizers add up the sizes of the characters that tokens
// stand for, and where characters were dropped the sums point elsewhere, maybe
// into the middle of a character. What counts then is the bytes that the
// characters touched stand for.
func rawOffsets(tokens []model.Token, piece string) {
	at, spelled := 0, 0 // in the piece; the end of byte at in its spelling
	if len(piece) > 0 {
		spelled = spelledSize(piece[0])
	}
	seek := func(offset int) int {
		for at < len(piece)-1 && spelled <= offset {
			at++
			spelled += spelledSize(piece[at])
		}
		return at
	}
	for i := range tokens {
		t := &tokens[i]
		start, end := t.Start, t.End
		t.Start = seek(start)
		t.End = seek(end-1) + 1
	}
}
