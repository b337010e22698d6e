// Package bytelevel has the alphabet in which byte-level vocabularies spell
// bytes: each of the 256 bytes as a printable character.
//
// The bytes 0x21 to 0x7E, 0xA1 to 0xAC and 0xAE to 0xFF stand for the
// characters of the same number; the other 68, in order, for U+0100 to U+0143.
// GPT-2 introduced it, so that any text is made of characters that look like
// something. A space is Ġ (U+0120), a newline Ċ (U+010A).
package bytelevel

import "unicode/utf8"

// end is the first rune beyond the alphabet.
const end = 0x144

var (
	runes [256]rune
	bytes [end]int16  // -1: not in the alphabet
	ascii [0x80]bool  // ASCII that stands for itself
	utf8s [256]string // runes, encoded
)

func init() {
	for r := range bytes {
		bytes[r] = -1
	}
	next := rune(0x100)
	for b := range rune(256) {
		r := b
		if !('!' <= b && b <= '~' || '¡' <= b && b <= '¬' || '®' <= b && b <= 'ÿ') {
			r = next
			next++
		}
		runes[b] = r
		bytes[r] = int16(b)
		utf8s[b] = string(r)
		if r < 0x80 {
			ascii[r] = true
		}
	}
}

// Rune returns the character that stands for b.
func Rune(b byte) rune { return runes[b] }

// Spell returns the character that stands for b, as a string.
func Spell(b byte) string { return utf8s[b] }

// Byte returns the byte that r stands for, and false if it stands for none.
func Byte(r rune) (byte, bool) {
	if uint32(r) >= end || bytes[r] < 0 {
		return 0, false
	}
	return byte(bytes[r]), true
}

// AppendEncoded appends the characters that stand for the bytes of raw.
func AppendEncoded(dst []byte, raw string) []byte {
	for i := 0; i < len(raw); {
		start := i
		for i < len(raw) && raw[i] < 0x80 && ascii[raw[i]] {
			i++
		}
		dst = append(dst, raw[start:i]...)
		if i < len(raw) {
			dst = append(dst, utf8s[raw[i]]...)
			i++
		}
	}
	return dst
}

// AppendDecoded appends the bytes that the characters of mapped stand for. If
// one of them stands for none, it returns dst as it was, and false.
func AppendDecoded(dst []byte, mapped string) (out []byte, ok bool) {
	out = dst
	for i := 0; i < len(mapped); {
		start := i
		for i < len(mapped) && mapped[i] < 0x80 && ascii[mapped[i]] {
			i++
		}
		out = append(out, mapped[start:i]...)
		if i == len(mapped) {
			break
		}
		r, size := utf8.DecodeRuneInString(mapped[i:])
		b, ok := Byte(r)
		if !ok {
			return dst, false
		}
		out = append(out, b)
		i += size
	}
	return out, true
}
