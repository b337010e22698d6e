package wordpiece_test

import (
	"encoding/json"
	"errors"
	"os"
	"reflect"
	"testing"

	"github.com/nibble-go/nibble/tokenize/internal/model"
	"github.com/nibble-go/nibble/tokenize/internal/wordpiece"
)

// golden is what internal/tools/hfmodels writes of a model.
type golden struct {
	Tokens   []string
	IDs      []uint32
	Prefix   string
	MaxChars int `json:"max_chars"`
	Texts    []struct {
		Text    string
		IDs     []uint32
		Offsets [][2]int
		Error   string
	}
}

func TestModelsOfHuggingFace(t *testing.T) {
	data, err := os.ReadFile("testdata/hf-tokenizers-0.22.2-wordpiece.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []golden
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	texts, failures := 0, 0
	for i, g := range cases {
		m, err := wordpiece.New(wordpiece.Config{Tokens: g.Tokens, IDs: g.IDs, Unknown: "[UNK]", Prefix: g.Prefix, MaxChars: g.MaxChars})
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range g.Texts {
			texts++
			tokens, err := m.AppendTokens(nil, text.Text)
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
