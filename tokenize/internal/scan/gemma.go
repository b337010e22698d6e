package scan

import "strings"

// Spaces scans for a Split by the string " " that is merged with what is before
// it: a piece ends behind each U+0020. Gemma has it, behind a normalizer that
// leaves no such space.
func Spaces(s string, pos int) int {
	if i := strings.IndexByte(s[pos:], ' '); i >= 0 {
		return pos + i + 1
	}
	return len(s)
}

// Whole takes the text for one piece: there is no pre-tokenizer.
func Whole(s string, pos int) int { return len(s) }
