package scan

// SeedCoder scans for the pattern of Seed Coder: that of [Qwen2], but no line
// ends go with symbols.
//
//	(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1}|
//	 ?[^\s\p{L}\p{N}\r\n]+|\s*[\r\n]+|\s+(?!\S)|\s+
func SeedCoder(s string, pos int) int {
	if i := afterFirst(s, pos); i != 0 {
		return letters(s, i, letter)
	}
	if end := cl100kRun(s, pos, 1); end != 0 {
		for ascii[s[end-1]]&newline != 0 {
			end--
		}
		return end
	}
	return lineSpaces(s, pos)
}
