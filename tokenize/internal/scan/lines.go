package scan

import "strings"

// Lines scans for [^\n]+|[\n]+, by which llama.cpp splits for Gemma 4.
func Lines(s string, pos int) int {
	if s[pos] != '\n' {
		if i := strings.IndexByte(s[pos:], '\n'); i >= 0 {
			return pos + i
		}
		return len(s)
	}
	for pos < len(s) && s[pos] == '\n' {
		pos++
	}
	return pos
}
