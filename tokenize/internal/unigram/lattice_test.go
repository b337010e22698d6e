package unigram_test

import (
	"math"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/nibble-go/nibble/tokenize/internal/unigram"
)

// cut returns the best path of text, found in one go with arrays of its size:
// what package unigram does in parts.
func cut[F unigram.Score](c unigram.LatticeConfig[F], text string) []unigram.Edge {
	type best struct {
		score F
		from  int
		id    int32
	}
	at := make([]best, len(text)+1)
	for i := range at {
		at[i].from = -1
	}
	offer := func(from, to int, score F, id int32) {
		if at[to].from < 0 || score > at[to].score {
			at[to] = best{score, from, id}
		}
	}
	reach := 0
	for start := 0; start < len(text); {
		if c.RebaseOver > 0 && (at[start].score > c.RebaseOver || at[start].score < -c.RebaseOver) {
			offset := at[start].score
			for i := start; i <= reach; i++ {
				if i == start || at[i].from >= 0 {
					at[i].score -= offset
				}
			}
		}
		_, size := utf8.DecodeRuneInString(text[start:])
		single := false
		for end := start + 1; end <= len(text); end++ {
			if i := slices.Index(c.Tokens, text[start:end]); i >= 0 {
				offer(start, end, at[start].score+c.Scores[c.IDs[i]], c.IDs[i])
				single = single || end-start == size
				reach = max(reach, end)
			}
		}
		if !single {
			offer(start, start+size, at[start].score+c.Unknown, unigram.UnknownID)
			reach = max(reach, start+size)
		}
		start += size
	}
	var edges []unigram.Edge
	for end := len(text); end > 0; end = at[end].from {
		edges = append(edges, unigram.Edge{ID: at[end].id, End: end})
	}
	slices.Reverse(edges)
	return edges
}

func search[F unigram.Score](t rapid.TB, c unigram.LatticeConfig[F], s *unigram.Search[F], text string) []unigram.Edge {
	l, err := unigram.NewLattice(c)
	if err != nil {
		t.Fatal(err)
	}
	var edges []unigram.Edge
	s.Start(l, len(text))
	for {
		next, err := unigram.Next(s, l, text)
		if err != nil {
			t.Fatal(err)
		}
		if len(next) == 0 {
			return edges
		}
		edges = append(edges, next...)
	}
}

// The search in parts, with a ring of scores, finds what one with arrays of the
// text's size finds, also where it was used for other texts before.
func TestSearchInParts(t *testing.T) {
	s32, s64 := new(unigram.Search[float32]), new(unigram.Search[float64])
	rapid.Check(t, func(t *rapid.T) {
		letters := rapid.StringOfN(rapid.SampledFrom([]rune("abé語")), 1, 6, -1)
		tokens := rapid.SliceOfNDistinct(letters, 1, 12, rapid.ID).Draw(t, "tokens")
		scores := []float64{0, -1, -1, -2, -0.1, 1, 70_000, -70_000, 3e38}
		c64 := unigram.LatticeConfig[float64]{Tokens: tokens, Unknown: -3, RebaseOver: rapid.SampledFrom([]float64{0, 100_000}).Draw(t, "over")}
		c32 := unigram.LatticeConfig[float32]{Tokens: tokens, Unknown: -3, RebaseOver: float32(c64.RebaseOver)}
		if c64.RebaseOver == 0 {
			scores = append(scores, math.Inf(-1), math.NaN())
		}
		score := rapid.SampledFrom(scores)
		for i := range tokens {
			v := score.Draw(t, "score")
			c64.IDs, c32.IDs = append(c64.IDs, int32(i)), append(c32.IDs, int32(i))
			c64.Scores, c32.Scores = append(c64.Scores, v), append(c32.Scores, float32(v))
		}
		text := rapid.StringOfN(rapid.SampledFrom([]rune("aabbé語x")), 0, 60, -1).Draw(t, "text")
		if rapid.Bool().Draw(t, "long") {
			text = strings.Repeat(text, 20)
		}
		if i := rapid.IntRange(0, len(text)).Draw(t, "broken"); i < len(text)/4 {
			text = text[i:]
		}
		if got, want := search(t, c64, s64, text), cut(c64, text); !slices.Equal(got, want) {
			t.Fatalf("float64, %q: got %v, want %v", text, got, want)
		}
		if got, want := search(t, c32, s32, text), cut(c32, text); !slices.Equal(got, want) {
			t.Fatalf("float32, %q: got %v, want %v", text, got, want)
		}
	})
}

// What lies before a cut is not kept, so that memory does not grow with the
// text; where no cut is, it does, by four bytes a byte.
func TestSearchMemory(t *testing.T) {
	c := unigram.LatticeConfig[float64]{
		Tokens: []string{"a", "b", " ", "aa", "ab", "bab"}, IDs: []int32{0, 1, 2, 3, 4, 5},
		Scores: []float64{-5, -5, -3, -1, -1, -1}, Unknown: -15,
	}
	for _, test := range []struct {
		text  string
		limit int
	}{
		{strings.Repeat("abab ab x", 20_000), 8 << 10},
		{strings.Repeat("x", 200_000), 8 << 10},
		{strings.Repeat("a", 200_000), 4*200_000*5/4 + 8<<10},
	} {
		s := new(unigram.Search[float64])
		edges := search(t, c, s, test.text)
		if edges[len(edges)-1].End != len(test.text) {
			t.Errorf("the path ends at %d of %d", edges[len(edges)-1].End, len(test.text))
		}
		if s.Size() > test.limit {
			t.Errorf("%d bytes for %.10q...", s.Size(), test.text)
		}
	}
}
