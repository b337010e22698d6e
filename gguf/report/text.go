package report

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// longest is how many bytes of a text are shown. Names in GGUF files are
// shorter; what is longer was made to be a nuisance.
const longest = 200

// visible returns a text from a file such that it shows all that is in it and
// acts on nothing around it: what is not printable, as control characters and
// those that turn the direction of writing, is escaped as in Go.
func visible(s string) string {
	tail := ""
	if len(s) > longest {
		s, tail = s[:longest], "…"
	}
	var b strings.Builder
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		if unicode.IsPrint(r) && (r != utf8.RuneError || n > 1) {
			b.WriteString(s[:n])
		} else {
			quoted := strconv.QuoteToASCII(s[:n])
			b.WriteString(quoted[1 : len(quoted)-1])
		}
		s = s[n:]
	}
	return b.String() + tail
}

// listed joins at most most names, and says how many there are beside them.
func listed(names []string, most int) string {
	shown := make([]string, 0, most+1)
	for _, name := range names[:min(most, len(names))] {
		shown = append(shown, visible(name))
	}
	if rest := len(names) - most; rest > 0 {
		shown = append(shown, strconv.Itoa(rest)+" more")
	}
	return strings.Join(shown, ", ")
}
