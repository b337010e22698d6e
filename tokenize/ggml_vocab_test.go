//go:build !nibbletext

package tokenize_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/tokenize"
)

// TestGGMLVocabularies: the vocabularies of llama.cpp's own tests, with the ids
// that llama_tokenize gives without special tokens.
func TestGGMLVocabularies(t *testing.T) {
	paths, err := filepath.Glob("../../shared/tokenizers/llama.cpp/*.gguf")
	if err != nil {
		t.Fatal(err)
	}
	if len(paths) == 0 {
		t.Skip("no vocabularies: ../shared/tokenizers/llama.cpp is not there")
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(strings.TrimPrefix(filepath.Base(path), "ggml-vocab-"), ".gguf"), func(t *testing.T) {
			tok, err := tokenize.Open(path)
			if err != nil {
				t.Fatal(err)
			}
			in, err := os.ReadFile(path + ".inp")
			if err != nil {
				t.Fatal(err)
			}
			out, err := os.ReadFile(path + ".out")
			if err != nil {
				t.Fatal(err)
			}
			texts := strings.Split(string(in), "\n__ggml_vocab_test__\n")
			wants := strings.Split(string(out), "\n")
			if len(texts) > len(wants) {
				t.Fatalf("%d texts, %d lists of ids", len(texts), len(wants))
			}
			for i, text := range texts {
				want := parseIDs(t, wants[i])
				got, err := tok.AppendIDs(nil, text, tokenize.Options{Special: tokenize.PlainSpecial})
				if err != nil || !equal(got, want) {
					t.Errorf("%q\ngot  %v, %v\nwant %v", text, got, err, want)
				}
				e, err := tok.Encode(text, tokenize.Options{Special: tokenize.PlainSpecial})
				if err != nil || !equal(e.IDs, want) {
					t.Errorf("%q: Encode has other ids than AppendIDs: %v, %v", text, e, err)
				}
			}
		})
	}
}
