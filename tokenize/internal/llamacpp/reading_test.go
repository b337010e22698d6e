package llamacpp

import (
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// pieces of texts that are read otherwise than they are written.
var oddTexts = []string{
	"a", "é", "漢", "\U0001f600", " ", "▁", "\xff", "\x80", "\xc3", "\xe4\xbd", "\xf0\x9f\x98", "\xc0\x80", "\xc1\x81", "\xe0\x80\xa1", "\xf0\x82\x96\x81", "\xe2\x96",
	"\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf7\xbf\xbf\xbf", "\ufffd",
}

func TestReading(t *testing.T) {
	for _, test := range []struct{ s, text, unescaped string }{
		{"a▁b é", "a▁b é", "a b é"},
		{"\xff▁\xc1\x81", "\ufffd▁A", "\ufffd A"},
		{"\xf0\x82\x96\x81", "▁", " "}, // overlong
		{"\xed\xa0\x80", "\xed\xa0\x80", "\xed\xa0\x80"},
		{"\xf4\x90\x80\x80", "\ufffd\ufffd\ufffd\ufffd", "\ufffd\ufffd\ufffd\ufffd"},
		{"\xe4\xbd", "\ufffd\ufffd", "\ufffd\ufffd"},
		{"\xc0\x80\xc0", "\x00\ufffd", "\x00\ufffd"},
	} {
		r := read(test.s)
		if u := r.unescaped(); r.text != test.text || u.text != test.unescaped {
			t.Errorf("%q: %q, %q; want %q, %q", test.s, r.text, u.text, test.text, test.unescaped)
		}
	}
}

// Each character of a reading stands for bytes of the original, and these tile
// it.
func TestReadingOffsets(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := strings.Join(rapid.SliceOfN(rapid.SampledFrom(oddTexts), 0, 20).Draw(t, "parts"), "")
		for _, r := range []reading{read(s), read(s).unescaped()} {
			last := 0
			for i := 0; i < len(r.text); {
				c, size := decode(r.text, i)
				if c == utf8.RuneError && size == 1 {
					t.Fatalf("%q is read as %q", s, r.text)
				}
				start, end := r.original(i, i+size)
				if start != last || end <= start {
					t.Fatalf("%q: character %d of %q is from %d to %d, not from %d", s, i, r.text, start, end, last)
				}
				if inner, _ := r.original(i+size-1, i+size); inner < start || inner >= end {
					t.Fatalf("%q: byte %d of %q starts at %d, not within %d to %d", s, i+size-1, r.text, inner, start, end)
				}
				if long, n := decodeAny(s, start); n == end-start && long != c && !(long == '▁' && c == ' ') {
					t.Fatalf("%q: character %q at %d is read as %q", s, long, start, c)
				}
				last = end
				i += size
			}
			if last != len(s) {
				t.Fatalf("%q ends at %d", s, last)
			}
		}
	})
}

// The classes are those of Unicode 15.1: Go's tables of 15.0, and what 15.1
// added.
func TestClasses(t *testing.T) {
	added := func(r rune) class {
		switch {
		case 0x2ebf0 <= r && r <= 0x2ee5d:
			return letter
		case 0x2ffc <= r && r <= 0x2fff || r == 0x31ef:
			return symbol
		}
		return 0
	}
	if unicode.Version != "15.0.0" {
		t.Skip("this Go has Unicode ", unicode.Version)
	}
	table := newClassTable()
	for r := rune(0); r <= unicode.MaxRune; r++ {
		want := added(r)
		switch {
		case unicode.IsLetter(r):
			want |= letter
		case unicode.IsMark(r):
			want |= mark
		case unicode.IsNumber(r):
			want |= number
		case unicode.IsPunct(r):
			want |= punct
		case unicode.IsSymbol(r):
			want |= symbol
		case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs):
			want |= control
		}
		if unicode.IsSpace(r) {
			want |= space
		}
		if got := table.of(r); got != want {
			t.Errorf("%U: class %b, want %b", r, got, want)
		}
	}
}

// Lower case is that of UnicodeData: one letter for one.
func TestLower(t *testing.T) {
	table := newClassTable()
	for r, want := range map[rune]rune{'A': 'a', 'İ': 'i', 'K': 'k', 'Σ': 'σ', 'ǅ': 'ǆ', 0x1c89: 0x1c89, 'ß': 'ß', 0x10400: 0x10428} {
		if got := table.lower(r); got != want {
			t.Errorf("%q: %q, want %q", r, got, want)
		}
	}
}

func TestDecompose(t *testing.T) {
	e := &wordPiece{classTable: newClassTable()}
	for r, want := range map[rune]rune{'é': 'e', 'Ǖ': 'U', '가': 'ᄀ', '힣': 'ᄒ', 'K': 'K', 'ﬁ': 'ﬁ', 0x105c9: 0x105c9, 0xd800: 0xd800, 0x1d15e: 0x1d157} {
		if got := e.decompose(r); got != want {
			t.Errorf("%U: %U, want %U", r, got, want)
		}
	}
	n := 0
	for r := range rune(unicode.MaxRune) {
		if e.decompose(r) != r {
			n++
		}
	}
	if n != 13233 { // as llama.cpp's table has it
		t.Errorf("%d characters are decomposed", n)
	}
}

func TestSplitterTiles(t *testing.T) {
	table := newClassTable()
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom(typesByName()).Draw(t, "pre")
		s := read(strings.Join(rapid.SliceOfN(rapid.SampledFrom(append(oddTexts, "1", "\n", "'s", "!", "A", "\u0301")), 0, 30).Draw(t, "parts"), "")).text
		sizes := sizesOf(newSplitter(preNames[name].stages(table)), s)
		total := 0
		for _, size := range sizes {
			total += size
		}
		if total != len(s) || slices.Contains(sizes, 0) {
			t.Fatalf("%s: %q: pieces of %d", name, s, sizes)
		}
	})
}
