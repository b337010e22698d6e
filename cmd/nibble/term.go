package main

import (
	"io"
	"os"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/vbauerster/cupwriter"
)

// isTerminal reports whether somebody watches w.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && cupwriter.New(f, false).IsTerminal()
}

// terminalWidth returns the columns of the terminal that w is, 0 where it is none.
func terminalWidth(w io.Writer) int {
	f, ok := w.(*os.File)
	if !ok {
		return 0
	}
	c := cupwriter.New(f, false)
	if !c.IsTerminal() {
		return 0
	}
	width, _, err := c.GetTermSize()
	if err != nil {
		return 0
	}
	return width
}

// printable returns s with everything escaped that a terminal could take for a command or that would hide text:
// control characters, bytes that are not UTF-8, invisible and direction-changing characters. Names and texts from
// files pass through here on their way to the screen. Line breaks stay.
func printable(s string) string {
	clean := true
	for _, r := range s {
		if r != '\n' && (r == utf8.RuneError || !unicode.IsPrint(r)) {
			clean = false
			break
		}
	}
	if clean {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		if r == '\n' || unicode.IsPrint(r) && (r != utf8.RuneError || n > 1) {
			b.WriteRune(r)
		} else {
			quoted := strconv.QuoteToASCII(s[:n])
			b.WriteString(quoted[1 : len(quoted)-1])
		}
		s = s[n:]
	}
	return b.String()
}

// displayName returns a name from a file for a line of a table: as it is, or quoted where it has anything in it that
// is not plainly visible.
func displayName(name string) string {
	if name == "" || strings.ContainsFunc(name, func(r rune) bool {
		return r == utf8.RuneError || r == ' ' || r == '"' || !unicode.IsPrint(r)
	}) {
		return strconv.QuoteToASCII(name)
	}
	return name
}
