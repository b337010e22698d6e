package text_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/nibble-go/nibble/tokenize/internal/text"
)

// spans returns the span of each byte.
func spans(t text.Text) []text.Span {
	out := make([]text.Span, t.Len())
	for i := range out {
		out[i] = t.Original(i, i+1)
	}
	return out
}

func TestOriginal(t *testing.T) {
	for _, test := range []struct {
		s    string
		want []text.Span // less 10
	}{
		{"", []text.Span{}},
		{"ab", []text.Span{{0, 1}, {1, 2}}},
		{"aé", []text.Span{{0, 1}, {1, 3}, {1, 3}}},
		{"日x", []text.Span{{0, 3}, {0, 3}, {0, 3}, {3, 4}}},
		{"👍", []text.Span{{0, 4}, {0, 4}, {0, 4}, {0, 4}}},
		// What is not UTF-8 are characters of one byte.
		{"\xff\x80", []text.Span{{0, 1}, {1, 2}}},
		{"é\xa9", []text.Span{{0, 2}, {0, 2}, {2, 3}}},
		{"\xe6\x97a", []text.Span{{0, 1}, {1, 2}, {2, 3}}},
		{"\xf0\x9f\x91", []text.Span{{0, 1}, {1, 2}, {2, 3}}},
		{"\xed\xa0\x80", []text.Span{{0, 1}, {1, 2}, {2, 3}}}, // a surrogate
	} {
		x := text.New(test.s, 10)
		got := spans(x)
		for i := range got {
			got[i].Start -= 10
			got[i].End -= 10
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%q: %v, want %v", test.s, got, test.want)
		}
		if x.Start() != 10 || !x.IsOriginal() || !x.IsTracked() || x.String() != test.s {
			t.Errorf("%q: starts at %d, original %v, tracked %v", test.s, x.Start(), x.IsOriginal(), x.IsTracked())
		}
		if u := text.Untracked(test.s, 10); u.Original(0, u.Len()) != (text.Span{Start: 10, End: 10}) || u.IsOriginal() || u.IsTracked() {
			t.Errorf("%q untracked: %v, original %v, tracked %v", test.s, u.Original(0, u.Len()), u.IsOriginal(), u.IsTracked())
		}
	}
}

func TestBuilder(t *testing.T) {
	b := text.NewBuilder(text.New("aéb日", 5))
	b.Put("<", -1)              // before all
	b.Keep(0, 3)                // aé
	b.PutBytes([]byte(".."), 2) // behind é, with its span
	b.KeepAs([]byte("B"), 3, 4) // in the place of b
	b.PutRune('本', 4)           // in the place of 日
	b.PutRune('!', 6)           // behind it
	x := b.Text()
	if x.String() != "<aé..B本!" || b.Len() != x.Len() {
		t.Fatalf("%q, %d bytes", x.String(), b.Len())
	}
	want := []text.Span{{5, 5}, {5, 6}, {6, 8}, {6, 8}, {6, 8}, {6, 8}, {8, 9}, {9, 12}, {9, 12}, {9, 12}, {9, 12}}
	if got := spans(x); !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	if x.IsOriginal() || x.Start() != 5 {
		t.Errorf("original: %v, starts at %d", x.IsOriginal(), x.Start())
	}

	// Once more, on top of that.
	b = text.NewBuilder(x)
	b.Keep(1, 2)
	b.Put("x", 6)
	b.Put("", 7)
	y := b.Text()
	if got := spans(y); y.String() != "ax" || !slices.Equal(got, []text.Span{{5, 6}, {8, 9}}) {
		t.Errorf("%q: %v", y.String(), got)
	}
}

func TestEmpty(t *testing.T) {
	for _, x := range []text.Text{{}, text.New("", 3), text.NewBuilder(text.New("abc", 3)).Text(), text.New("abc", 3).Slice(2, 2)} {
		if span := x.Original(0, 0); x.Len() != 0 || span.Start != span.End {
			t.Errorf("%q: %v", x.String(), span)
		}
		if y := x.Slice(0, 0); y.Len() != 0 {
			t.Errorf("a slice of nothing is %q", y.String())
		}
	}
	gone := text.NewBuilder(text.New("abc", 3)).Text()
	if gone.IsOriginal() || gone.Start() != 3 || gone.Original(0, 0) != (text.Span{Start: 3, End: 3}) {
		t.Errorf("nothing left: original %v, starts at %d, %v", gone.IsOriginal(), gone.Start(), gone.Original(0, 0))
	}
}

// A Text starts where what it was made from did, a slice where its first byte
// came from.
func TestStart(t *testing.T) {
	trimmed := text.New("  ab", 0).Trim(2, 4)
	if trimmed.Start() != 0 || !trimmed.IsOriginal() || trimmed.String() != "ab" || !slices.Equal(spans(trimmed), []text.Span{{2, 3}, {3, 4}}) {
		t.Errorf("trimmed: starts at %d, %v", trimmed.Start(), spans(trimmed))
	}
	if slice := trimmed.Slice(0, 1); slice.Start() != 2 {
		t.Errorf("a slice of it starts at %d", slice.Start())
	}
	b := text.NewBuilder(trimmed)
	b.Put(">", -1)
	b.Keep(0, 2)
	if got := spans(b.Text()); !slices.Equal(got, []text.Span{{0, 0}, {2, 3}, {3, 4}}) {
		t.Errorf("with something before it: %v", got)
	}
}

// TestUntracked: a Text that forgets spans still knows which slices start where
// it did. The same is done to a tracked and an untracked Text.
func TestUntracked(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOfN(rapid.SampledFrom([]rune("abé日 ")), 0, 8, -1).Draw(t, "s")
		tracked, untracked := text.New(s, 0), text.Untracked(s, 0)
		for range rapid.IntRange(0, 4).Draw(t, "steps") {
			i := boundary(t, tracked.String(), "i")
			j := boundary(t, tracked.String(), "j")
			i, j = min(i, j), max(i, j)
			switch rapid.SampledFrom([]string{"trim", "slice", "cut", "insert", "replace"}).Draw(t, "step") {
			case "trim":
				tracked, untracked = tracked.Trim(i, j), untracked.Trim(i, j)
			case "slice":
				if i == j {
					continue
				}
				tracked, untracked = tracked.Slice(i, j), untracked.Slice(i, j)
			case "cut":
				tracked, untracked = build(tracked, i, "", -1, j), build(untracked, i, "", -1, j)
			case "insert":
				tracked, untracked = build(tracked, i, "++", i-1, i), build(untracked, i, "++", i-1, i)
			case "replace":
				if i == j {
					continue
				}
				tracked, untracked = build(tracked, i, "日-", i, j), build(untracked, i, "日-", i, j)
			}
			if tracked.String() != untracked.String() {
				t.Fatalf("%q, untracked %q", tracked.String(), untracked.String())
			}
			if (tracked.Start() == 0) != (untracked.Start() == 0) {
				t.Fatalf("%q starts at %d, untracked at %d", tracked.String(), tracked.Start(), untracked.Start())
			}
			for k := range tracked.String() {
				a, b := tracked.Slice(k, tracked.Len()), untracked.Slice(k, untracked.Len())
				if (a.Start() == 0) != (b.Start() == 0) {
					t.Fatalf("%q starts at %d, untracked at %d", a.String(), a.Start(), b.Start())
				}
			}
		}
	})
}

// boundary draws an offset between two characters of s.
func boundary(t *rapid.T, s, label string) int {
	n := rapid.IntRange(0, utf8.RuneCountInString(s)).Draw(t, label)
	return len(string([]rune(s)[:n]))
}

// build returns t with s, which has the span of byte at, in the place of bytes
// i to j.
func build(t text.Text, i int, s string, at, j int) text.Text {
	b := text.NewBuilder(t)
	b.Keep(0, i)
	b.Put(s, at)
	b.Keep(j, t.Len())
	return b.Text()
}

// TestKeep: keeping a text in parts changes nothing, even parts of characters.
func TestKeep(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := string(rapid.SliceOfN(rapid.SampledFrom([]byte("ab\xc3\xa9\xe6\x97\xa5\xff")), 0, 12).Draw(t, "s"))
		x := text.New(s, rapid.IntRange(0, 3).Draw(t, "base"))
		b := text.NewBuilder(x)
		for i := 0; i < len(s); {
			j := rapid.IntRange(i+1, len(s)).Draw(t, "end")
			if rapid.Bool().Draw(t, "as") {
				b.KeepAs([]byte(s[i:j]), i, j)
			} else {
				b.Keep(i, j)
			}
			i = j
		}
		if y := b.Text(); y.String() != s || !slices.Equal(spans(y), spans(x)) {
			t.Fatalf("%q: %v, want %v", y.String(), spans(y), spans(x))
		}
	})
}

func TestWith(t *testing.T) {
	x := text.New("abc", 2).With("xy", []text.Span{{2, 3}, {4, 5}, {5, 5}})
	if x.String() != "xy" || x.IsOriginal() || !slices.Equal(spans(x), []text.Span{{2, 3}, {4, 5}}) || x.Start() != 2 {
		t.Errorf("%q: %v", x.String(), spans(x))
	}
}

func BenchmarkBuilder(b *testing.B) {
	s := strings.Repeat("It was the best of times, it was the worst of times. Größe 日本\n", 1000)
	for _, kind := range []struct {
		name string
		text text.Text
	}{{"Tracked", text.New(s, 0)}, {"Untracked", text.Untracked(s, 0)}} {
		b.Run(kind.name, func(b *testing.B) {
			b.SetBytes(int64(len(s)))
			b.ReportAllocs()
			for b.Loop() {
				out := text.NewBuilder(kind.text)
				kept := 0
				for i := range len(s) {
					if s[i] == ' ' {
						out.Keep(kept, i)
						out.Put("▁", i)
						kept = i + 1
					}
				}
				out.Keep(kept, len(s))
				out.Text()
			}
		})
	}
}
