package scan

// Tekken scans for the pattern of Mistral's Tekken, which Nemotron has too:
// that of [O200K] without contractions, and with each number on its own.
//
//	[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|
//	[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|
//	\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+
func Tekken(s string, pos int) int {
	if i := casedStart(s, pos); i != 0 {
		if i = lowers(s, i); i < len(s) && s[i] < 0x80 {
			return i
		}
		return run(s, i, secondSet)
	}
	if end := casedWord(s, pos, false); end != 0 {
		return end
	}
	return casedRest(s, pos, 1)
}
