package convert

import (
	"errors"
	"os"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// testdata/tensorpatterns.tsv says what std::regex makes of patterns. What
// compileTensorPattern takes must match the same names; the table also says
// what it refuses.
func TestTensorPatternsAsStdRegex(t *testing.T) {
	data, err := os.ReadFile("testdata/tensorpatterns.tsv")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	verdicts := map[string]int{}
	for line := range strings.Lines(string(data)) {
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		switch {
		case strings.HasPrefix(line, "# "):
			continue
		case names == nil:
			for _, quoted := range fields[1:] {
				name, err := strconv.Unquote(quoted)
				if err != nil {
					t.Fatal(quoted, err)
				}
				names = append(names, name)
			}
			continue
		}
		pattern, want, verdict := fields[0], fields[1], fields[2]
		verdicts[verdict]++
		re, err := compileTensorPattern(pattern)
		if verdict == "refused" {
			if err == nil {
				t.Errorf("%s is taken", pattern)
			}
			continue
		}
		if err != nil {
			t.Error(err)
			continue
		}
		var got strings.Builder
		for _, name := range names {
			bit := byte('0')
			if re.MatchString(bytesAsRunes(name)) {
				bit = '1'
			}
			got.WriteByte(bit)
		}
		if got.String() != want {
			t.Errorf("%s matches\n%s, want\n%s", pattern, got.String(), want)
		}
	}
	if len(names) != 50 || verdicts["taken"] < 130 || verdicts["refused"] < 90 {
		t.Errorf("table of %d names and %v patterns", len(names), verdicts)
	}
}

func TestTensorPatternsRefused(t *testing.T) {
	for _, c := range []struct {
		pattern string
		offset  int
		reason  string
	}{
		{"", 0, "it is empty"},
		{"blké", 3, "other than printable ASCII"},
		{"a\tb", 1, "other than printable ASCII"},
		{`a\W`, 1, `turned to lower case, which makes \w of \W`},
		{`[\D]`, 1, `turned to lower case, which makes \d of \D`},
		{`\S`, 0, `turned to lower case, which makes \s of \S`},
		{`\B`, 0, `turned to lower case, which makes \b of \B`},
		{`\Q.\E`, 0, `turned to lower case, which makes \q of \Q`},
		{`\pN`, 0, `\p is the letter p to C++`},
		{`a\z`, 1, `\z is the letter z to C++`},
		{`\u0061`, 0, `\u depends on the C++ library`},
		{`\07`, 0, `\0 depends on the C++ library`},
		{`\cA`, 0, `\c depends on the C++ library`},
		{`\x4`, 0, "two digits of an ASCII character"},
		{`\x80`, 0, "two digits of an ASCII character"},
		{`\x+1`, 0, "two digits of an ASCII character"},
		{`(a)\1`, 3, "back-references"},
		{`a\`, 1, "nothing behind the backslash"},
		{`a(?!b)`, 1, "no lookaheads"},
		{`(?i)a`, 0, "no lookaheads, flags or names"},
		{`(?`, 0, "no lookaheads"},
		{`a(b`, 1, "no ) for this ("},
		{`a)b`, 1, "no ( for this )"},
		{strings.Repeat("(", maxPatternDepth+1), maxPatternDepth, "nested too deeply"},
		{`a|*b`, 2, "nothing before it to repeat"},
		{`{2}`, 0, "nothing before it to repeat"},
		{`^*`, 1, "cannot be repeated"},
		{`\b{2}`, 2, "cannot be repeated"},
		{`a*+`, 2, "a repetition already"},
		{`a{2}{3}`, 4, "a repetition already"},
		{`a{,2}`, 1, "written {n}, {n,} or {n,m}"},
		{`a{02}`, 1, "written {n}, {n,} or {n,m}"},
		{`ab{3,2}`, 2, "invalid repeat count"},
		{`ab{1001}`, 2, "invalid repeat count"},
		{`(a{100}){100}`, 2, "invalid repeat count"},
		{`a]`, 1, `must be written \]`},
		{`a}`, 1, `must be written \}`},
		{`a[]`, 1, "cannot be empty"},
		{`[^]`, 0, "cannot be empty"},
		{`a[b`, 3, "no ] for the ["},
		{`[a-`, 3, "no ] for the ["},
		{`[a-c-e]`, 4, `must be written \-`},
		{`[z-a]`, 1, "wrong order"},
		{`[_-Z]`, 0, ""}, // [_-z]: upper case is no trap here
		{`[Z-_]`, 1, "wrong order"},
		{`[a-\d]`, 1, "an end of a range"},
		{`[\w-z]`, 1, "an end of a range"},
		{`[\b]`, 1, "a backspace"},
		{`[[:word:]]`, 1, "there is no such class"},
		{`[[:alpha]`, 1, "there is no such class"},
		{`[[.a.]]`, 1, "collating elements"},
		{`[[=a=]]`, 1, "collating elements"},
	} {
		_, err := compileTensorPattern(c.pattern)
		if c.reason == "" {
			if err != nil {
				t.Error(err)
			}
			continue
		}
		refused, ok := errors.AsType[*PatternError](err)
		if !ok || !errors.Is(err, ErrUnsupported) || refused.Pattern != c.pattern ||
			refused.Offset != c.offset || !strings.Contains(refused.Reason, c.reason) {
			t.Errorf("%q: %v, want %q at byte %d", c.pattern, err, c.reason, c.offset)
		}
	}
}

// A name with a backslash before each of its punctuation marks is a pattern
// that finds the name.
func TestTensorPatternLiteral(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[ -@\[-~]{1,12}`).Draw(t, "text")
		name := rapid.StringMatching(`[ -@\[-~]{0,12}`).Draw(t, "name")
		if rapid.Bool().Draw(t, "there") {
			name += text
		}
		var pattern strings.Builder
		for i := range len(text) {
			if !isAlphanumeric(text[i]) {
				pattern.WriteByte('\\')
			}
			pattern.WriteByte(text[i])
		}
		re, err := compileTensorPattern(pattern.String())
		if err != nil {
			t.Fatal(err)
		}
		if got, want := re.MatchString(bytesAsRunes(name)), strings.Contains(name, text); got != want {
			t.Fatalf("%s matches %q: %v, want %v", pattern.String(), name, got, want)
		}
	})
}

// FuzzTensorPattern: any pattern is taken or refused with a place, and what is
// taken means the same in lower case and as an alternative to itself.
func FuzzTensorPattern(f *testing.F) {
	for _, pattern := range []string{
		`blk\.([0-9]|1[0-9])\.ffn_(up|down)_exps`, `^output\.weight$`, `[^[:alpha:]\w.-]{2,3}?`, `(?:a|)*\b\x41`,
		`\W`, `(?!a)`, `[]`, `a{2}{3}`, "\xff",
	} {
		f.Add(pattern, "blk.7.ffn_up_exps.weight")
	}
	f.Fuzz(func(t *testing.T, pattern, name string) {
		re, err := compileTensorPattern(pattern)
		if err != nil {
			if refused, ok := errors.AsType[*PatternError](err); !ok || refused.Offset < 0 || refused.Offset > len(pattern) {
				t.Fatalf("%q: %v", pattern, err)
			}
			return
		}
		name = bytesAsRunes(name)
		want := re.MatchString(name)
		for _, same := range []string{strings.ToLower(pattern), pattern + "|" + pattern} {
			again, err := compileTensorPattern(same)
			if refused, ok := errors.AsType[*PatternError](err); ok && strings.Contains(refused.Reason, "large") {
				continue // twice the pattern is above RE2's limits
			}
			if err != nil || again.MatchString(name) != want {
				t.Fatalf("%q: %v; matches %v, %q does not", same, err, want, pattern)
			}
		}
	})
}
