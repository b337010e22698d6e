package scan

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/nibble-go/nibble/tokenize/internal/textgen"
	"github.com/nibble-go/nibble/tokenize/internal/ucd"
)

// adversarial are texts of which chains are hard on scanners: characters of all
// classes, what scanners look ahead at, and parts of characters.
var adversarial = []string{
	"a", "b", "st", "word", "longerword", "A", "B", "TH", "é", "É", "ǅ", "ʰ", "ª", "β", "Ω", "ж", "м", "в", "ש", "ع", "अ", "ก", "中", "龦", "㐀", "𠀀", "あ", "ー", "한",
	"'", "'s", "'S", "'ſ", "'re", "'rE", "'r", "'l", "'ll", "'v", "'m", "'d", "'t", "ſ", "\u212a",
	"\u0301", "\u0903", "\u20dd", "\ufe0f", "゛", "・", "\u3040", "ゟ",
	"1", "22", "333", "4444", "٣", "Ⅻ", "½", "²", "〇", "①", "\U00011de1",
	" ", " ", " ", "  ", "     ", "\n", "\n", "\r", "\r\n", "\n\n", "\t", "\v", "\u0085", "\u00a0", "\u1680", "\u2003", "\u2028", "\u3000", "\u3000\u3000",
	".", ",", "!", "?", "/", "//", "-", "(", "|", "$", "<", "^", "`", "_", "…", "。", "，", "！", "～", "‘", "”", "،", "।", "†", "€", "→", "😀", "👍🏽", "⺀",
	"\x00", "\x1f", "\x7f", "\u00ad", "\u200b", "\u200d", "\u180e", "\ufeff", "\ue000", "\u0378", "\U0010ffff", "\ufffd", "\u0c77", "\u166d",
	"\xff", "\x80", "\xb2", "\xbf", "\xc0", "\xc2", "\xe3\x80", "\xe4", "\xed\xa0\x80", "\xf0\x9f\x98", "\xf4\x90\x80\x80", "\xc5",
}

func drawText(t *rapid.T, label string) string {
	return strings.Join(rapid.SliceOfN(rapid.SampledFrom(adversarial), 0, 24).Draw(t, label), "")
}

// TestPiecesTile: pieces are not empty and nothing is between them.
func TestPiecesTile(t *testing.T) {
	for _, f := range scanners {
		t.Run(f.name, rapid.MakeCheck(func(t *rapid.T) {
			s := drawText(t, "s")
			if got := strings.Join(pieces(f.scan, s), ""); got != s {
				t.Fatalf("the pieces of %q make %q", s, got)
			}
		}))
	}
}

// TestBehindPieces: what is behind a piece splits as a text of its own.
func TestBehindPieces(t *testing.T) {
	for _, f := range scanners {
		t.Run(f.name, rapid.MakeCheck(func(t *rapid.T) {
			s := drawText(t, "s")
			all := pieces(f.scan, s)
			for i, piece := range all {
				s = s[len(piece):]
				if s != "" && !utf8.RuneStart(s[0]) {
					continue // inside a character, perhaps
				}
				if got := pieces(f.scan, s); !slices.Equal(got, all[i+1:]) {
					t.Fatalf("pieces of %q\n got %q\nwant %q, as behind %q", s, got, all[i+1:], all[:i+1])
				}
			}
		}))
	}
}

// TestCertain: what follows a text does not change its certain pieces.
func TestCertain(t *testing.T) {
	for _, f := range append(scanners, struct {
		name string
		scan Func
	}{"whole", Whole}) {
		t.Run(f.name, rapid.MakeCheck(func(t *rapid.T) {
			s, more := drawText(t, "s"), drawText(t, "more")
			certain := Certain(s)
			if got, want := until(f.scan, s+more, certain), until(f.scan, s, certain); !slices.Equal(got, want) {
				t.Fatalf("%d bytes of %q are certain; with %q behind it the pieces end at %d, without at %d", certain, s, more, got, want)
			}
		}))
	}
}

// until returns the ends of the pieces of s that end at limit or before.
func until(scan Func, s string, limit int) []int {
	var ends []int
	for pos := 0; pos < len(s); {
		if pos = scan(s, pos); pos > limit {
			break
		}
		ends = append(ends, pos)
	}
	return ends
}

func TestCertainGetsFar(t *testing.T) {
	for _, c := range []struct{ s, certain string }{
		{"", ""},
		{"abc", ""},
		{"one two three", "one two "},
		{"one two    \n \t   thr", "one tw"},
		{"NASA AND NATO AN", "NASA "},
		{"123456789", "1234"},
		{"今天天气很好，我们去公园玩吧。", "今天天气很好，我们去"},
		{"今天天气很好，我们去公园玩\xe5\x90", "今天天气很好，我"},
		{strings.Repeat(" ", 1000), ""},
		{"a" + strings.Repeat("\n", 1000) + "bcde", "a"},
	} {
		if got := Certain(c.s); c.s[:got] != c.certain {
			t.Errorf("of %q %q is certain, want %q", c.s, c.s[:got], c.certain)
		}
	}
}

// TestInvalidBytes: a byte that is not UTF-8 splits as U+FFFD does. Falcon's
// Digits sees the bytes of that.
func TestInvalidBytes(t *testing.T) {
	for _, f := range scanners {
		if f.name == "falcon" {
			continue
		}
		t.Run(f.name, rapid.MakeCheck(func(t *rapid.T) {
			s := drawText(t, "s")
			got := pieces(f.scan, s)
			for i := range got {
				got[i] = replaceInvalid(got[i])
			}
			if want := pieces(f.scan, replaceInvalid(s)); !slices.Equal(got, want) {
				t.Fatalf("pieces of %q\n got %q\nwant %q", s, got, want)
			}
		}))
	}
}

// replaceInvalid returns s with U+FFFD for each byte that is not UTF-8.
func replaceInvalid(s string) string { return string([]rune(s)) }

// TestFalconInvalidBytes: to Falcon, a byte that is not UTF-8 is a symbol, and a
// digit if it is one of those.
func TestFalconInvalidBytes(t *testing.T) {
	for s, want := range map[string][]string{
		"a\xffb":         {"a", "\xff", "b"},
		" \xff€\xfe ":    {" \xff€\xfe", " "},
		"1\xb22345":      {"1", "\xb2", "234", "5"},
		"\xff\xb2\xb3x":  {"\xff", "\xb2\xb3", "x"},
		"\xd0\xbc\xbc!":  {"\xd0", "\xbc", "\xbc", "!"},
		"\xe2\x80\xb2'²": {"\xe2\x80", "\xb2", "'", "\xc2", "\xb2"},
	} {
		if got := pieces(Falcon, s); !slices.Equal(got, want) {
			t.Errorf("pieces of %q: %q, want %q", s, got, want)
		}
	}
}

// TestGeneratedTexts: long texts of all kinds hold no surprise.
func TestGeneratedTexts(t *testing.T) {
	g := textgen.New(1, textgen.All, "<|endoftext|>")
	for range 20 {
		s := g.Long(5000)
		for _, f := range scanners {
			if got := strings.Join(pieces(f.scan, s), ""); got != s {
				t.Fatalf("%s: the pieces of a text of %d bytes make one of %d", f.name, len(s), len(got))
			}
		}
	}
}

// TestDecode holds decode against the standard library's, on all short
// sequences of bytes that could matter.
func TestDecode(t *testing.T) {
	tails := []string{"", "\x00", "\x7f", "\x80", "\x8f", "\x90", "\x9f", "\xa0", "\xbf", "\xc0", "\xff"}
	for lead := 0x80; lead <= 0xff; lead++ {
		for _, a := range tails {
			for _, b := range tails {
				for _, c := range tails {
					s := string([]byte{byte(lead)}) + a + b + c
					r, size := decode(s, 0)
					if wantR, wantSize := utf8.DecodeRuneInString(s); r != wantR || size != wantSize {
						t.Fatalf("decode(%q) is %U of %d bytes, want %U of %d", s, r, size, wantR, wantSize)
					}
				}
			}
		}
	}
}

// TestClasses: the classes of all characters are those of their categories.
func TestClasses(t *testing.T) {
	for r := rune(0); r <= ucd.MaxRune; r++ {
		k := classOf(r)
		if r < 0x80 {
			k = ascii[r]
			if front := k&(letter|number|newline) == 0 && r != '\''; front != (k&lead != 0) {
				t.Errorf("%U: lead is %t", r, !front)
			}
			if (k&newline != 0) != (r == '\r' || r == '\n') {
				t.Errorf("%U: newline is %t", r, k&newline != 0)
			}
			k &^= lead | newline
		}
		c := ucd.CategoryOf(r)
		want := control
		switch {
		case ucd.IsSpace(r):
			want = space
		case c == ucd.Lu || c == ucd.Lt:
			want = upper
		case c == ucd.Ll:
			want = lower
		case c.IsLetter():
			want = caseless
		case c.IsMark():
			want = mark
		case c.IsNumber():
			want = number
		case c.IsPunct():
			want = punct
		case c.IsSymbol():
			want = symbol
		}
		if k != want {
			t.Errorf("%U, %v: class %b, want %b", r, c, k, want)
		}
		if isHan(r) != (ucd.ScriptOf(r) == ucd.Han) {
			t.Errorf("%U: isHan is %t", r, isHan(r))
		}
		if r < 0x80 {
			continue
		}
		if isDeepSeekLetter(r) != inRanges(deepSeekLetters[:], r) {
			t.Errorf("%U: isDeepSeekLetter is %t", r, isDeepSeekLetter(r))
		}
		if punctuation := (k == punct) != inRanges(punctOtherwise[:], r); isRustPunct(r, k) != punctuation {
			t.Errorf("%U: isRustPunct is %t", r, !punctuation)
		}
	}
}

func TestOutside(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := string(rapid.SliceOfN(rapid.Byte(), 8, 8).Draw(t, "s"))
		first := rapid.ByteMax(0x7f).Draw(t, "first")
		last := rapid.ByteRange(first, 0x7f).Draw(t, "last")
		m := outside(load8(s, 0), first, last)
		for i := range 8 {
			if got, want := m>>(8*i)&0xff, s[i] < first || s[i] > last; got != 0 && got != 0x80 || (got != 0) != want {
				t.Fatalf("outside(%q, %q, %q) is %#x", s, first, last, m)
			}
		}
	})
}

func TestNoAllocation(t *testing.T) {
	s := textgen.New(5, textgen.All).Long(3000)
	for _, f := range scanners {
		if n := testing.AllocsPerRun(3, func() {
			for pos := 0; pos < len(s); {
				pos = f.scan(s, pos)
			}
		}); n != 0 {
			t.Errorf("%s allocates %v times", f.name, n)
		}
	}
	if n := testing.AllocsPerRun(3, func() { Certain(s) }); n != 0 {
		t.Errorf("Certain allocates %v times", n)
	}
}

// longRuns are texts in which scanners might look ahead again and again, over
// the same text.
func longRuns(n int) map[string]string {
	runs := map[string]string{"spaces and word": strings.Repeat(" ", n) + "a", "Han and capitals": "中" + strings.Repeat("A", n) + "."}
	for _, part := range []string{
		"a", "A", "é", "中", "中A", "\u0301", "A\u0301", "1", "²", "^", "/", "'", "!", "(", "\n", "\r\n", " ", "\t", "\u3000", "\u2003 ", "。\u3000\u3000",
		"ש  ", "ש \u3000", "  \n", " \n ", "\n    ", "\x00", "\x00a", "\u3040", "\xff", "\xb2", "м", "(. ", "a ", "Aa", "'s", "1 ", "  1",
	} {
		runs[part] = strings.Repeat(part, n/len(part))
	}
	return runs
}

// TestLinear: the time for a byte does not depend on the length of the text.
// What is quadratic takes 8 times as long for a byte of the longer texts here.
// The machine may be busy with other things, so the best of several times
// counts; BenchmarkLongRuns has the rates.
func TestLinear(t *testing.T) {
	const short, long = 8 << 10, 64 << 10
	shorts := longRuns(short)
	for name, s := range longRuns(long) {
		for _, f := range scanners {
			shortest, longest := math.Inf(1), math.Inf(1)
			for start := time.Now(); time.Since(start) < time.Second; {
				shortest = min(shortest, duration(f.scan, shorts[name])/short)
				longest = min(longest, duration(f.scan, s)/long)
				if longest < 4*shortest {
					break
				}
			}
			if longest >= 4*shortest {
				t.Errorf("%s: a byte takes %.1f times as long in %d bytes of %q as in %d", f.name, longest/shortest, long, name, short)
			}
		}
	}
}

// duration returns the seconds that it takes to scan s.
func duration(scan Func, s string) float64 {
	start := time.Now()
	for pos := 0; pos < len(s); {
		pos = scan(s, pos)
	}
	return time.Since(start).Seconds()
}

func FuzzScan(f *testing.F) {
	for _, s := range adversarial {
		f.Add(s, s)
	}
	f.Add("foo\n  ", "bar")
	f.Add("HTTPServer's 中A中b'll 12345 \u3000\u3000x", "\u0301")
	f.Fuzz(func(t *testing.T, s, more string) {
		certain := Certain(s)
		for _, f := range scanners {
			if got := strings.Join(pieces(f.scan, s), ""); got != s {
				t.Errorf("%s: the pieces of %q make %q", f.name, s, got)
			}
			if got, want := until(f.scan, s+more, certain), until(f.scan, s, certain); !slices.Equal(got, want) {
				t.Errorf("%s: %d bytes of %q are certain; with %q behind it the pieces end at %d, without at %d", f.name, certain, s, more, got, want)
			}
		}
	})
}
