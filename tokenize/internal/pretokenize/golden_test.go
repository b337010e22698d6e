package pretokenize_test

import (
	"encoding/json"
	"os"
	"slices"
	"testing"
	"unicode/utf8"

	"github.com/nibble-go/nibble/tokenize/internal/pretokenize"
	"github.com/nibble-go/nibble/tokenize/internal/text"
)

// A goldenCase has what a pre-tokenizer makes of each text: pieces of a start
// and an end in code points, and the text where it is not what stands there.
type goldenCase struct {
	Texts        []string
	PreTokenizer json.RawMessage `json:"pre_tokenizer"`
	Pieces       [][][]any
}

// readGolden returns the cases of internal/tools/hfprobe_pretok/golden.py.
func readGolden(tb testing.TB) (texts []string, cases []goldenCase) {
	tb.Helper()
	data, err := os.ReadFile("testdata/hf-tokenizers-0.22.2-pretokenizers.json")
	if err != nil {
		tb.Fatal(err)
	}
	if err := json.Unmarshal(data, &cases); err != nil {
		tb.Fatal(err)
	}
	return cases[0].Texts, cases[1:]
}

// A piece is a text and the code points of the original that it stands for.
type piece struct {
	text       string
	start, end int
}

func (c goldenCase) piecesOf(t string, i int) []piece {
	var out []piece
	for _, p := range c.Pieces[i] {
		start, end := int(p[0].(float64)), int(p[1].(float64))
		s := string([]rune(t)[start:end])
		if len(p) == 3 {
			s = p[2].(string)
		}
		out = append(out, piece{s, start, end})
	}
	return out
}

// split returns the pieces of s; without offsets if s is not tracked.
func split(tb testing.TB, p pretokenize.PreTokenizer, s string, tracked bool) []piece {
	tb.Helper()
	t := text.Untracked(s, 0)
	if tracked {
		t = text.New(s, 0)
	}
	var out []piece
	err := p.Split(t, func(t text.Text) error {
		if t.IsTracked() != tracked {
			tb.Errorf("%q: a piece is tracked: %v", s, t.IsTracked())
		}
		if !tracked {
			out = append(out, piece{text: t.String()})
			return nil
		}
		span := t.Original(0, t.Len())
		out = append(out, piece{t.String(), utf8.RuneCountInString(s[:span.Start]), utf8.RuneCountInString(s[:span.End])})
		return nil
	})
	if err != nil {
		tb.Errorf("%q: %v", s, err)
	}
	return out
}

func TestGolden(t *testing.T) {
	texts, cases := readGolden(t)
	for _, c := range cases {
		p := newPreTokenizer(t, string(c.PreTokenizer))
		for i, s := range texts {
			want := c.piecesOf(s, i)
			if got := split(t, p, s, true); !slices.Equal(got, want) {
				t.Errorf("%s\n%q\ngot  %+v\nwant %+v", c.PreTokenizer, s, got, want)
			}
			for i := range want {
				want[i] = piece{text: want[i].text}
			}
			if got := split(t, p, s, false); !slices.Equal(got, want) {
				t.Errorf("%s, not tracked\n%q\ngot  %+v\nwant %+v", c.PreTokenizer, s, got, want)
			}
		}
	}
}
