package llamacpp

// Stages that cut numbers into groups of three from the right. Each remembers
// where the run of numbers ends that it is in.

// groupNumbers is llama.cpp's scanner for \p{AFMoE_digits} and for
// \d{1,3}(?=(?:\d{3})*\b): groups of three from the right. What stands before
// the numbers is in one piece with the first group.
func (t classTable) groupNumbers(s string, pos int, memo *int) int {
	if pos < *memo {
		return t.atMost(3, s, pos, number)
	}
	for pos < len(s) {
		c, size := t.at(s, pos)
		if c&number != 0 {
			break
		}
		pos += size
	}
	n, end := 0, pos
	for end < len(s) {
		c, size := t.at(s, end)
		if c&number == 0 {
			break
		}
		n++
		end += size
	}
	*memo = end
	if n%3 != 0 {
		return t.atMost(n%3, s, pos, number)
	}
	return t.atMost(3, s, pos, number)
}

// beforeThrees is (?=(\d{3})+(?!\d)): it cuts where the number of digits of
// ASCII that follow is a multiple of three.
func beforeThrees(s string, pos int, memo *int) int {
	for start := pos; pos < len(s); pos++ {
		if s[pos] < '0' || s[pos] > '9' {
			continue
		}
		if pos >= *memo {
			*memo = pos + 1
			for *memo < len(s) && '0' <= s[*memo] && s[*memo] <= '9' {
				*memo++
			}
		}
		if pos > start && (*memo-pos)%3 == 0 {
			return pos
		}
	}
	return len(s)
}

// threeDigits is [0-9][0-9][0-9].
func threeDigits(s string, pos int, _ *int) int {
	n := 0
	for i := pos; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			n = 0
			continue
		}
		if n++; n == 3 {
			if start := i - 2; start > pos {
				return start
			}
			return i + 1
		}
	}
	return len(s)
}
