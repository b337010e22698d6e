package convert

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/gguf"
)

// makeDir writes files into a new directory.
func makeDir(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// caseFile returns a file of one of the cases in testdata/vocab.
func caseFile(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "vocab", filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func configOf(class, modelType, more string) string {
	return `{"architectures": ["` + class + `"], "model_type": "` + modelType + `"` + more + `}`
}

func TestVocabularyRefused(t *testing.T) {
	const qwen = "Qwen3ForCausalLM"
	tokenizer := caseFile(t, "bpe-no-config/tokenizer.json")
	pieces := caseFile(t, "pieces-in-json/tokenizer.json")
	cases := map[string]struct {
		files map[string]string
		is    error
		words string
	}{
		"no vocabulary": {
			map[string]string{"config.json": configOf(qwen, "qwen3", "")},
			ErrUnsupported, "has no tokenizer.json",
		},
		"older files": {
			map[string]string{"config.json": configOf(qwen, "qwen3", ""), "vocab.json": "{}", "merges.txt": ""},
			ErrUnsupported, "only the older files",
		},
		"Gemma 2 without tokenizer.model": {
			map[string]string{"config.json": configOf("Gemma2ForCausalLM", "gemma2", ""), "tokenizer.json": pieces},
			ErrUnsupported, "has no tokenizer.model",
		},
		"Gemma 3 without tokenizer.model": {
			map[string]string{"config.json": configOf("Gemma3ForCausalLM", "gemma3_text", ""), "tokenizer.json": pieces},
			ErrUnsupported, "has no tokenizer.model",
		},
		"Phi 3 without tokenizer.model": {
			map[string]string{"config.json": configOf("Phi3ForCausalLM", "phi3", ""), "tokenizer.json": pieces},
			ErrUnsupported, "has no tokenizer.model",
		},
		"Mistral's own format": {
			map[string]string{"config.json": configOf("MistralForCausalLM", "mistral", ""), "tekken.json": "{}"},
			ErrUnsupported, "tekken.json",
		},
		"pointer": {
			map[string]string{"config.json": configOf(qwen, "qwen3", ""), "tokenizer.json": lfsMagic + ".github.com/spec/v1\n"},
			ErrUnsupported, "git-lfs pointer",
		},
		"pointer, pieces": {
			map[string]string{"config.json": configOf(qwen, "qwen3", ""), "tokenizer.model": lfsMagic + ".github.com/spec/v1\n"},
			ErrUnsupported, "git-lfs pointer",
		},
		"id beyond vocab_size": {
			map[string]string{"config.json": configOf(qwen, "qwen3", `, "vocab_size": 20`), "tokenizer.json": tokenizer},
			ErrFormat, "beyond vocab_size 20",
		},
		"added id beyond vocab_size": {
			map[string]string{"config.json": configOf(qwen, "qwen3", `, "vocab_size": 22`), "tokenizer.json": tokenizer},
			ErrFormat, "has id 22",
		},
		"vocab_size beyond reason": {
			map[string]string{"config.json": configOf(qwen, "qwen3", `, "vocab_size": 1000000000`), "tokenizer.json": tokenizer},
			ErrFormat, "vocab_size is 1000000000",
		},
		"negative vocab_size": {
			map[string]string{"config.json": configOf(qwen, "qwen3", `, "vocab_size": -1`), "tokenizer.json": tokenizer},
			ErrFormat, "vocab_size is -1",
		},
		"broken tokenizer.json": {
			map[string]string{"config.json": configOf(qwen, "qwen3", ""), "tokenizer.json": `{"model": {"type": "BPE", "vocab": {"a": 0, "a": 1}}}`},
			ErrFormat, "model.vocab.a",
		},
		"broken tokenizer.model": {
			map[string]string{"config.json": configOf(qwen, "qwen3", ""), "tokenizer.model": "\x0a\xff"},
			ErrFormat, "tokenizer.model",
		},
		"broken tokenizer_config.json": {
			map[string]string{"config.json": configOf(qwen, "qwen3", ""), "tokenizer.json": tokenizer, "tokenizer_config.json": "["},
			ErrFormat, "tokenizer_config.json",
		},
		"broken added_tokens_decoder": {
			map[string]string{
				"config.json": configOf(qwen, "qwen3", ""), "tokenizer.json": tokenizer,
				"tokenizer_config.json": `{"added_tokens_decoder": {"x": {"content": "a"}}}`,
			},
			ErrFormat, `added_tokens_decoder["x"]`,
		},
		"broken added_tokens.json": {
			map[string]string{"config.json": configOf(qwen, "qwen3", ""), "tokenizer.json": tokenizer, "added_tokens.json": `{"a": "b"}`},
			ErrFormat, "added_tokens.json",
		},
		"broken chat template list": {
			map[string]string{
				"config.json": configOf(qwen, "qwen3", ""), "tokenizer.json": tokenizer,
				"tokenizer_config.json": `{"chat_template": ["a"]}`,
			},
			ErrFormat, "chat template",
		},
		"hole in a vocabulary of pieces": {
			map[string]string{
				"config.json":    configOf("MistralForCausalLM", "mistral", ""),
				"tokenizer.json": strings.Replace(pieces, `"<0x0A>": 3`, `"<0x0A>": 300`, 1),
			},
			ErrFormat, "300",
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := vocabularyOf(t, makeDir(t, c.files), Options{})
			if !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.words) {
				t.Errorf("error %v, want %v with %q", err, c.is, c.words)
			}
		})
	}
}

// A CodeLlama vocabulary has its end of infilling written, and is read twice
// for it.
func TestVocabularyCodeLlama(t *testing.T) {
	dir := makeDir(t, map[string]string{
		"config.json":           configOf("LlamaForCausalLM", "llama", `, "vocab_size": 32016`),
		"tokenizer.model":       caseFile(t, "pieces-llama/tokenizer.model"),
		"tokenizer_config.json": `{"bos_token": "<s>", "add_bos_token": true, "prefix_token": "▁<PRE>"}`,
	})
	meta, err := vocabularyOf(t, dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if v, _ := meta.Get("tokenizer.ggml.eot_token_id"); v.String() != "32010" {
		t.Errorf("eot is %v, want 32010", v)
	}
	tokens, _ := meta.Get(keyTokens)
	if tokens.Len() != 32016 {
		t.Errorf("%d tokens, want 32016", tokens.Len())
	}
}

// The reference takes a vocabulary of 49152 tokens for Granite's.
func TestVocabularyGraniteSize(t *testing.T) {
	dir := makeDir(t, map[string]string{
		"config.json":           configOf("LlamaForCausalLM", "llama", `, "vocab_size": 49152`),
		"tokenizer.json":        caseFile(t, "bpe-template-eos/tokenizer.json"),
		"tokenizer_config.json": `{"bos_token": "<|begin|>", "add_bos_token": true}`,
	})
	meta, err := vocabularyOf(t, dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if v, _ := meta.Get(keyAddBOS); v.String() != "false" {
		t.Errorf("add_bos_token is %v, want false", v)
	}
}

// merges.txt counts where tokenizer.json has no merges.
func TestVocabularyMergesFile(t *testing.T) {
	const tokenizer = `{"pre_tokenizer": {"type": "ByteLevel"}, "model": {"type": "BPE", "vocab": {"a": 0, "b": 1}, "merges": []}}`
	dir := makeDir(t, map[string]string{
		"config.json":    configOf("Qwen2MoeForCausalLM", "qwen2_moe", `, "vocab_size": 3`),
		"tokenizer.json": tokenizer,
		"merges.txt":     "#version: 0.2\r\na b\r\n\r\nmore than two\n ab  c \n",
	})
	meta, err := vocabularyOf(t, dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	v, _ := meta.Get(keyMerges)
	if merges, err := v.Strings(); err != nil || strings.Join(merges, "|") != "a b|ab c" {
		t.Errorf("merges %q, %v", merges, err)
	}
}

func TestVocabularyToldPreTokenizer(t *testing.T) {
	dir := filepath.Join("testdata", "vocab", "bpe-no-config")
	meta, err := vocabularyOf(t, dir, Options{PreTokenizer: "tekken"})
	if err != nil {
		t.Fatal(err)
	}
	if v, _ := meta.Get(keyVocabPre); v != gguf.String("tekken") {
		t.Errorf("pre-tokenizer %v, want tekken", v)
	}
	if _, err := vocabularyOf(t, dir, Options{PreTokenizer: "nonsense"}); !errors.Is(err, ErrUnsupported) {
		t.Errorf("error %v, want %v", err, ErrUnsupported)
	}
}
