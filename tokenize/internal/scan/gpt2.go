package scan

// GPT2 scans for the pattern of GPT-2, which is also tiktoken's for gpt2, r50k
// and p50k, and the one built into Hugging Face's ByteLevel:
//
//	's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
//
// tiktoken's \s++$|\s+(?!\S)|\s splits alike: only the end of the text follows
// all spaces of a run.
func GPT2(s string, pos int) int {
	if i := afterFirstSpaced(s, pos); i != 0 {
		return letters(s, i, letter)
	}
	if end := gpt2Run(s, pos); end != 0 {
		return end
	}
	return spaces(s, pos)
}

// gpt2Run matches the alternatives of the pattern before the spaces. It returns
// 0 where none matches.
func gpt2Run(s string, pos int) int {
	if end := lowerContraction(s, pos); end != pos {
		return end
	}
	if end := otherRun(s, pos); end != 0 {
		return end
	}
	if s[pos] == ' ' && pos+1 < len(s) {
		pos++
	}
	switch k, size := classAt(s, pos); {
	case k&letter != 0:
		return letters(s, pos+size, letter)
	case k&number != 0:
		return run(s, pos+size, number)
	}
	return 0
}
