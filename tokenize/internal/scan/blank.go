package scan

// blank returns what patterns ask about the run of spaces at s[pos:], which is
// not empty: where it ends, where its last character starts, and the end of the
// last \r or \n in it, 0 if there is none.
func blank(s string, pos int) (end, last, line int) {
	for i := pos; i < len(s); {
		k, size := ascii[s[i]], 1
		if k&wide != 0 {
			k, size = wideClassAt(s, i)
		}
		if k&space == 0 {
			return i, last, line
		}
		last = i
		i += size
		if k&newline != 0 {
			line = i
		}
	}
	return len(s), last, line
}

// spaces returns the end of the match of \s+(?!\S)|\s+ at s[pos], a space: the
// whole run of spaces where the text ends with it, and otherwise the run but
// for its last character, which the next piece may take in.
func spaces(s string, pos int) int {
	end, last, _ := blank(s, pos)
	return giveBack(pos, end, last, end == len(s))
}

// lineSpaces returns the end of the match of \s*[\r\n]+|\s+(?!\S)|\s+ at
// s[pos], a space: where the run of spaces has line ends, it ends after the
// last of them.
func lineSpaces(s string, pos int) int {
	end, last, line := blank(s, pos)
	if line > 0 {
		return line
	}
	return giveBack(pos, end, last, end == len(s))
}

// giveBack returns the end of the match of \s+(?!\S)|\s+ at pos, where the run
// of spaces is known, and whether the text or chunk ends with it.
func giveBack(pos, end, last int, atEdge bool) int {
	if atEdge || last == pos {
		return end
	}
	return last
}
