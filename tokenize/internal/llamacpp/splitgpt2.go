package llamacpp

// gpt2 returns the end of the piece that starts at s[pos]:
//
//	's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
func (t classTable) gpt2(s string, pos int) int {
	if s[pos] == '\'' {
		if end := contraction(s, pos); end > pos && lowerCase(s[pos+1:end]) {
			return end
		}
	}
	start := pos
	if s[pos] == ' ' && pos+1 < len(s) {
		start++
	}
	c, size := t.at(s, start)
	switch {
	case c&letter != 0:
		return t.run(s, start+size, letter)
	case c&number != 0:
		return t.run(s, start+size, number)
	case c&space == 0:
		return t.others(s, start+size, space|letter|number)
	}
	end, last := pos, pos
	for end < len(s) {
		c, size := t.at(s, end)
		if c&space == 0 {
			break
		}
		last = end
		end += size
	}
	if end < len(s) && last > pos {
		return last
	}
	return end
}

func lowerCase(s string) bool {
	for i := range len(s) {
		if s[i] < 'a' {
			return false
		}
	}
	return true
}
