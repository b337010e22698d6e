package scan

// Qwen2 scans for the pattern of Qwen 1.5 to 3: that of [Llama3] with each
// number on its own.
//
//	(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}|
//	 ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+
func Qwen2(s string, pos int) int {
	if i := afterFirst(s, pos); i != 0 {
		return letters(s, i, letter)
	}
	if end := cl100kRun(s, pos, 1); end != 0 {
		return end
	}
	return lineSpaces(s, pos)
}
