package main

import (
	"encoding/base64"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/tiktoken-go/tokenizer"
)

// A bench is what is measured. As JSON it is the manifest of the scripts.
type bench struct {
	Texts        []text
	Vocabularies []vocabulary
	Seconds      float64
}

// A text is something to encode.
type text struct {
	Name, Path string
	data       string
}

// A vocabulary is given by all the files that there are of it, each with the
// same tokens. Paths are absolute.
type vocabulary struct {
	Name  string
	Ranks string `json:",omitempty"` // of tiktoken, of the encoding ...
	// ... of this name in OpenAI's list, or with this pattern.
	Encoding string `json:",omitempty"`
	Pattern  string `json:",omitempty"`

	JSON          string `json:",omitempty"` // tokenizer.json
	SentencePiece string `json:",omitempty"` // .model
}

// path returns the file that nibble reads.
func (v vocabulary) path() string {
	for _, path := range []string{v.JSON, v.Ranks, v.SentencePiece} {
		if path != "" {
			return path
		}
	}
	return ""
}

const patternLlama3 = `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`

// prepare writes the texts and the vocabularies that come with no file, and
// finds the others.
func prepare(dir string) (*bench, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	shared, err := sharedDir()
	if err != nil {
		return nil, err
	}
	var b bench
	english, err := englishText(shared)
	if err != nil {
		return nil, err
	}
	code, err := codeText()
	if err != nil {
		return nil, err
	}
	for _, t := range []text{{Name: "english", data: english}, {Name: "code", data: code}, {Name: "cjk", data: cjkText()}} {
		t.Path = filepath.Join(dir, t.Name+".txt")
		if err := os.WriteFile(t.Path, []byte(t.data), 0o644); err != nil {
			return nil, err
		}
		b.Texts = append(b.Texts, t)
	}
	for _, v := range []vocabulary{
		{Name: "gpt2", Encoding: "r50k_base"},
		{Name: "cl100k_base", Encoding: "cl100k_base"},
	} {
		v.Ranks = filepath.Join(dir, v.Encoding+".tiktoken")
		if err := writeRanks(v.Ranks, tokenizer.Encoding(v.Encoding)); err != nil {
			return nil, err
		}
		b.Vocabularies = append(b.Vocabularies, v)
	}
	models, err := moduleDir("github.com/daulet/tokenizers")
	if err != nil {
		return nil, err
	}
	models = filepath.Join(models, "test", "data")
	b.Vocabularies = append(b.Vocabularies,
		vocabulary{
			Name: "llama3", JSON: filepath.Join(models, "Meta-Llama-3-8B-Instruct.json"),
			Ranks: filepath.Join(models, "Meta-Llama-3-8B-Instruct.model"), Pattern: patternLlama3,
		},
		vocabulary{Name: "bert", JSON: filepath.Join(models, "bert-base-uncased.json")})
	xlnet := filepath.Join(shared, "tokenizers", "kitoken", "models", "sentencepiece", "xlnet_base_cased.model")
	if _, err := os.Stat(xlnet); err == nil {
		b.Vocabularies = append(b.Vocabularies, vocabulary{Name: "xlnet", SentencePiece: xlnet})
	}
	return &b, nil
}

// sharedDir returns the reference data beside the clone, which may be absent.
func sharedDir() (string, error) {
	_, here, _, _ := runtime.Caller(0)
	return filepath.Abs(filepath.Join(filepath.Dir(here), "..", "..", "..", "..", "shared"))
}

func moduleDir(module string) (string, error) {
	if out, err := exec.Command("go", "mod", "download", module).CombinedOutput(); err != nil {
		return "", fmt.Errorf("go mod download %s: %w: %s", module, err, out)
	}
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", module).Output()
	return strings.TrimSpace(string(out)), err
}

// writeRanks writes the rank file of an encoding, whose tokens tiktoken-go has
// in its code.
func writeRanks(path string, name tokenizer.Encoding) error {
	codec, err := tokenizer.Get(name)
	if err != nil {
		return err
	}
	var b strings.Builder
	for id := uint(0); ; id++ {
		token, err := codec.Decode([]uint{id})
		if err != nil || token == "<|endoftext|>" { // special tokens come behind
			break
		}
		fmt.Fprintf(&b, "%s %d\n", base64.StdEncoding.EncodeToString([]byte(token)), id)
	}
	return os.WriteFile(path, []byte(b.String()), 0o644)
}
