//go:build !nibbletext

package tokenize_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/tokenize"
	"github.com/nibble-go/nibble/tokenize/internal/textgen"
)

// rankFile returns the file of an encoding's vocabulary: from the directory
// that NIBBLE_RANKS names, from beside the clone, or from the tests of
// github.com/daulet/tokenizers.
func rankFile(t *testing.T, encoding string) string {
	t.Helper()
	var candidates []string
	if dir := os.Getenv("NIBBLE_RANKS"); dir != "" {
		candidates = append(candidates,
			filepath.Join(dir, encoding+".tiktoken"), filepath.Join(dir, encoding, "tokenizer.model"),
			filepath.Join(dir, encoding, "tiktoken.model"), filepath.Join(dir, encoding, "tekken_240911.json"),
			filepath.Join(dir, map[string]string{"p50k_edit": "p50k_base", "o200k_harmony": "o200k_base"}[encoding]+".tiktoken"))
	}
	candidates = append(candidates, filepath.Join("..", "..", "shared", "tokenizers", "kitoken", "models", "tiktoken", encoding+".tiktoken"))
	if dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/daulet/tokenizers").Output(); err == nil {
		data := filepath.Join(string(bytes.TrimSpace(dir)), "test", "data")
		switch encoding {
		case "llama3":
			candidates = append(candidates, filepath.Join(data, "Meta-Llama-3-8B-Instruct.model"))
		case "kimi-k2":
			candidates = append(candidates, filepath.Join(data, "kimi-k2-instruct", "tiktoken.model"))
		}
	}
	for _, path := range candidates {
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	t.Skipf("no vocabulary of %s; NIBBLE_RANKS names no directory that has it", encoding)
	return ""
}

// TestTiktokenIDs: on generated texts, tokenizers by rank have the ids that
// tiktoken and mistral-common make (internal/tools/tiktokengolden/ids.py).
func TestTiktokenIDs(t *testing.T) {
	for _, file := range []string{"tiktoken-0.14.0-ids.json", "mistral-common-1.13.1-ids.json"} {
		data, err := os.ReadFile(filepath.Join("testdata", file))
		if err != nil {
			t.Fatal(err)
		}
		var golden struct {
			Texts     int
			Seed      uint64
			Encodings map[string]struct {
				Specials []string
				IDs      string
			}
		}
		if err := json.Unmarshal(data, &golden); err != nil {
			t.Fatal(err)
		}
		for name, want := range golden.Encodings {
			t.Run(name, func(t *testing.T) {
				tok, err := tokenize.OpenWith(rankFile(t, name), encodingOf(name))
				if err != nil {
					t.Fatal(err)
				}
				modes := []tokenize.SpecialText{tokenize.PlainSpecial, tokenize.ParseSpecial}
				if name == "tekken" {
					modes = modes[:1]
				}
				differences := 0
				for i, text := range textgen.New(golden.Seed, textgen.Valid, want.Specials...).Texts(golden.Texts) {
					got := idsDigest(t, tok, text, modes)
					if got == want.IDs[4*i:4*i+4] {
						continue
					}
					if differences++; differences < 10 {
						t.Errorf("text %d, %+q: ids %s", i, text, got)
					}
				}
				if differences > 0 {
					t.Errorf("%d differences in %d texts", differences, golden.Texts)
				}
			})
		}
	}
}

// encodingOf names the encoding where its ranks are those of another as well.
func encodingOf(name string) tokenize.LoadOptions {
	switch name {
	case "p50k_edit", "o200k_harmony":
		return tokenize.LoadOptions{Encoding: name}
	}
	return tokenize.LoadOptions{}
}

func idsDigest(t *testing.T, tok *tokenize.Tokenizer, text string, modes []tokenize.SpecialText) string {
	t.Helper()
	var lists []string
	for _, mode := range modes {
		ids, err := tok.AppendIDs(nil, text, tokenize.Options{Special: mode})
		if err != nil {
			t.Fatal(err)
		}
		lists = append(lists, strings.Trim(fmt.Sprint(ids), "[]"))
	}
	sum := sha256.Sum256([]byte(strings.Join(lists, "|")))
	return hex.EncodeToString(sum[:2])
}
