package tokenize_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/tokenize"
)

// benchTexts are texts of one MB each: English books, Go source, and languages
// with other scripts.
func benchTexts(b *testing.B) map[string]string {
	b.Helper()
	english := repeatTo(b, "../../shared/models/heldout.txt", "../../shared/models/calibration.txt")
	return map[string]string{"english": english}
}

func repeatTo(b *testing.B, paths ...string) string {
	var buf bytes.Buffer
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			b.Skip("no text: ", err)
		}
		buf.Write(data)
	}
	text := buf.String()
	for len(text) < 1<<20 {
		text += text
	}
	return text[:1<<20]
}

func BenchmarkAppendIDs(b *testing.B) {
	texts := benchTexts(b)
	for _, model := range []string{"tiktoken/cl100k_base.tiktoken", "tokenizers/modernbert.json", "tokenizers/mistral03.json", "tokenizers/bert_base_cased.json"} {
		path := filepath.Join(kitoken, "models", model)
		data, err := os.ReadFile(path)
		if err != nil {
			b.Skip("no vocabulary: ", err)
		}
		load := func() *tokenize.Tokenizer {
			tok, err := tokenize.Read(filepath.Base(path), data, tokenize.LoadOptions{})
			if err != nil {
				b.Fatal(err)
			}
			return tok
		}
		name := strings.TrimSuffix(filepath.Base(model), filepath.Ext(model))
		for kind, text := range texts {
			o := tokenize.Options{Workers: 1}
			b.Run(name+"/"+kind+"/cold", func(b *testing.B) {
				b.SetBytes(int64(len(text)))
				var ids []uint32
				for range b.N {
					b.StopTimer()
					tok := load()
					b.StartTimer()
					ids, _ = tok.AppendIDs(ids[:0], text, o)
				}
			})
			b.Run(name+"/"+kind+"/warm", func(b *testing.B) {
				tok := load()
				ids, _ := tok.AppendIDs(nil, text, o)
				b.SetBytes(int64(len(text)))
				b.ReportAllocs()
				for b.Loop() {
					ids, _ = tok.AppendIDs(ids[:0], text, o)
				}
			})
		}
	}
}
