package scan

import "github.com/nibble-go/nibble/tokenize/internal/ucd"

// KimiK2 scans for the pattern of Kimi K2: that of [O200K], but Han characters
// are words of their own, and slashes do not follow symbols.
//
//	[\p{Han}]+|
//	[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]*[\p{Ll}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|
//	[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]+[\p{Ll}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|
//	\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+
func KimiK2(s string, pos int) int {
	end := casedStart(s, pos)
	switch {
	case end != 0:
		if end = lowers(s, end); end < len(s) && s[end] < 0x80 && s[end] != '\'' {
			return end
		}
		end = secondRun(s, end, true)
	case s[pos] >= 0x80:
		if end = hanRun(s, pos); end != pos {
			return end
		}
		fallthrough
	default:
		end = casedWord(s, pos, true)
	}
	if end != 0 {
		return contraction(s, end)
	}
	if end := otherRun(s, pos); end != 0 {
		return lineEnds(s, end)
	}
	if k, size := classAt(s, pos); k&number != 0 {
		return numbers(s, pos+size, 2)
	}
	return lineSpaces(s, pos)
}

// hanRun returns the end of the run of \p{Han} at s[i:].
func hanRun(s string, i int) int {
	for i < len(s) && s[i] >= 0x80 {
		r, size := decode(s, i)
		if !isHan(r) {
			break
		}
		i += size
	}
	return i
}

// isHan reports whether r is of script Han. The search for a script is slow, so
// the blocks that most such questions are about are known here: the unified
// ideographs, and what has none around them, which is Kana, Hangul and all
// alphabets.
func isHan(r rune) bool {
	switch {
	case 0x4E00 <= r && r <= 0x9FFF:
		return true
	case r < 0x2E80, 0x3040 <= r && r < 0x3400, 0xA000 <= r && r < 0xF900:
		return false
	}
	return ucd.ScriptOf(r) == ucd.Han
}
