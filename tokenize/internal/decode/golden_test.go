package decode_test

import (
	"encoding/json"
	"os"
	"slices"
	"testing"
)

// A goldenCase has what a decoder makes of lists of tokens.
type goldenCase struct {
	Decoder json.RawMessage
	Cases   []struct {
		tokens []string
		text   *string // nil: the reference panics
	}
}

func (c *goldenCase) UnmarshalJSON(data []byte) error {
	var raw struct {
		Decoder json.RawMessage
		Cases   [][2]json.RawMessage
	}
	if err := json.Unmarshal(data, &raw); err != nil {
		return err
	}
	c.Decoder = raw.Decoder
	c.Cases = slices.Grow(c.Cases, len(raw.Cases))[:len(raw.Cases)]
	for i, pair := range raw.Cases {
		if err := json.Unmarshal(pair[0], &c.Cases[i].tokens); err != nil {
			return err
		}
		if err := json.Unmarshal(pair[1], &c.Cases[i].text); err != nil {
			return err
		}
	}
	return nil
}

// readGolden returns the cases of internal/tools/hfprobe_pretok/golden.py.
func readGolden(tb testing.TB) (cases []goldenCase) {
	tb.Helper()
	data, err := os.ReadFile("testdata/hf-tokenizers-0.22.2-decoders.json")
	if err != nil {
		tb.Fatal(err)
	}
	if err := json.Unmarshal(data, &cases); err != nil {
		tb.Fatal(err)
	}
	return cases
}

func TestGolden(t *testing.T) {
	for _, c := range readGolden(t) {
		d := newDecoder(t, string(c.Decoder))
		for _, test := range c.Cases {
			before := slices.Clone(test.tokens)
			got := text(d, test.tokens)
			if test.text != nil && got != *test.text {
				t.Errorf("%s\n%q\ngot  %q\nwant %q", c.Decoder, test.tokens, got, *test.text)
			}
			if !slices.Equal(test.tokens, before) {
				t.Errorf("%s changed its tokens: %q -> %q", c.Decoder, before, test.tokens)
			}
		}
	}
}

// Where the reference panics, Strip takes off what there is.
func TestStripShortTokens(t *testing.T) {
	for settings, cases := range map[string]map[string]string{
		`{"type":"Strip","content":"a","start":1,"stop":1}`: {"": "", "a": "", "aa": "", "aaa": "a"},
		`{"type":"Strip","content":"a","start":0,"stop":3}`: {"": "", "aa": "", "aaaa": "a"},
		`{"type":"Strip","content":"a","start":2,"stop":2}`: {"aaa": "", "aaba": "b"},
	} {
		d := newDecoder(t, settings)
		for token, want := range cases {
			if got := text(d, []string{token}); got != want {
				t.Errorf("%s: %q: %q, want %q", settings, token, got, want)
			}
		}
	}
}
