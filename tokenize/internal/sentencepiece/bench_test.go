package sentencepiece_test

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/tokenize/internal/sentencepiece"
	"github.com/nibble-go/nibble/tokenize/internal/textgen"
)

// benchModel returns a model that stands beside the clone.
func benchModel(b *testing.B, name string) *sentencepiece.Model {
	path := kitoken + "models/sentencepiece/" + name + ".model"
	if _, err := os.Stat(path); err != nil {
		b.Skip("the model stands beside the clone only: ", err)
	}
	m, _ := load(b, path)
	return m
}

func BenchmarkAppendIDs(b *testing.B) {
	prose, err := os.ReadFile("../../../RATIONALE.md")
	if err != nil {
		b.Fatal(err)
	}
	texts := []struct{ name, text string }{
		{"prose", strings.Repeat(string(prose), 1+(1<<20)/len(prose))},
		{"mixed", textgen.New(1, textgen.Valid).Long(1 << 20)},
	}
	for _, name := range []string{"llama2", "xlnet_base_cased"} {
		for _, text := range texts {
			b.Run(name+"/"+text.name, func(b *testing.B) { benchmark(b, benchModel(b, name), text.text) })
		}
	}
}

// Texts without a place where they could be cut.
func BenchmarkWorstCase(b *testing.B) {
	for _, name := range []string{"llama2", "xlnet_base_cased"} {
		for _, letter := range []string{"a", " ", "^"} {
			for _, size := range []int{1 << 20, 10 << 20} {
				b.Run(name+"/"+strconv.Quote(letter)+"/"+strconv.Itoa(size>>20)+" MiB", func(b *testing.B) {
					benchmark(b, benchModel(b, name), strings.Repeat(letter, size))
				})
			}
		}
	}
}

func benchmark(b *testing.B, m *sentencepiece.Model, text string) {
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	var ids []uint32
	var err error
	for b.Loop() {
		if ids, err = m.AppendIDs(ids[:0], text); err != nil {
			b.Fatal(err)
		}
	}
}
