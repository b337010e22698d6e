package bpe

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"slices"
	"testing"
	"unicode/utf8"

	"github.com/nibble-go/nibble/tokenize/internal/bytelevel"
	"github.com/nibble-go/nibble/tokenize/internal/model"
)

// golden is what internal/tools/hfbpe writes of a model.
type golden struct {
	Note         string
	ByteLevel    bool              `json:"byte_level"`
	Tokens       []json.RawMessage // texts, or the first and last of tokens <0xXX>
	Merges       [][2]string
	UnkToken     *string `json:"unk_token"`
	FuseUnk      bool    `json:"fuse_unk"`
	ByteFallback bool    `json:"byte_fallback"`
	IgnoreMerges bool    `json:"ignore_merges"`
	Prefix       string  `json:"continuing_subword_prefix"`
	Suffix       string  `json:"end_of_word_suffix"`
	Dropout      float32
	Pieces       []struct {
		Piece   string
		IDs     []uint32
		Offsets [][2]int
		Error   string
	}
}

func (g *golden) config(t *testing.T) *Config {
	t.Helper()
	c := &Config{
		ByteLevel:               g.ByteLevel,
		ContinuingSubwordPrefix: g.Prefix,
		EndOfWordSuffix:         g.Suffix,
		UnkMissing:              g.UnkToken != nil,
		FuseUnk:                 g.FuseUnk,
		ByteFallback:            g.ByteFallback,
		WholeFirst:              g.IgnoreMerges,
		Dropout:                 g.Dropout,
		Random:                  func() float32 { return 0 },
	}
	ids := map[string]uint32{}
	for _, raw := range g.Tokens {
		var text string
		var run [2]int
		if json.Unmarshal(raw, &text) == nil {
			ids[text] = uint32(len(ids))
			c.Tokens = append(c.Tokens, text)
		} else if err := json.Unmarshal(raw, &run); err != nil {
			t.Fatal(err)
		} else {
			for b := run[0]; b <= run[1]; b++ {
				text := byteToken(byte(b))
				ids[text] = uint32(len(ids))
				c.Tokens = append(c.Tokens, text)
			}
		}
	}
	for _, m := range g.Merges {
		c.Merges = append(c.Merges, Merge{ids[m[0]], ids[m[1]], ids[m[0]+m[1][len(g.Prefix):]]})
	}
	if g.UnkToken != nil {
		if id, ok := ids[*g.UnkToken]; ok {
			c.Unk, c.UnkMissing = &id, false
		}
	}
	for i, text := range c.Tokens {
		if raw, ok := bytelevel.AppendDecoded(nil, text); g.ByteLevel && ok {
			c.Tokens[i] = string(raw)
		}
	}
	return c
}

func byteToken(b byte) string {
	const digits = "0123456789ABCDEF"
	return "<0x" + digits[b>>4:b>>4+1] + digits[b&15:b&15+1] + ">"
}

func TestModelsOfHuggingFace(t *testing.T) {
	data, err := os.ReadFile("testdata/hf-tokenizers-0.22.2-bpe.json")
	if err != nil {
		t.Fatal(err)
	}
	var models []golden
	if err := json.Unmarshal(data, &models); err != nil {
		t.Fatal(err)
	}
	pieces := 0
	for i, g := range models {
		m, err := New(g.config(t))
		if err != nil {
			t.Fatalf("model %d, %s: %v", i, g.Note, err)
		}
		for _, p := range g.Pieces {
			pieces++
			raw, err := hex.DecodeString(p.Piece)
			if err != nil {
				t.Fatal(err)
			}
			text := string(raw)
			tokens, err := m.AppendTokens(nil, text)
			if p.Error != "" {
				if !errors.Is(err, model.ErrNoUnknown) {
					t.Errorf("model %d, %s, %q: error %v, want %s", i, g.Note, text, err, p.Error)
				}
				continue
			}
			if err != nil || !slices.Equal(idsOf(tokens), p.IDs) {
				t.Errorf("model %d, %s, %q: %v, %v, want %v", i, g.Note, text, tokens, err, p.IDs)
				continue
			}
			for j, want := range p.Offsets {
				got := [2]int{tokens[j].Start, tokens[j].End}
				if g.ByteLevel && got[1] <= len(text) {
					got = inChars(text, got)
				}
				if got != want {
					t.Errorf("model %d, %s, %q: token %d at %v, want %v", i, g.Note, text, j, got, want)
				}
			}
		}
	}
	if len(models) < 100 || pieces < 900 {
		t.Errorf("only %d pieces of %d models", pieces, len(models))
	}
}

// inChars returns the characters that bytes are part of.
func inChars(text string, span [2]int) [2]int {
	char := func(i int) int {
		for !utf8.RuneStart(text[i]) {
			i--
		}
		return utf8.RuneCountInString(text[:i])
	}
	return [2]int{char(span[0]), char(span[1]-1) + 1}
}
