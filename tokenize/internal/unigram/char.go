package unigram

// charSize returns the size of the character at i, as package utf8 does: a byte
// that is not UTF-8 is a character of its own.
func charSize[T string | []byte](text T, i int) int {
	lead := text[i]
	if lead < 0x80 {
		return 1
	}
	n := len(text) - i
	switch {
	case lead < 0xC2 || lead > 0xF4 || n < 2:
		return 1
	case lead < 0xE0:
		if isTrail(text[i+1]) {
			return 2
		}
	case lead < 0xF0:
		second := text[i+1]
		if n < 3 || !isTrail(second) || !isTrail(text[i+2]) ||
			lead == 0xE0 && second < 0xA0 || // overlong
			lead == 0xED && second >= 0xA0 { // surrogates
			return 1
		}
		return 3
	default:
		second := text[i+1]
		if n < 4 || !isTrail(second) || !isTrail(text[i+2]) || !isTrail(text[i+3]) ||
			lead == 0xF0 && second < 0x90 || // overlong
			lead == 0xF4 && second >= 0x90 { // above U+10FFFF
			return 1
		}
		return 4
	}
	return 1
}

func isTrail(b byte) bool { return b&0xC0 == 0x80 }
