//go:build nibbletext

package tokenize_test

import (
	"errors"
	"io/fs"
	"testing"

	"github.com/nibble-go/nibble/internal/sample"
	"github.com/nibble-go/nibble/tokenize"
)

// The reduced build does what the whole one does, or says that it cannot.
func TestReducedGoldenEncodings(t *testing.T) {
	opens := map[string]bool{"byte level": true, "byte level with prefix space": true, "byte level, ignoring merges": true}
	for _, g := range readGolden(t).Tokenizers {
		t.Run(g.Name, func(t *testing.T) {
			if !opens[g.Name] {
				wantReduced(t, "tokenizer.json", g.Tokenizer)
				return
			}
			shared := readTokenizer(t, g.Tokenizer)
			for _, c := range g.Cases {
				tok := shared
				if c.Tokenizer != "" {
					tok = readTokenizer(t, c.Tokenizer)
				}
				checkGolden(t, tok, c)
			}
		})
	}
}

// The ids are those that the examples of the whole build have.
func TestReducedReadsTheSample(t *testing.T) {
	data, err := fs.ReadFile(sample.FS(), "tokenizer.json")
	if err != nil {
		t.Fatal(err)
	}
	tok := readTokenizer(t, string(data))
	if !tok.Info().ByteComplete || tok.Info().Scanner == "" {
		t.Errorf("the sample is %+v", tok.Info())
	}
	batch, err := tok.EncodeAll([]string{"The fox", "The fox and the crow"}, tokenize.Options{
		Padding: &tokenize.Padding{Longest: true},
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range [][]uint32{{372, 1231, 91, 3, 3, 3}, {372, 1231, 91, 288, 266, 2545}} {
		if !equal(batch[i].IDs, want) {
			t.Errorf("text %d has the ids %v, want %v", i, batch[i].IDs, want)
		}
	}
	const text = "It's<|im_end|> naïve 12345\n\n  日本"
	x, err := tok.Explain(text, tokenize.Options{})
	if err != nil || len(x.Segments) != 3 || tok.Decode(x.Encoding.IDs, tokenize.DecodeOptions{}) != text {
		t.Errorf("%q is explained as %+v, %v", text, x, err)
	}
	steps, err := tok.MergeSteps(" upon")
	if err != nil || len(steps) == 0 || len(steps[len(steps)-1].IDs) != 1 || steps[len(steps)-1].IDs[0] != 529 {
		t.Errorf("merges of one token lead to %+v, %v", steps, err)
	}
}

func TestReducedRefusesOtherFormats(t *testing.T) {
	bpe := func(members string) string {
		return `{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}, ` + members + `}`
	}
	for _, test := range []struct{ what, name, data string }{
		{"GGUF", "model.gguf", "GGUF\x03\x00\x00\x00"},
		{"SentencePiece", "tokenizer.model", "\n\x05\n\x01a"},
		{"tiktoken", "cl100k_base.tiktoken", "IQ== 0\n"},
		{"tekken", "tekken.json", `{"config": {}}`},
		{"WordPiece", "tokenizer.json", `{"model": {"type": "WordPiece", "vocab": {"[UNK]": 0}, "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100}}`},
		{"normalizer", "tokenizer.json", bpe(`"normalizer": {"type": "NFC"}`)},
		{"pre-tokenizer", "tokenizer.json", bpe(`"pre_tokenizer": {"type": "Whitespace"}`)},
		{"pattern", "tokenizer.json", bpe(`"pre_tokenizer": {"type": "Split", "pattern": {"Regex": "a(?=b)"}, "behavior": "Isolated", "invert": false}`)},
		{"decoder", "tokenizer.json", bpe(`"decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true}`)},
	} {
		t.Run(test.what, func(t *testing.T) { wantReduced(t, test.name, test.data) })
	}
}

func wantReduced(t *testing.T, name, data string) {
	t.Helper()
	_, err := tokenize.Read(name, []byte(data), tokenize.LoadOptions{})
	if !errors.Is(err, tokenize.ErrReduced) || !errors.Is(err, tokenize.ErrUnsupported) || errors.Is(err, tokenize.ErrFormat) {
		t.Errorf("got the error %v, want one that wraps ErrReduced and ErrUnsupported", err)
	}
}
