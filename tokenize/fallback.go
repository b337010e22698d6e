package tokenize

import "strconv"

// fallbackByte returns the byte that a token of byte fallback stands for: 0x0A
// for <0x0A>.
func fallbackByte(token string) (byte, bool) {
	if len(token) != len("<0x0A>") || token[:3] != "<0x" || token[5] != '>' {
		return 0, false
	}
	b, err := strconv.ParseUint(token[3:5], 16, 8)
	return byte(b), err == nil
}
