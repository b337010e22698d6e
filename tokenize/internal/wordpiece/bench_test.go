package wordpiece_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"unicode"

	"github.com/nibble-go/nibble/tokenize/internal/wordpiece"
)

// bert returns the model of bert-base-cased.
func bert(b *testing.B) *wordpiece.WordPiece {
	data, err := os.ReadFile("../../../../shared/tokenizers/kitoken/models/tokenizers/bert_base_cased.json")
	if err != nil {
		b.Skip("the vocabulary stands beside the clone only: ", err)
	}
	var file struct {
		Model struct{ Vocab map[string]uint32 }
	}
	if err := json.Unmarshal(data, &file); err != nil {
		b.Fatal(err)
	}
	c := wordpiece.Config{Unknown: "[UNK]", Prefix: "##", MaxChars: 100}
	for token, id := range file.Model.Vocab {
		c.Tokens, c.IDs = append(c.Tokens, token), append(c.IDs, id)
	}
	m, err := wordpiece.New(c)
	if err != nil {
		b.Fatal(err)
	}
	return m
}

func BenchmarkWordPiece(b *testing.B) {
	m := bert(b)
	var text []byte
	for _, name := range []string{"README.md", "RATIONALE.md", "CONTRIBUTING.md"} {
		data, err := os.ReadFile("../../../" + name)
		if err != nil {
			b.Fatal(err)
		}
		text = append(text, data...)
	}
	words := strings.FieldsFunc(string(text), func(r rune) bool { return !unicode.IsLetter(r) })
	size := 0
	for _, word := range words {
		size += len(word)
	}
	b.SetBytes(int64(size))
	b.ReportAllocs()
	var ids []uint32
	var err error
	for b.Loop() {
		for _, word := range words {
			if ids, err = m.AppendIDs(ids[:0], word); err != nil {
				b.Fatal(err)
			}
		}
	}
}
