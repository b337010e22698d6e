package convert

import (
	"strings"
	"unicode/utf8"

	"github.com/nibble-go/nibble/internal/jsonread"
)

// decodeToken returns the text that a tokenizer decodes a single token to,
// with the decoder of tokenizer.json. The reference encodes and decodes the
// added tokens that are not normalized, which leaves one token that only the
// decoder changes.
func decodeToken(d *jsonread.Object, text string) string {
	switch kind, _ := d.String("type"); kind {
	case "ByteLevel":
		return decodeByteLevel(text)
	case "WordPiece":
		if cleanup, given := d.Bool("cleanup"); cleanup || !given {
			text = tidySpaces(text, true)
		}
	case "Replace":
		pattern, _ := d.Object("pattern")
		if from, ok := pattern.String("String"); ok && from != "" {
			to, _ := d.String("content")
			text = strings.ReplaceAll(text, from, to)
		}
	case "Metaspace":
		text = decodeMetaspace(d, text)
	case "BPEDecoder":
		suffix, ok := d.String("suffix")
		if !ok {
			suffix = "</w>"
		}
		if suffix != "" {
			text = strings.ReplaceAll(text, suffix, "")
		}
	case "ByteFallback":
		if b, ok := parseByteToken(text); ok {
			text = string([]byte{b})
			if b >= utf8.RuneSelf {
				text = "\ufffd" // a byte alone is no character
			}
		}
	case "Strip":
		text = decodeStrip(d, text)
	case "Sequence":
		list, _ := d.Array("decoders")
		for _, step := range list {
			o, _ := step.(*jsonread.Object)
			text = decodeToken(o, text)
		}
	}
	return text
}

// decodeByteLevel turns the characters that stand for bytes into those bytes,
// if all of them do. What is not UTF-8 then becomes U+FFFD.
func decodeByteLevel(text string) string {
	decoded := make([]byte, 0, len(text))
	for _, r := range text {
		b, ok := byteOf(r)
		if !ok {
			return text
		}
		decoded = append(decoded, b)
	}
	return lossyUTF8(decoded)
}

// byteOf returns the byte that a character stands for in byte-level
// vocabularies: the printable characters of Latin-1 stand for themselves, the
// other 68 bytes, in ascending order, are U+0100 and up.
func byteOf(r rune) (byte, bool) {
	switch {
	case printableLatin1(r):
		return byte(r), true
	case r < 0x100 || r >= 0x100+68:
		return 0, false
	}
	const (
		low    = ' ' + 1         // 0x00 to 0x20
		middle = 0xa0 - 0x7f + 1 // 0x7f to 0xa0
	)
	switch n := r - 0x100; {
	case n < low:
		return byte(n), true
	case n < low+middle:
		return byte(n - low + 0x7f), true
	}
	return 0xad, true
}

func printableLatin1(r rune) bool {
	return '!' <= r && r <= '~' || '¡' <= r && r <= '¬' || '®' <= r && r <= 'ÿ'
}

// lossyUTF8 returns b as text, with one U+FFFD for each maximal part of a
// character that does not go on.
func lossyUTF8(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	var s strings.Builder
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n <= 1 {
			n = brokenPrefix(b)
		}
		s.WriteRune(r)
		b = b[n:]
	}
	return s.String()
}

// brokenPrefix returns the length of the maximal start of a character at the
// front of b, which is no whole one; at least 1 (Unicode, section 3.9, table
// 3-7).
func brokenPrefix(b []byte) int {
	need, low, high := 0, byte(0x80), byte(0xbf)
	switch lead := b[0]; {
	case 0xc2 <= lead && lead <= 0xdf:
		need = 1
	case 0xe0 <= lead && lead <= 0xef:
		need = 2
		if lead == 0xe0 {
			low = 0xa0
		} else if lead == 0xed {
			high = 0x9f
		}
	case 0xf0 <= lead && lead <= 0xf4:
		need = 3
		if lead == 0xf0 {
			low = 0x90
		} else if lead == 0xf4 {
			high = 0x8f
		}
	}
	n := 1
	for n <= need && n < len(b) && low <= b[n] && b[n] <= high {
		low, high = 0x80, 0xbf
		n++
	}
	return n
}

// decodeMetaspace makes spaces of the mark for them; in the first token of a
// text it drops them, unless no space was put in front.
func decodeMetaspace(d *jsonread.Object, text string) string {
	mark, ok := d.String("replacement")
	if !ok {
		mark = spaceMark
	}
	space := ""
	scheme, _ := d.String("prepend_scheme")
	if prefix, given := d.Bool("add_prefix_space"); scheme == "never" || given && !prefix {
		space = " "
	}
	return strings.ReplaceAll(text, mark, space)
}

// decodeStrip removes up to start characters of one kind from the front, and
// up to stop from the back.
func decodeStrip(d *jsonread.Object, text string) string {
	content, _ := d.String("content")
	if content == "" {
		return text
	}
	start, _ := d.Int("start")
	for ; start > 0 && strings.HasPrefix(text, content); start-- {
		text = text[len(content):]
	}
	stop, _ := d.Int("stop")
	for ; stop > 0 && strings.HasSuffix(text, content); stop-- {
		text = text[:len(text)-len(content)]
	}
	return text
}

// parseByteToken reads <0x0A>.
func parseByteToken(text string) (byte, bool) {
	if len(text) != len("<0x00>") || text[:3] != "<0x" || text[5] != '>' {
		return 0, false
	}
	high, ok1 := hexDigit(text[3])
	low, ok2 := hexDigit(text[4])
	return high<<4 | low, ok1 && ok2
}

func hexDigit(c byte) (byte, bool) {
	switch {
	case '0' <= c && c <= '9':
		return c - '0', true
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10, true
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}

// tidySpaces undoes the spaces that splitting English text leaves, one rule
// after the other. It is what clean_up_tokenization_spaces asks for, and part
// of WordPiece's decoder, which has a rule more.
func tidySpaces(text string, wordPiece bool) string {
	for _, rule := range tidyRules {
		if wordPiece || rule.always {
			text = strings.ReplaceAll(text, rule.from, rule.to)
		}
	}
	return text
}

var tidyRules = []struct {
	from, to string
	always   bool
}{
	{" .", ".", true},
	{" ?", "?", true},
	{" !", "!", true},
	{" ,", ",", true},
	{" ' ", "'", true},
	{" n't", "n't", true},
	{" 'm", "'m", true},
	{" do not", " don't", false},
	{" 's", "'s", true},
	{" 've", "'ve", true},
	{" 're", "'re", true},
}
