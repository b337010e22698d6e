package llamacpp

// kimi returns the end of the piece that starts at s[pos], by the scanner that
// llama.cpp has for Kimi K2. Its pattern is
//
//	[\p{Han}]+|
//	[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]*[\p{Ll}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|
//	[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]+[\p{Ll}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|
//	\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+
//
// but the scanner heeds neither case nor marks, and Han is what isHan says.
func (t classTable) kimi(s string, pos int) int {
	if end := hanRun(s, pos); end > pos {
		return end
	}
	c, size := t.at(s, pos)
	switch {
	case c&letter != 0:
		return withContraction(s, pos, t.lettersButHan(s, pos+size))
	case leads(s, pos, c):
		if end := t.lettersButHan(s, pos+size); end > pos+size {
			return withContraction(s, pos, end)
		}
	case c&number != 0:
		return t.atMost(3, s, pos, number)
	}
	start := pos
	if s[pos] == ' ' {
		start++
	}
	if end := t.others(s, start, space|letter|number); end > start {
		return lineEnds(s, end)
	}
	return t.spaces(s, pos)
}

func (t classTable) lettersButHan(s string, pos int) int {
	for pos < len(s) {
		r, size := decode(s, pos)
		if t.of(r)&letter == 0 || isHan(r) {
			break
		}
		pos += size
	}
	return pos
}

func hanRun(s string, pos int) int {
	for pos < len(s) {
		r, size := decode(s, pos)
		if !isHan(r) {
			break
		}
		pos += size
	}
	return pos
}

// isHan reports whether r is in one of the blocks that llama.cpp takes for Han.
func isHan(r rune) bool {
	switch {
	case r < 0x3400:
		return false
	case r <= 0x9fff:
		return r <= 0x4dbf || r >= 0x4e00
	case r < 0x20000:
		return 0xf900 <= r && r <= 0xfaff
	}
	return r <= 0x2a6df || 0x2a700 <= r && r <= 0x2b73f || 0x2b740 <= r && r <= 0x2ebef || 0x2f800 <= r && r <= 0x2fa1f
}
