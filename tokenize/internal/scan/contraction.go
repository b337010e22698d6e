package scan

// contraction returns the end of the match of (?i:'s|'t|'re|'ve|'m|'ll|'d) at
// s[i:], or i where it does not match. Without case, s is also U+017F, the long
// s; the other letters have no such relatives.
func contraction(s string, i int) int {
	if len(s)-i < 2 || s[i] != '\'' {
		return i
	}
	second := byte(0)
	switch s[i+1] {
	case 's', 't', 'm', 'd', 'S', 'T', 'M', 'D':
		return i + 2
	case 'l', 'L':
		second = 'l'
	case 'r', 'v', 'R', 'V':
		second = 'e'
	case "\u017f"[0]:
		if len(s)-i >= 3 && s[i+2] == "\u017f"[1] {
			return i + 3
		}
	}
	if second != 0 && len(s)-i >= 3 && s[i+2]|('a'-'A') == second {
		return i + 3
	}
	return i
}

// lowerContraction is contraction for 's|'t|'re|'ve|'m|'ll|'d.
func lowerContraction(s string, i int) int {
	if len(s)-i < 2 || s[i] != '\'' {
		return i
	}
	switch s[i+1] {
	case 's', 't', 'm', 'd':
		return i + 2
	case 'l':
		if len(s)-i >= 3 && s[i+2] == 'l' {
			return i + 3
		}
	case 'r', 'v':
		if len(s)-i >= 3 && s[i+2] == 'e' {
			return i + 3
		}
	}
	return i
}
