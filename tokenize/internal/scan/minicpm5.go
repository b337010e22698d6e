package scan

// MiniCPM5 scans for two Splits in a row, those of MiniCPM 5: \p{N}{1,3}, and
// the pattern of [Llama3] with \p{N}+. The second finds nothing to cut in what
// the first has matched, but the spaces before that end a chunk, and stay
// together.
func MiniCPM5(s string, pos int) int {
	if i := afterFirst(s, pos); i != 0 {
		return letters(s, i, letter)
	}
	if end := cl100kRun(s, pos, 3); end != 0 {
		return end
	}
	end, last, line := blank(s, pos)
	if line != 0 {
		return line
	}
	k := class(0)
	if end < len(s) {
		k, _ = classAt(s, end)
	}
	return giveBack(pos, end, last, end == len(s) || k&number != 0)
}
