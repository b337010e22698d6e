package unigram_test

import (
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/tokenize/internal/config"
	"github.com/nibble-go/nibble/tokenize/internal/model"
	"github.com/nibble-go/nibble/tokenize/internal/unigram"
)

func TestNewRefuses(t *testing.T) {
	for _, test := range []struct {
		name  string
		c     unigram.Config
		words string
	}{
		{"scores missing", unigram.Config{Tokens: []string{"a"}, Unknown: -1}, "vocab: not one score for each token"},
		{"unknown token beyond the vocabulary", unigram.Config{Tokens: []string{"a"}, Scores: []float64{0}, Unknown: 1}, "unk_id: 1 is not the index of a token"},
		{"unknown token of none", unigram.Config{}, "unk_id: 0 is not the index of a token"},
	} {
		_, err := unigram.New(test.c)
		if !errors.Is(err, config.ErrFormat) || err.Error() != test.words {
			t.Errorf("%s: got %v", test.name, err)
		}
	}
}

// Bytes that are not UTF-8 are unknown characters.
func TestInvalidUTF8(t *testing.T) {
	c := unigram.Config{
		Tokens: []string{"<unk>", "a", "é", "<0xFF>", "<0xC3>", "<0xA9>"}, Scores: []float64{0, -1, -1, 0, 0, 0}, ByteFallback: true,
	}
	m, err := unigram.New(c)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		piece string
		want  []model.Token
	}{
		{"a\xff\xc3a", []model.Token{{ID: 1, Start: 0, End: 1}, {ID: 3, Start: 1, End: 3}, {ID: 4, Start: 1, End: 3}, {ID: 1, Start: 3, End: 4}}},
		{"\xa9é\xc3", []model.Token{{ID: 5, Start: 0, End: 1}, {ID: 2, Start: 1, End: 3}, {ID: 4, Start: 3, End: 4}}},
		{"\xfe\xff", []model.Token{{ID: 0, Start: 0, End: 2}}},
	} {
		if got, err := m.AppendTokens(nil, test.piece); err != nil || !reflect.DeepEqual(got, test.want) {
			t.Errorf("%q: got %v, %v, want %v", test.piece, got, err, test.want)
		}
	}
}

// A piece that cannot be encoded leaves what was there as it was.
func TestNoUnknown(t *testing.T) {
	m, err := unigram.New(unigram.Config{Tokens: []string{"a", "ab"}, Scores: []float64{-1, -1}, Unknown: -1})
	if err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("a", 10_000)
	ids, err := m.AppendIDs([]uint32{7}, long+"xa")
	if !errors.Is(err, model.ErrNoUnknown) || !reflect.DeepEqual(ids, []uint32{7}) {
		t.Errorf("got %d ids, %v", len(ids), err)
	}
	tokens, err := m.AppendTokens([]model.Token{{ID: 7}}, long+"x")
	if !errors.Is(err, model.ErrNoUnknown) || !reflect.DeepEqual(tokens, []model.Token{{ID: 7}}) {
		t.Errorf("got %d tokens, %v", len(tokens), err)
	}
	if ids, err := m.AppendIDs(nil, "aab"); err != nil || !reflect.DeepEqual(ids, []uint32{0, 1}) {
		t.Errorf("got %v, %v", ids, err)
	}
}

func TestAppendIDsAllocatesNothing(t *testing.T) {
	if raceEnabled {
		t.Skip("under the race detector, sync.Pool forgets things at random")
	}
	m, err := unigram.New(unigram.Config{Tokens: []string{"<unk>", "a", "ab"}, Scores: []float64{0, -1, -1}})
	if err != nil {
		t.Fatal(err)
	}
	dst, piece := make([]uint32, 0, 100), strings.Repeat("aabx", 20)
	if n := testing.AllocsPerRun(100, func() { dst, _ = m.AppendIDs(dst[:0], piece) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzModel(f *testing.F) {
	f.Add("a\x00ab\x00<unk>\x00<0xE9>\x00é", []byte{1, 2, 3, 200, 255}, 2, true, "aabé\xe9x")
	f.Add("a\x00a\x00aa", []byte{0, 0, 255}, -1, false, "aaaa")
	f.Add("", []byte{}, 0, true, "")
	f.Fuzz(func(t *testing.T, tokens string, scores []byte, unknown int, fallback bool, text string) {
		c := unigram.Config{Tokens: strings.Split(tokens, "\x00"), Unknown: unknown, ByteFallback: fallback}
		for i := range c.Tokens {
			score := math.NaN()
			if i < len(scores) && scores[i] != 255 {
				score = float64(int8(scores[i]))
			}
			c.Scores = append(c.Scores, score)
		}
		m, err := unigram.New(c)
		if err != nil {
			return
		}
		all, err := m.AppendTokens(nil, text)
		if err != nil {
			if !errors.Is(err, model.ErrNoUnknown) || unknown >= 0 {
				t.Fatal(err)
			}
			return
		}
		at := 0
		for i, token := range all {
			if i > 0 && token.Start == all[i-1].Start { // bytes of a run
				if !fallback || token.End != at {
					t.Fatalf("token %d of %v", i, all)
				}
				continue
			}
			if token.Start != at || token.End <= token.Start || int(token.ID) >= len(c.Tokens) {
				t.Fatalf("token %d of %v", i, all)
			}
			at = token.End
		}
		if at != len(text) {
			t.Fatalf("tokens end at %d of %d", at, len(text))
		}
		ids, err := m.AppendIDs(nil, text)
		if err != nil || len(ids) != len(all) {
			t.Fatalf("%d ids, %v; %d tokens", len(ids), err, len(all))
		}
		for i, id := range ids {
			if all[i].ID != id {
				t.Fatalf("id %d: %d, token %v", i, id, all[i])
			}
		}
	})
}
