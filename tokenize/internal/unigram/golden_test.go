package unigram_test

import (
	"encoding/json"
	"errors"
	"os"
	"reflect"
	"strconv"
	"testing"

	"github.com/nibble-go/nibble/tokenize/internal/model"
	"github.com/nibble-go/nibble/tokenize/internal/unigram"
)

// golden is what internal/tools/hfmodels writes of a model.
type golden struct {
	Tokens       []string
	Scores       []string // JSON has no NaN
	Unknown      int
	ByteFallback bool `json:"byte_fallback"`
	Texts        []struct {
		Text    string
		IDs     []uint32
		Offsets [][2]int
		Error   string
	}
}

func (g *golden) config(t testing.TB) unigram.Config {
	c := unigram.Config{Tokens: g.Tokens, Unknown: g.Unknown, ByteFallback: g.ByteFallback}
	for _, s := range g.Scores {
		score, err := strconv.ParseFloat(s, 64)
		if err != nil {
			t.Fatal(err)
		}
		c.Scores = append(c.Scores, score)
	}
	return c
}

func TestModelsOfHuggingFace(t *testing.T) {
	data, err := os.ReadFile("testdata/hf-tokenizers-0.22.2-unigram.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []golden
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	texts, failures := 0, 0
	for i, g := range cases {
		m, err := unigram.New(g.config(t))
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range g.Texts {
			texts++
			tokens, err := m.AppendTokens(nil, text.Text)
			if again, errAgain := m.AppendTokens(nil, text.Text); !reflect.DeepEqual(again, tokens) || errAgain != err {
				t.Errorf("model %d, %q: got %v, then %v", i, text.Text, tokens, again)
			}
			if text.Error != "" {
				failures++
				if !errors.Is(err, model.ErrNoUnknown) || len(tokens) != 0 {
					t.Errorf("model %d, %q: got %v, %v; want an error: %s", i, text.Text, tokens, err, text.Error)
				}
				continue
			}
			if err != nil {
				t.Errorf("model %d, %q: %v", i, text.Text, err)
				continue
			}
			ids, offsets := []uint32{}, [][2]int{}
			for _, token := range tokens {
				ids = append(ids, token.ID)
				offsets = append(offsets, [2]int{token.Start, token.End})
			}
			if !reflect.DeepEqual(ids, text.IDs) || !reflect.DeepEqual(offsets, text.Offsets) {
				t.Errorf("model %d, %q:\ngot  %v %v\nwant %v %v", i, text.Text, ids, offsets, text.IDs, text.Offsets)
			}
			if alone, err := m.AppendIDs([]uint32{}, text.Text); err != nil || !reflect.DeepEqual(alone, ids) {
				t.Errorf("model %d, %q: AppendIDs gives %v, %v", i, text.Text, alone, err)
			}
		}
	}
	if texts < 600 || failures == 0 || failures > texts/2 {
		t.Errorf("%d texts, %d of them errors: the file says little", texts, failures)
	}
}
