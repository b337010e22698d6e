package scan

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/nibble-go/nibble/tokenize/internal/onig"
)

// TestAgainstEngine holds the scanners against the general engine, which reads
// the pattern texts themselves, on texts that the judge never saw and on bytes
// that are not UTF-8.
func TestAgainstEngine(t *testing.T) {
	for _, f := range families {
		for _, pattern := range f.patterns {
			re := compile(t, pattern)
			t.Run(f.name, rapid.MakeCheck(func(t *rapid.T) {
				s := drawText(t, "s")
				if got, want := pieces(f.scan, s), isolate(t, re, []string{s}); !slices.Equal(got, want) {
					t.Fatalf("pieces of %q\n got %q\nwant %q", s, got, want)
				}
			}))
		}
	}
}

// TestTiktokenAgainstEngine: Oniguruma has another way to write the possessive
// {1,3}+ of tiktoken's engine.
func TestTiktokenAgainstEngine(t *testing.T) {
	re := compile(t, strings.ReplaceAll(cl100kNew, `\p{N}{1,3}+`, `(?>\p{N}{1,3})`))
	rapid.Check(t, func(t *rapid.T) {
		s := drawText(t, "s")
		if got, want := pieces(CL100K, s), isolate(t, re, []string{s}); !slices.Equal(got, want) {
			t.Fatalf("pieces of %q\n got %q\nwant %q", s, got, want)
		}
	})
}

func TestSequencesAgainstEngine(t *testing.T) {
	for _, q := range sequences() {
		if q.name == "falcon" || q.name == "spaces" || q.name == "whole" {
			continue // not of matches alone: the judge has to do
		}
		var steps []*onig.Regexp // nil: Digits
		for _, s := range q.steps {
			switch s.Kind {
			case Split:
				steps = append(steps, compile(t, s.Pattern))
			case Digits:
				steps = append(steps, nil)
			case ByteLevel:
				steps = append(steps, compile(t, gpt2Text))
			}
		}
		t.Run(q.name, rapid.MakeCheck(func(t *rapid.T) {
			s := drawText(t, "s")
			want := []string{s}
			for _, re := range steps {
				if re == nil {
					want = isolateDigits(want)
					continue
				}
				want = isolate(t, re, want)
			}
			if got := pieces(q.scan, s); !slices.Equal(got, want) {
				t.Fatalf("pieces of %q\n got %q\nwant %q", s, got, want)
			}
		}))
	}
}

func compile(t *testing.T, pattern string) *onig.Regexp {
	t.Helper()
	re, err := onig.Compile(pattern)
	if err != nil {
		t.Fatalf("%s: %v", pattern, err)
	}
	return re
}

// isolate cuts texts before and behind each match.
func isolate(t *rapid.T, re *onig.Regexp, texts []string) []string {
	var out []string
	for _, s := range texts {
		pos := 0
		keep := func(end int) {
			if end > pos {
				out = append(out, s[pos:end])
				pos = end
			}
		}
		err := re.FindAll(s, func(start, end int) bool {
			keep(start)
			keep(end)
			return true
		})
		if err != nil {
			t.Fatal(err)
		}
		keep(len(s))
	}
	return out
}

// isolateDigits cuts texts before and behind each digit of Digits.
func isolateDigits(texts []string) []string {
	var out []string
	for _, s := range texts {
		pos := 0
		for i := 0; i < len(s); {
			k, size := digitClassAt(s, i)
			if k&number != 0 {
				if i > pos {
					out = append(out, s[pos:i])
				}
				out = append(out, s[i:i+size])
				pos = i + size
			}
			i += size
		}
		if pos < len(s) {
			out = append(out, s[pos:])
		}
	}
	return out
}
