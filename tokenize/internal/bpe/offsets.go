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
// characters touched stand for. The bytes of affixes can even lead beyond the
// end; such offsets are left as they are.
func rawOffsets(tokens []model.Token, piece string) {
	at, spelled := -1, 0 // a byte of the piece, and where its spelling ends
	seek := func(offset int) bool {
		for spelled <= offset {
			if at++; at == len(piece) {
				return false
			}
			spelled += spelledSize(piece[at])
		}
		return true
	}
	for i := range tokens {
		t := &tokens[i]
		if !seek(t.Start) {
			return
		}
		start := at
		if !seek(t.End - 1) {
			return
		}
		t.Start, t.End = start, at+1
	}
}
