package onig

import (
	"strings"
	"testing"
)

// split cuts s as the pre-tokenizer Split does, whose behaviors say what becomes
// of the matches.
func split(t *testing.T, re *Regexp, s, behavior string, invert bool) []string {
	t.Helper()
	type span struct {
		start, end int
		match      bool
	}
	var spans []span
	if s != "" {
		last := 0
		err := re.FindAll(s, func(start, end int) bool {
			if last < start {
				spans = append(spans, span{last, start, invert})
			}
			spans = append(spans, span{start, end, !invert})
			last = end
			return true
		})
		if err != nil {
			t.Fatalf("FindAll(%q): %v", s, err)
		}
		if last < len(s) {
			spans = append(spans, span{last, len(s), invert})
		}
	}
	var pieces []string
	previous := false
	for _, sp := range spans {
		n := len(pieces)
		switch behavior {
		case "Isolated":
			pieces = append(pieces, s[sp.start:sp.end])
		case "Removed":
			if !sp.match {
				pieces = append(pieces, s[sp.start:sp.end])
			}
		case "MergedWithPrevious":
			if sp.match && !previous && n > 0 {
				pieces[n-1] += s[sp.start:sp.end]
			} else {
				pieces = append(pieces, s[sp.start:sp.end])
			}
		case "Contiguous":
			if sp.match == previous && n > 0 {
				pieces[n-1] += s[sp.start:sp.end]
			} else {
				pieces = append(pieces, s[sp.start:sp.end])
			}
		default:
			t.Fatalf("behavior %q", behavior)
		}
		previous = sp.match
	}
	kept := []string{}
	for _, p := range pieces {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return kept
}

func TestSplit(t *testing.T) {
	re := mustCompile(t, "-")
	for behavior, want := range map[string]string{
		"Isolated": "the|-|final|-|-|countdown", "Removed": "the|final|countdown",
		"MergedWithPrevious": "the-|final-|-|countdown", "Contiguous": "the|-|final|--|countdown",
	} {
		if got := strings.Join(split(t, re, "the-final--countdown", behavior, false), "|"); got != want {
			t.Errorf("%s: %s, want %s", behavior, got, want)
		}
	}
}

func mustCompile(t testing.TB, pattern string) *Regexp {
	t.Helper()
	re, err := Compile(pattern)
	if err != nil {
		t.Fatalf("Compile(%q): %v", pattern, err)
	}
	return re
}
