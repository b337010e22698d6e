package sentencepiece_test

import (
	"encoding/json"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/tokenize/internal/model"
	"github.com/nibble-go/nibble/tokenize/internal/sentencepiece"
)

// A goldenCase is what internal/tools/sentencepiecegolden writes of a text.
type goldenCase struct {
	Text       *string // a character a byte; nil: there are ids only
	Normalized *string // nil: not asked, as the text is not UTF-8
	IDs        []uint32
	Spans      [][2]int
	Pieces     []string
	Decoded    string
}

// text returns the text that Latin-1 stands for.
func (c *goldenCase) text() string {
	var b []byte
	for _, r := range *c.Text {
		b = append(b, byte(r))
	}
	return string(b)
}

func readGolden(t testing.TB) map[string][]goldenCase {
	data, err := os.ReadFile("testdata/sentencepiece-0.2.3.json")
	if err != nil {
		t.Fatal(err)
	}
	var models map[string][]goldenCase
	if err := json.Unmarshal(data, &models); err != nil {
		t.Fatal(err)
	}
	return models
}

func modelPath(name string) string { return "testdata/sentencepiece-0.2.3-" + name + ".model" }

func TestModelsOfSentencePiece(t *testing.T) {
	models := readGolden(t)
	if len(models) < 6 {
		t.Fatalf("%d models", len(models))
	}
	for name, cases := range models {
		t.Run(name, func(t *testing.T) {
			m, _ := load(t, modelPath(name))
			for _, c := range cases {
				if got, err := m.Decode(c.IDs); err != nil || got != c.Decoded {
					t.Errorf("%v decodes to\n%q, %v, want\n%q", c.IDs, got, err, c.Decoded)
				}
				if c.Text != nil {
					checkEncoding(t, m, &c)
				}
			}
		})
	}
}

func checkEncoding(t *testing.T, m *sentencepiece.Model, c *goldenCase) {
	t.Helper()
	text := c.text()
	want := []model.Token{}
	for i, id := range c.IDs {
		want = append(want, model.Token{ID: id, Start: c.Spans[i][0], End: c.Spans[i][1]})
	}
	for range 2 { // once more, from the cache
		tokens, err := m.AppendTokens([]model.Token{}, text)
		if err != nil || !reflect.DeepEqual(tokens, want) {
			t.Errorf("%q:\ngot  %v, %v\nwant %v", text, tokens, err, want)
		}
		ids, err := m.AppendIDs(nil, text)
		if err != nil || !slices.Equal(ids, c.IDs) {
			t.Errorf("%q: AppendIDs gives %v, %v", text, ids, err)
		}
	}
	if n, err := m.Count(text); err != nil || n != len(c.IDs) {
		t.Errorf("%q: Count gives %d, %v", text, n, err)
	}
	pieces, err := m.Pieces(text)
	if err != nil || !slices.Equal(pieces, c.Pieces) {
		t.Errorf("%q: got pieces %q, %v, want %q", text, pieces, err, c.Pieces)
	}
	if c.Normalized == nil {
		return
	}
	if normal, err := m.Normalizer().Append(nil, text); err != nil || string(normal) != *c.Normalized {
		t.Errorf("%q: normalized\n%q, %v, want\n%q", text, normal, err, *c.Normalized)
	}
}

// The self-test passes, and fails where a sample is another.
func TestSelfTest(t *testing.T) {
	for name := range readGolden(t) {
		m, file := load(t, modelPath(name))
		var samples []sentencepiece.Sample
		for _, s := range file.SelfTest {
			samples = append(samples, sentencepiece.Sample(s))
		}
		if len(samples) != 3 {
			t.Fatalf("%s: %d samples", name, len(samples))
		}
		if err := m.SelfTest(samples); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		samples[1].Expected += "x"
		if err := m.SelfTest(samples); err == nil || !strings.HasPrefix(err.Error(), "self_test_data.samples[1]: the pieces of") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
