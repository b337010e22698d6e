package sentencepiece_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/tokenize/internal/sentencepiece"
	"github.com/nibble-go/nibble/tokenize/internal/textgen"
	"github.com/nibble-go/nibble/tokenize/vocab"
)

// cutModels returns models that can cut texts: settings that differ in what
// happens to white space, and a charsmap.
func cutModels(t *testing.T) map[string]*sentencepiece.Model {
	_, file := load(t, modelPath("bpe"))
	_, mapped := load(t, modelPath("char"))
	models := map[string]*sentencepiece.Model{}
	for name, change := range map[string]func(*sentencepiece.Config){
		"as it is":  func(*sentencepiece.Config) {},
		"trimmed":   func(c *sentencepiece.Config) { c.Normalizer.RemoveExtraWhitespaces = true },
		"no prefix": func(c *sentencepiece.Config) { c.Normalizer.AddDummyPrefix = false },
		"charsmap": func(c *sentencepiece.Config) {
			c.Normalizer.Charsmap, c.Normalizer.RemoveExtraWhitespaces = mapped.Normalizer.PrecompiledCharsmap, true
		},
		"no bytes": func(c *sentencepiece.Config) {
			c.ByteFallback = false
			c.Pieces = slices.DeleteFunc(slices.Clone(c.Pieces), func(p sentencepiece.Piece) bool { return p.Type == sentencepiece.Byte })
		},
	} {
		c := settings(file)
		change(&c)
		m, err := sentencepiece.New(c)
		if err != nil {
			t.Fatal(err)
		}
		models[name] = m
	}
	return models
}

// The parts of a text that was cut have the ids that the text has.
func TestCut(t *testing.T) {
	for name, m := range cutModels(t) {
		t.Run(name, func(t *testing.T) {
			cuts := 0
			for _, text := range textgen.New(11, textgen.All, "<sep>", "abcab", "▁▁▁", " the", "ab c").Texts(count(1000)) {
				want, err := m.AppendIDs(nil, text)
				if err != nil {
					t.Fatal(err)
				}
				for limit := len(text); ; {
					cut := m.Cut(text, limit)
					if cut == 0 {
						break
					}
					got, err := m.AppendIDs(nil, text[:cut])
					if err != nil {
						t.Fatal(err)
					}
					if got, err = m.Rest().AppendIDs(got, text[cut:]); err != nil || !slices.Equal(got, want) {
						t.Fatalf("%q, %q:\ngot  %v, %v\nwant %v", text[:cut], text[cut:], got, err, want)
					}
					limit = cut - 1
					cuts++
				}
			}
			if cuts < count(1000) {
				t.Errorf("%d cuts", cuts)
			}
		})
	}
}

// Cut wherever it can be, a text has the ids that it has.
func TestCutTwice(t *testing.T) {
	for name, m := range cutModels(t) {
		text := textgen.New(12, textgen.Valid&^textgen.Random).Long(20_000)
		want, err := m.AppendIDs(nil, text)
		if err != nil {
			t.Fatal(err)
		}
		var got []uint32
		for part := m; text != ""; part = m.Rest() {
			cut := part.Cut(text, 300)
			if cut == 0 {
				cut = part.Cut(text, len(text))
			}
			if cut == 0 {
				cut = len(text)
			}
			if got, err = part.AppendIDs(got, text[:cut]); err != nil {
				t.Fatal(err)
			}
			text = text[cut:]
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: other ids", name)
		}
	}
}

// Where cutting may change the pieces, there is no cut.
func TestNoCut(t *testing.T) {
	text := strings.Repeat("some words ", 3)
	for name := range readGolden(t) {
		m, _ := load(t, modelPath(name))
		if cut := m.Cut(text, len(text)); (cut > 0) != (name == "bpe") {
			t.Errorf("%s: cut at %d", name, cut)
		}
		if m.Rest() == nil {
			t.Errorf("%s: no rest", name)
		}
	}
	_, file := load(t, modelPath("bpe"))
	for name, change := range map[string]func(*vocab.SentencePiece){
		"a symbol with a space": func(f *vocab.SentencePiece) {
			f.Pieces = append(f.Pieces, vocab.Piece{Text: "e w", Type: vocab.UserDefined})
		},
		"pieces with spaces inside": func(f *vocab.SentencePiece) {
			for b := byte('a'); b <= 'z'; b++ {
				f.Pieces = append(f.Pieces, vocab.Piece{Text: string(rune(b)) + "▁q", Type: vocab.Normal})
			}
		},
		"suffix": func(f *vocab.SentencePiece) { f.Trainer.TreatWhitespaceAsSuffix = true },
		"no piece for a space": func(f *vocab.SentencePiece) {
			f.Trainer.ByteFallback = false
			f.Pieces = slices.DeleteFunc(slices.Clone(f.Pieces), func(p vocab.Piece) bool { return p.Text == "▁" || p.Type == vocab.Byte })
		},
	} {
		changed := *file
		changed.Pieces = slices.Clone(file.Pieces)
		change(&changed)
		m, err := sentencepiece.New(settings(&changed))
		if err != nil {
			t.Fatal(err)
		}
		if cut := m.Cut(text, len(text)); cut != 0 {
			t.Errorf("%s: cut at %d", name, cut)
		}
	}
}
