package normalize_test

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/nibble-go/nibble/tokenize/internal/normalize"
	"github.com/nibble-go/nibble/tokenize/internal/onig"
	"github.com/nibble-go/nibble/tokenize/internal/text"
	"github.com/nibble-go/nibble/tokenize/internal/textgen"
)

// check fails the test if what n makes of s breaks a promise that all
// normalizers give. It returns the result.
func check(t testing.TB, n normalize.Normalizer, s string) string {
	t.Helper()
	tracked, err := n.Normalize(text.New(s, 0))
	untracked, err2 := n.Normalize(text.Untracked(s, 0))
	if errors.Is(err, onig.ErrTimeout) || errors.Is(err2, onig.ErrTimeout) {
		return s
	}
	if err != nil || err2 != nil {
		t.Fatalf("%+q: %v, untracked %v", s, err, err2)
	}
	out := tracked.String()
	if untracked.String() != out {
		t.Errorf("%+q: %+q, untracked %+q", s, out, untracked.String())
	}
	if n.IsIdentity(s) && (out != s || tracked.Original(0, len(out)) != text.New(s, 0).Original(0, len(s))) {
		t.Errorf("IsIdentity(%+q), but %+q", s, out)
	}
	if utf8.ValidString(s) && !utf8.ValidString(out) {
		t.Errorf("%+q: %+q", s, out)
	}
	for i := range out {
		// What a pre-tokenizer may ask of an untracked text.
		want, got := tracked.Slice(i, len(out)).Start() == 0, untracked.Slice(i, len(out)).Start() == 0
		if got != want {
			t.Errorf("%+q -> %+q: byte %d is at the front: %v, untracked %v", s, out, i, want, got)
			break
		}
	}
	last := 0
	for i := range len(out) {
		span := tracked.Original(i, i+1)
		if span.Start < last || span.End < span.Start || span.End > len(s) {
			t.Errorf("%+q -> %+q: byte %d is from %v, after %d", s, out, i, span, last)
			break
		}
		last = span.Start
	}
	return out
}

func TestProperties(t *testing.T) {
	for _, settings := range judged(t) {
		n := newNormalizer(t, settings)
		t.Run(name(settings), func(t *testing.T) {
			for _, s := range textgen.New(3, textgen.All).Texts(60) {
				check(t, n, s)
			}
			marks := newMarkGenerator(3)
			for range 100 {
				check(t, n, marks.text())
			}
		})
	}
}

// A form of a form is that form.
func TestFormsAreStable(t *testing.T) {
	marks := newMarkGenerator(5)
	for _, n := range []normalize.Normalizer{normalize.NFC(), normalize.NFD(), normalize.NFKC(), normalize.NFKD()} {
		for range 2000 {
			s := marks.text()
			once := check(t, n, s)
			if twice := check(t, n, once); twice != once {
				t.Fatalf("%+q -> %+q -> %+q", s, once, twice)
			}
		}
	}
	for range 2000 {
		s := marks.text()
		d := check(t, normalize.NFD(), s)
		if c := check(t, normalize.NFC(), s); check(t, normalize.NFC(), d) != c || check(t, normalize.NFD(), c) != d {
			t.Fatalf("%+q: NFC %+q, NFD %+q", s, c, d)
		}
	}
}

// Bytes that are not UTF-8 stay, and what is around them is normalized as if
// they were characters to which nothing happens.
func TestInvalid(t *testing.T) {
	const marker = "\uFFF0" // such a character
	regex, err := normalize.ReplaceRegex(`\s+|\p{M}`, "_")
	if err != nil {
		t.Fatal(err)
	}
	all := []normalize.Normalizer{
		normalize.NFC(), normalize.NFD(), normalize.NFKC(), normalize.NFKD(), normalize.Lowercase(), normalize.StripAccents(),
		normalize.Strip{Left: true, Right: true}, normalize.Nmt(), normalize.Prepend("x"), normalize.Replace(" ", "_"),
		normalize.Replace("", "_"), regex,
		normalize.NewBert(normalize.Bert{CleanText: true, HandleChineseChars: true, StripAccents: true, Lowercase: true}),
	}
	rapid.Check(t, func(t *rapid.T) {
		s := strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{
			"a", "E", "\u0301", "\u0323", "é", "ﬁ", "가", "\u1100", "\u1161", " ", "日", "\u2000", "\t", "İ", marker, marker,
		}), 0, 10).Draw(t, "parts"), "")
		bad := rapid.SampledFrom([]string{"\xff", "\x80", "\xc0", "\xf5"}).Draw(t, "byte")
		for _, n := range all {
			want, err := n.Normalize(text.New(s, 0))
			if err != nil {
				t.Fatal(err)
			}
			got, err := n.Normalize(text.New(strings.ReplaceAll(s, marker, bad), 0))
			if err != nil {
				t.Fatal(err)
			}
			if got.String() != strings.ReplaceAll(want.String(), marker, bad) {
				t.Fatalf("%T: %+q -> %+q, with bytes %+q", n, s, want.String(), got.String())
			}
		}
	})
}

// Marks without end, on which sorting, joining or growing could be slow, and
// keys of a charsmap that never end.
func TestLong(t *testing.T) {
	charsmap, err := normalize.NewPrecompiled(testCharsmap())
	if err != nil {
		t.Fatal(err)
	}
	const n = 20_000
	for _, s := range []string{
		strings.Repeat("\u0301\u0323\u0334", n), "a" + strings.Repeat("\u0301", n), strings.Repeat("가", n),
		strings.Repeat("\u1100\u1161\u11a8", n), strings.Repeat("\u1161", n), strings.Repeat("e\u0301", n),
		strings.Repeat("©\u200d", n), strings.Repeat("क\u094d", n), strings.Repeat("\u0600", n), strings.Repeat(" ", n),
	} {
		for _, n := range []normalize.Normalizer{
			normalize.NFC(), normalize.NFD(), normalize.NFKC(), charsmap,
			normalize.NewBert(normalize.Bert{CleanText: true, StripAccents: true}), normalize.Strip{Left: true, Right: true},
		} {
			check(t, n, s)
		}
	}
	if d := check(t, normalize.NFD(), "a"+strings.Repeat("\u0301\u0323", 40)); d != "a"+strings.Repeat("\u0323", 40)+strings.Repeat("\u0301", 40) {
		t.Errorf("%+q", d)
	}
}
