package onig

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

type goldenCase struct {
	Pattern string
	Found   []struct {
		Text    string
		Matches [][2]int
		Cuts    []int
	} // nil: Oniguruma refuses the pattern
}

// TestGolden holds patterns against what tokenizers 0.22.2 made of them: those in
// internal/tools/onig/syntax.json, and random ones. ONIG_CASES names another file
// of the same form.
func TestGolden(t *testing.T) {
	for _, name := range []string{
		"testdata/hf-tokenizers-0.22.2-syntax.json", "testdata/hf-tokenizers-0.22.2-patterns.json", os.Getenv("ONIG_CASES"),
	} {
		if name != "" {
			t.Run(filepath.Base(name), func(t *testing.T) { testGolden(t, name) })
		}
	}
}

func testGolden(t *testing.T, name string) {
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Cases []goldenCase }
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	unsupported, texts := 0, 0
	for _, c := range file.Cases {
		re, err := Compile(c.Pattern)
		switch {
		case c.Found == nil:
			if err == nil {
				t.Errorf("%q: compiled, but Oniguruma refuses it", c.Pattern)
			}
			continue
		case errors.Is(err, ErrUnsupported):
			unsupported++
			t.Logf("%q: %v", c.Pattern, err)
			continue
		case err != nil:
			t.Errorf("%q: %v", c.Pattern, err)
			continue
		}
		for _, f := range c.Found {
			texts++
			matches, cuts, err := findRunes(re, f.Text)
			if err != nil {
				t.Errorf("%q on %q: %v", c.Pattern, f.Text, err)
			}
			if !slices.Equal(matches, f.Matches) || !slices.Equal(cuts, f.Cuts) {
				t.Errorf("%q on %q:\n got %v cut at %v\nwant %v cut at %v", c.Pattern, f.Text, matches, cuts, f.Matches, f.Cuts)
			}
		}
	}
	t.Logf("%d patterns, %d of them unsupported, %d texts", len(file.Cases), unsupported, texts)
}

// findRunes returns the matches that are not empty, and where s is cut, in
// characters.
func findRunes(re *Regexp, s string) (matches [][2]int, cuts []int, err error) {
	number := map[int]int{len(s): len([]rune(s))}
	n := 0
	for i := range s {
		number[i] = n
		n++
	}
	cut := func(i int) {
		if i > 0 && i < len(s) && (len(cuts) == 0 || cuts[len(cuts)-1] != number[i]) {
			cuts = append(cuts, number[i])
		}
	}
	err = re.FindAll(s, func(start, end int) bool {
		if start < end {
			matches = append(matches, [2]int{number[start], number[end]})
		}
		cut(start)
		cut(end)
		return true
	})
	return matches, cuts, err
}
