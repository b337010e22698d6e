package pretokenize

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/tokenize/internal/ucd"
)

// TestClasses holds the class of each code point against what the reference
// takes it for.
func TestClasses(t *testing.T) {
	data, err := os.ReadFile("testdata/classes-hf-tokenizers-0.22.2.txt")
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]class{"space": space, "punct": punct, "numeric": numeric, "word": word}
	want := make([]class, ucd.MaxRune+1)
	scripts := make([]rune, ucd.MaxRune+1) // the character that stands for the script, counted from 1; 0: none
	for line := range strings.Lines(string(data)) {
		fields := strings.Fields(line)
		if fields[0] == "#" {
			continue
		}
		var n []rune
		for _, f := range fields[1:] {
			r, err := strconv.ParseInt(f, 16, 32)
			if err != nil {
				t.Fatal(err)
			}
			n = append(n, rune(r))
		}
		for r := n[0]; r <= n[1]; r++ {
			if fields[0] == "script" {
				scripts[r] = n[2] + 1
			} else {
				want[r] |= kinds[fields[0]]
			}
		}
	}
	faults := 0
	for r := range rune(len(want)) {
		if 0xD800 <= r && r <= 0xDFFF {
			continue
		}
		s := string(r)
		c, size := classAt(s, 0, space|punct|numeric|word)
		if c != want[r] || size != len(s) {
			t.Errorf("%U: class %04b, want %04b", r, c, want[r])
			faults++
		}
		if IsWord(r) != (want[r]&word != 0) {
			t.Errorf("%U: part of a word: %v", r, IsWord(r))
			faults++
		}
		switch script := scriptOf(r); {
		case scripts[r] == 0 && script != ucd.Unknown:
			t.Errorf("%U: script %v, want none", r, script)
			faults++
		case scripts[r] != 0 && script != scriptOf(scripts[r]-1):
			t.Errorf("%U: script %v, want that of %U", r, script, scripts[r]-1)
			faults++
		}
		if faults > 20 {
			t.Fatal("and more")
		}
	}
}

// A character has the classes that are asked for, alone or together.
func TestClassesAskedFor(t *testing.T) {
	for _, s := range []string{"a", "_", " ", ".", "7", "é", "\u2003", "。", "½", "٣", "日", "\xff", "\xe6\x97"} {
		all, size := classAt(s, 0, space|punct|numeric|word)
		for _, want := range []class{0, space, punct, numeric, word, space | word} {
			c, n := classAt(s, 0, want)
			if c != all&want || n != size {
				t.Errorf("%q: of %04b %04b, want %04b", s, want, c, all&want)
			}
			if end := until(s, 0, want); (end == 0) != (all&want != 0) {
				t.Errorf("%q: until %04b ends at %d", s, want, end)
			}
		}
	}
	for _, s := range []string{"\xff", "\xe6\x97", "\xed\xa0\x80", "\xc0\xa0"} {
		if c, size := classAt(s, 0, space|punct|numeric|word); c != 0 || size != 1 {
			t.Errorf("%q: class %04b, %d bytes", s, c, size)
		}
	}
}
