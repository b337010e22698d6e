package textgen

import (
	"hash/fnv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestSameTextsForSameSeed(t *testing.T) {
	// Golden files and failures that are reported by number name texts by their
	// seed, so a change of this hash orphans them.
	const want = 0xf27f3664b20231c2
	h := fnv.New64a()
	for _, s := range New(1, All, "<|special|>").Texts(1000) {
		h.Write([]byte(s))
		h.Write([]byte{0})
	}
	if h.Sum64() != want {
		t.Errorf("the texts of seed 1 have hash %#x, want %#x", h.Sum64(), uint64(want))
	}
}

func TestKindsKeepTheirWord(t *testing.T) {
	for _, s := range New(2, Valid, "<s>").Texts(5000) {
		if !utf8.ValidString(s) || strings.IndexByte(s, 0) >= 0 {
			t.Fatalf("Valid made %q", s)
		}
	}
	for k := Words; k <= Invalid; k <<= 1 {
		g := New(3, k, "<s>")
		made := g.Long(1000)
		if len(made) < 1000 {
			t.Errorf("kind %#x made %d bytes", k, len(made))
		}
		if valid := utf8.ValidString(made); valid == (k == Invalid) {
			t.Errorf("kind %#x: valid UTF-8 is %t", k, valid)
		}
		if nul := strings.IndexByte(made, 0) >= 0; nul != (k == NUL) {
			t.Errorf("kind %#x: a byte 0 is %t", k, nul)
		}
	}
	if s := New(4, Specials).Long(10); s != "" {
		t.Errorf("Specials without any made %q", s)
	}
}

// TestCoverage: a differential test of 10,000 texts sees every script that Go
// knows of those in use, every category, and text of every length.
func TestCoverage(t *testing.T) {
	scripts, categories := map[string]bool{}, map[string]bool{}
	var empty, long int
	for _, s := range New(5, All, "<s>").Texts(10_000) {
		switch {
		case s == "":
			empty++
		case len(s) > 1000:
			long++
		}
		for _, r := range s {
			if r < 0x80 {
				continue
			}
			for name, table := range unicode.Categories {
				if !categories[name] && unicode.Is(table, r) {
					categories[name] = true
				}
			}
			for name, table := range unicode.Scripts {
				if !scripts[name] && unicode.Is(table, r) {
					scripts[name] = true
				}
			}
		}
	}
	if len(scripts) < 160 {
		t.Errorf("%d scripts", len(scripts))
	}
	for name := range unicode.Categories {
		if !categories[name] && name != "Cs" {
			t.Errorf("no character of category %s", name)
		}
	}
	if empty < 100 || empty > 3000 || long < 50 || long > 1000 {
		t.Errorf("%d empty texts, %d of more than 1000 bytes", empty, long)
	}
}
