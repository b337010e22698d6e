package pretokenize_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/nibble-go/nibble/tokenize/internal/pretokenize"
	"github.com/nibble-go/nibble/tokenize/internal/text"
	"github.com/nibble-go/nibble/tokenize/internal/textgen"
)

// tiling are pre-tokenizers that keep each byte, and change none.
var tiling = []string{
	`{"type":"Punctuation","behavior":"Isolated"}`,
	`{"type":"Punctuation","behavior":"MergedWithPrevious"}`,
	`{"type":"Punctuation","behavior":"MergedWithNext"}`,
	`{"type":"Punctuation","behavior":"Contiguous"}`,
	`{"type":"Digits","individual_digits":true}`,
	`{"type":"Digits","individual_digits":false}`,
	`{"type":"FixedLength","length":2}`,
	`{"type":"Metaspace","replacement":" ","prepend_scheme":"never"}`,
	`{"type":"Split","pattern":{"String":" "},"behavior":"MergedWithNext","invert":false}`,
	`{"type":"Split","pattern":{"String":""},"behavior":"Contiguous","invert":true}`,
	`{"type":"Split","pattern":{"Regex":"\\w+|\\s"},"behavior":"MergedWithPrevious","invert":true}`,
	`{"type":"Sequence","pretokenizers":[{"type":"Punctuation"},{"type":"Digits","individual_digits":true}]}`,
}

func drawText(t *rapid.T) string {
	return textgen.New(rapid.Uint64().Draw(t, "seed"), textgen.All, "<s>", "▁").Text()
}

func TestPiecesTile(t *testing.T) {
	var pre []pretokenize.PreTokenizer
	for _, settings := range tiling {
		pre = append(pre, newPreTokenizer(t, settings))
	}
	rapid.Check(t, func(t *rapid.T) {
		s := drawText(t)
		i := rapid.IntRange(0, len(pre)-1).Draw(t, "pre-tokenizer")
		end := 0
		err := pre[i].Split(text.New(s, 100), func(p text.Text) error {
			if span := p.Original(0, p.Len()); span.Start != 100+end || span.End != 100+end+p.Len() || p.Len() == 0 {
				t.Fatalf("%s: %q: piece %q at %v, not at %d", tiling[i], s, p.String(), span, 100+end)
			}
			if !strings.HasPrefix(s[end:], p.String()) {
				t.Fatalf("%s: %q: piece %q at %d", tiling[i], s, p.String(), end)
			}
			end += p.Len()
			return nil
		})
		if err != nil || end != len(s) {
			t.Fatalf("%s: %q: pieces end at %d, %v", tiling[i], s, end, err)
		}
	})
}

// The pieces do not depend on whether their bytes are tracked; nor on bytes
// that are not UTF-8, which are characters like U+FFFD.
func TestPiecesOfAnyText(t *testing.T) {
	_, cases := readGolden(t)
	var pre []pretokenize.PreTokenizer
	for _, c := range cases {
		pre = append(pre, newPreTokenizer(t, string(c.PreTokenizer)))
	}
	rapid.Check(t, func(t *rapid.T) {
		s := drawText(t)
		i := rapid.IntRange(0, len(pre)-1).Draw(t, "pre-tokenizer")
		checkAnyText(t, pre[i], cases[i].PreTokenizer, s)
	})
}

func checkAnyText(tb interface {
	Fatalf(string, ...any)
}, p pretokenize.PreTokenizer, settings json.RawMessage, s string) {
	pieces := func(t text.Text) (out []string) {
		last, size := 0, t.Len()
		err := p.Split(t, func(p text.Text) error {
			out = append(out, p.String())
			if p.Len() == 0 {
				tb.Fatalf("%s: %q: empty piece", settings, s)
			}
			if span := p.Original(0, p.Len()); p.IsTracked() {
				if span.Start < last-utf8.UTFMax || span.End < span.Start || span.End > size {
					tb.Fatalf("%s: %q: piece %q at %v behind %d", settings, s, p.String(), span, last)
				}
				last = span.End
			}
			return nil
		})
		if err != nil {
			tb.Fatalf("%s: %q: %v", settings, s, err)
		}
		return out
	}
	tracked := pieces(text.New(s, 0))
	if untracked := pieces(text.Untracked(s, 0)); !slices.Equal(tracked, untracked) {
		tb.Fatalf("%s: %q\ntracked   %q\nuntracked %q", settings, s, tracked, untracked)
	}
	if utf8.ValidString(s) || strings.Contains(string(settings), "ByteLevel") {
		return
	}
	valid := pieces(text.New(string([]rune(s)), 0))
	for i, p := range tracked {
		tracked[i] = string([]rune(p))
	}
	if !slices.Equal(tracked, valid) {
		tb.Fatalf("%s: %q\n%q\nwith U+FFFD %q", settings, s, tracked, valid)
	}
}

// A Metaspace that prepends where the original starts goes by the offset, not
// by the piece.
func TestFirstIsOfTheOriginal(t *testing.T) {
	p := newPreTokenizer(t, `{"type":"Metaspace","replacement":"▁","prepend_scheme":"first"}`)
	for _, start := range []int{0, 1} {
		for _, make := range []func(string, int) text.Text{text.New, text.Untracked} {
			var got string
			err := p.Split(make("Hello", start), func(p text.Text) error {
				got += p.String() + "|"
				return nil
			})
			want := "▁Hello|"
			if start > 0 {
				want = "Hello|"
			}
			if got != want || err != nil {
				t.Errorf("at %d: %q, %v, want %q", start, got, err, want)
			}
		}
	}
}

// An error of emit ends Split, wherever it comes.
func TestEmitFails(t *testing.T) {
	texts, cases := readGolden(t)
	stop := errors.New("stop")
	for _, c := range cases {
		p := newPreTokenizer(t, string(c.PreTokenizer))
		for i, s := range texts {
			for after := range len(c.Pieces[i]) {
				calls := 0
				err := p.Split(text.Untracked(s, 0), func(text.Text) error {
					if calls++; calls > after {
						return stop
					}
					return nil
				})
				if !errors.Is(err, stop) || calls != after+1 {
					t.Fatalf("%s: %q: %v in call %d, Split returned %v", c.PreTokenizer, s, stop, after+1, err)
				}
			}
		}
	}
}

func FuzzSplit(f *testing.F) {
	texts, cases := readGolden(f)
	var pre []pretokenize.PreTokenizer
	for i, c := range cases {
		pre = append(pre, newPreTokenizer(f, string(c.PreTokenizer)))
		f.Add(byte(i), texts[i%len(texts)]+"\xff▁\xe6\x97")
	}
	f.Fuzz(func(t *testing.T, i byte, s string) {
		n := int(i) % len(pre)
		checkAnyText(t, pre[n], cases[n].PreTokenizer, s)
	})
}

func FuzzNew(f *testing.F) {
	_, cases := readGolden(f)
	for _, c := range cases {
		f.Add(string(c.PreTokenizer))
	}
	f.Add(`{"type":"Sequence","pretokenizers":[{"type":"Sequence","pretokenizers":[null]}]}`)
	f.Fuzz(func(t *testing.T, settings string) {
		o, err := parse(settings)
		if err != nil {
			return
		}
		p, err := pretokenize.New(o)
		if _, ok := pretokenize.Describe(o); err == nil && !ok {
			t.Errorf("%s: not described", settings)
		}
		if err != nil {
			return
		}
		err = p.Split(text.New("It's a\n text ▁ 123\xff!", 0), func(text.Text) error { return nil })
		if err != nil && !errors.Is(err, errTimeout) {
			t.Errorf("%s: %v", settings, err)
		}
	})
}
