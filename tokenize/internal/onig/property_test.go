package onig

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"
)

type match struct{ start, end int }

func findAll(re *Regexp, s string) ([]match, error) {
	var out []match
	err := re.FindAll(s, func(start, end int) bool {
		out = append(out, match{start, end})
		return true
	})
	return out, err
}

// checkMatches reports what cannot be of a list of matches, whatever the pattern.
func checkMatches(t interface{ Fatalf(string, ...any) }, s string, matches []match) {
	boundary := map[int]bool{len(s): true}
	for i := 0; i < len(s); {
		boundary[i] = true
		_, size := utf8.DecodeRuneInString(s[i:])
		i += size
	}
	last := -1
	for i, m := range matches {
		if m.start < last || m.end < m.start || len(s) < m.end {
			t.Fatalf("%q: match %d of %v", s, i, matches)
		}
		if m.start == m.end && m.end == last {
			t.Fatalf("%q: match %d of %v is empty and follows another", s, i, matches)
		}
		if !boundary[m.start] || !boundary[m.end] {
			t.Fatalf("%q: match %d of %v cuts a character", s, i, matches)
		}
		last = m.end
	}
}

// replaced returns s with U+FFFD for each byte that is no UTF-8, and where each
// byte of s, and its end, has gone.
func replaced(s string) (string, map[int]int) {
	var b strings.Builder
	at := map[int]int{}
	for i := 0; i < len(s); {
		at[i] = b.Len()
		r, size := utf8.DecodeRuneInString(s[i:])
		b.WriteRune(r)
		i += size
	}
	at[len(s)] = b.Len()
	return b.String(), at
}

// checkText runs a pattern over s in all the ways that must agree.
func checkText(t interface{ Fatalf(string, ...any) }, pattern string, re *Regexp, s string) {
	got, err := findAll(re, s)
	if errors.Is(err, ErrTimeout) {
		return
	}
	if err != nil {
		t.Fatalf("%q on %q: %v", pattern, s, err)
	}
	checkMatches(t, s, got)

	valid, at := replaced(s)
	want, err := findAll(re, valid)
	if errors.Is(err, ErrTimeout) {
		return
	}
	moved := make([]match, len(got))
	for i, m := range got {
		moved[i] = match{at[m.start], at[m.end]}
	}
	if err != nil || !slices.Equal(moved, want) {
		t.Fatalf("%q on %q: %v, with U+FFFD for what is no UTF-8: %v, error %v", pattern, s, moved, want, err)
	}

	other, err := compile(pattern, false)
	if err != nil {
		t.Fatalf("%q compiles only with an alphabet: %v", pattern, err)
	}
	plain, err := findAll(other.WithTimeout(re.base, re.perMiB), s)
	if errors.Is(err, ErrTimeout) {
		return
	}
	if err != nil || !slices.Equal(plain, got) {
		t.Fatalf("%q on %q: %v, without an alphabet: %v, error %v", pattern, s, got, plain, err)
	}
}

// patterns draws patterns that are mostly well-formed.
func patterns() *rapid.Generator[string] {
	atom := rapid.SampledFrom([]string{
		"a", "b", "s", "ss", "k", "é", "ß", "中", " ", `\n`, ".", `\w`, `\W`, `\s`, `\S`, `\d`, `\p{L}`, `\P{L}`, `\p{Lu}`, `[a-c]`, `[^a]`,
		`[^\s\p{L}]`, `[\w&&[^b]]`, "^", "$", `\b`, `\B`, `\A`, `\z`, `\Z`, `\G`, `\K`, `\R`, "(a)", `\1`, "", "\ufffd",
	})
	quantifier := rapid.SampledFrom([]string{"", "", "", "", "*", "+", "?", "*?", "+?", "??", "++", "*+", "{2}", "{1,2}", "{,2}+"})
	opening := rapid.SampledFrom([]string{"(?:", "(", "(?>", "(?=", "(?!", "(?<=", "(?<!", "(?i:", "(?m:"})
	var alternatives func(depth int) *rapid.Generator[string]
	alternatives = func(depth int) *rapid.Generator[string] {
		return rapid.Custom(func(t *rapid.T) string {
			var b strings.Builder
			for i := range rapid.IntRange(1, 4).Draw(t, "parts") {
				if i > 0 && rapid.IntRange(0, 4).Draw(t, "or") == 0 {
					b.WriteByte('|')
				}
				if depth > 0 && rapid.IntRange(0, 2).Draw(t, "group") == 0 {
					b.WriteString(opening.Draw(t, "opening") + alternatives(depth-1).Draw(t, "inner") + ")")
				} else {
					b.WriteString(atom.Draw(t, "atom"))
				}
				b.WriteString(quantifier.Draw(t, "quantifier"))
			}
			return b.String()
		})
	}
	return alternatives(3)
}

// texts draws texts that may hold what is no UTF-8.
func texts() *rapid.Generator[string] {
	part := rapid.SampledFrom([]string{
		"a", "b", "c", "s", "S", "k", "K", "é", "ß", "ſ", "中", " ", "\n", "\r\n", "1", "_", "\u0301", "\U0001f600", "\ufffd", "\xff", "\xe4\xb8", "\xed\xa0\x80",
	})
	return rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(part, 0, 20).Draw(t, "text"), "")
	})
}

func TestMatchesAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pattern := patterns().Draw(t, "pattern")
		re, err := Compile(pattern)
		if err != nil {
			return
		}
		checkText(t, pattern, re.WithTimeout(100*time.Millisecond, 0), texts().Draw(t, "text"))
	})
}
