package unigram_test

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/tokenize/internal/unigram"
)

// prose returns the words of a text of this repository, each with a space
// before it, in its order, and a model whose tokens are their parts, with
// scores of no particular merit.
func prose(b *testing.B, cacheSize int) (*unigram.Model, []string) {
	text, err := os.ReadFile("../../../RATIONALE.md")
	if err != nil {
		b.Fatal(err)
	}
	words := strings.Fields(string(text))
	seen := map[string]int{}
	c := unigram.Config{Tokens: []string{"<unk>"}, Scores: []float64{0}, CacheSize: cacheSize}
	for i, word := range words {
		words[i] = "▁" + word
		for start := range word {
			for end := start + 1; end <= min(len(word), start+12); end++ {
				seen[word[start:end]]++
				if start == 0 {
					seen["▁"+word[:end]]++
				}
			}
		}
	}
	for token, n := range seen {
		if n > 1 || len(token) == 1 {
			c.Tokens, c.Scores = append(c.Tokens, token), append(c.Scores, -20+float64(min(n, 100))/10)
		}
	}
	m, err := unigram.New(c)
	if err != nil {
		b.Fatal(err)
	}
	return m, words
}

func BenchmarkAppendIDs(b *testing.B) {
	for _, bench := range []struct {
		name      string
		cacheSize int
		whole     bool
	}{
		{"words", -1, false},
		{"cached words", 0, false},
		{"whole text", 0, true},
	} {
		b.Run(bench.name, func(b *testing.B) {
			m, pieces := prose(b, bench.cacheSize)
			if bench.whole {
				pieces = []string{strings.Repeat(strings.Join(pieces, ""), 10)}
			}
			b.SetBytes(int64(len(strings.Join(pieces, ""))))
			b.ReportAllocs()
			var ids []uint32
			var err error
			for b.Loop() {
				for _, piece := range pieces {
					if ids, err = m.AppendIDs(ids[:0], piece); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}

// No letter of this text is a cut.
func BenchmarkNoCut(b *testing.B) {
	m, err := unigram.New(unigram.Config{Tokens: []string{"<unk>", "a", "aa", "aaa"}, Scores: []float64{0, -10, -1, -1.6}})
	if err != nil {
		b.Fatal(err)
	}
	for _, size := range []int{1 << 20, 10 << 20} {
		b.Run(strconv.Itoa(size>>20)+" MiB", func(b *testing.B) {
			text := strings.Repeat("a", size)
			b.SetBytes(int64(size))
			for b.Loop() {
				if _, err := m.AppendIDs(nil, text); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
