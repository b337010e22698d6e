package scan

// Qwen35 scans for the pattern of Qwen 3.5: that of [Qwen2] with marks among
// the letters.
//
//	(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}|
//	 ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+
func Qwen35(s string, pos int) int {
	if i := afterFirst(s, pos); i != 0 {
		return letters(s, i, letter|mark)
	}
	if end := contraction(s, pos); end != pos {
		return end
	}
	k, size := classAt(s, pos)
	next := pos + size
	switch {
	case k&(letter|mark) != 0: // a mark may be the character in front as well, and the run is the same
		return letters(s, next, letter|mark)
	case k&number != 0:
		return next
	case k&newline != 0:
		return lineSpaces(s, pos)
	}
	if next < len(s) {
		switch after, size := classAt(s, next); {
		case after&(letter|mark) != 0:
			return letters(s, next+size, letter|mark)
		case s[pos] == ' ' && after&(number|space) == 0:
			return lineEnds(s, run(s, next+size, other&^mark))
		}
	}
	if k&space != 0 {
		return lineSpaces(s, pos)
	}
	return lineEnds(s, run(s, next, other&^mark))
}
