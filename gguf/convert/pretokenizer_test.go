package convert

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/tokenize/vocab"
)

// A stage is a part of a tokenizer.json, as JSON.
type stage string

const (
	byteLevel      stage = `{"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": false}`
	byteLevelRegex stage = `{"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": false, "use_regex": true}`
	digitsEach     stage = `{"type": "Digits", "individual_digits": true}`
	digitsRun      stage = `{"type": "Digits", "individual_digits": false}`
)

func quoted(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func isolated(pattern string) stage {
	return stage(`{"type": "Split", "pattern": {"Regex": ` + quoted(pattern) + `}, "behavior": "Isolated", "invert": false}`)
}

func matched(pattern string) stage {
	return stage(`{"type": "Split", "pattern": {"Regex": ` + quoted(pattern) + `}, "behavior": "Removed", "invert": true}`)
}

func sequence(stages ...stage) stage {
	texts := make([]string, len(stages))
	for i, s := range stages {
		texts[i] = string(s)
	}
	return stage(`{"type": "Sequence", "pretokenizers": [` + strings.Join(texts, ", ") + `]}`)
}

// tokenizerWith makes a tokenizer.json of a few members.
func tokenizerWith(t *testing.T, members map[string]string) *vocab.JSON {
	t.Helper()
	if members["model"] == "" {
		members["model"] = `{"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2}, "merges": ["a b"]}`
	}
	var parts []string
	for key, value := range members {
		parts = append(parts, quoted(key)+": "+value)
	}
	tokenizer, err := vocab.ReadJSON(strings.NewReader("{" + strings.Join(parts, ", ") + "}"))
	if err != nil {
		t.Fatal(err)
	}
	return tokenizer
}

const (
	gpt4oPattern  = `[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+`
	tekkenPattern = `[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+`
	bloomPattern  = ` ?[^(\s|[.,!?…。，、।۔،])]+`
)

func TestPreTokenizerName(t *testing.T) {
	const (
		nfc         = `{"type": "NFC"}`
		lookUpFirst = `{"type": "BPE", "ignore_merges": true, "vocab": {"a": 0}, "merges": []}`
		wordPiece   = `{"type": "WordPiece", "unk_token": "a", "continuing_subword_prefix": "##", "vocab": {"a": 0}}`
		roberta     = `{"type": "RobertaProcessing", "sep": ["a", 0], "cls": ["a", 0]}`
	)
	cases := []struct {
		want                         string
		pre                          stage
		normalizer, model, processor string
	}{
		{want: "gpt-2", pre: byteLevelRegex},
		{want: "gpt-2", pre: `{"type": "ByteLevel", "add_prefix_space": false}`},
		{want: "gpt-2", pre: sequence(byteLevelRegex), normalizer: nfc},
		{want: "roberta-bpe", pre: byteLevelRegex, processor: roberta},
		{want: "smollm", pre: sequence(digitsEach, byteLevelRegex)},
		{want: "command-r", pre: sequence(digitsEach, byteLevelRegex), normalizer: nfc},
		{want: "llama-bpe", pre: sequence(isolated(patternLlama3), byteLevel)},
		{want: "llama-bpe", pre: sequence(isolated(patternLlama3), byteLevel), model: lookUpFirst},
		{want: "dbrx", pre: sequence(matched(patternLlama3), byteLevel)},
		{want: "llama-bpe", pre: sequence(matched(patternLlama3), byteLevel), model: lookUpFirst},
		{want: "qwen2", pre: sequence(isolated(patternQwen2), byteLevel), normalizer: nfc},
		{want: "qwen2", pre: sequence(isolated(patternQwen2), byteLevel)},
		{want: "qwen2", pre: sequence(isolated(strings.NewReplacer(`\r`, "\r", `\n`, "\n").Replace(patternQwen2)), byteLevel)},
		{want: "qwen35", pre: sequence(isolated(patternQwen35), byteLevel), normalizer: nfc},
		{want: "gpt-4o", pre: sequence(matched(gpt4oPattern), byteLevel)},
		{want: "llama4", pre: sequence(isolated(gpt4oPattern), byteLevel), model: lookUpFirst},
		{want: "tekken", pre: sequence(isolated(tekkenPattern), byteLevel), model: lookUpFirst},
		{want: "tiny_aya", pre: sequence(isolated(`\d{1,3}(?=(?:\d{3})*\b)`), isolated(gpt4oPattern), byteLevel)},
		{want: "bloom", pre: sequence(isolated(bloomPattern), byteLevel)},
		{want: "viking", pre: sequence(isolated(bloomPattern), digitsEach, byteLevel)},
		{want: "falcon", pre: sequence(`{"type": "Punctuation", "behavior": "Contiguous"}`, byteLevelRegex, digitsRun, isolated(`[0-9][0-9][0-9]`))},
		{want: "deepseek-v3", pre: sequence(
			isolated(`\p{N}{1,3}`),
			isolated(`[一-龥぀-ゟ゠-ヿ]+`),
			isolated("[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\r\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\r\n]*|\\s*[\r\n]+|\\s+(?!\\S)|\\s+"),
			byteLevel,
		)},
		{want: "deepseek-coder", pre: sequence(
			isolated("[\r\n]"), isolated(`\s?\p{L}+`), isolated(`\s?\p{P}+`), isolated(`[一-龥ࠀ-一가-퟿]+`), digitsEach, byteLevel,
		)},
		{want: "deepseek-llm", pre: sequence(
			isolated("[\r\n]"), isolated(patternDeepSeekLLM), isolated(`\s?[!-/:-~！-／：-～‘-‟　-。]+`), isolated(`\s+$`),
			isolated(`[一-龥ࠀ-一가-퟿]+`), digitsEach, byteLevel,
		)},
		{want: "superbpe", pre: sequence(isolated(`\p{N}+`), isolated(`(?=(\d{3})+(?!\d))`), byteLevel)},
		{want: "jina-v2-en", pre: `{"type": "BertPreTokenizer"}`, model: wordPiece, normalizer: `{"type": "BertNormalizer", "lowercase": true}`},
		{want: "jina-v2-en", pre: `{"type": "BertPreTokenizer"}`, model: wordPiece, normalizer: `{"type": "Sequence", "normalizers": [{"type": "NFD"}, {"type": "StripAccents"}]}`},
	}
	for _, c := range cases {
		members := map[string]string{"pre_tokenizer": string(c.pre), "normalizer": c.normalizer, "model": c.model, "post_processor": c.processor}
		for _, key := range []string{"normalizer", "post_processor"} {
			if members[key] == "" {
				members[key] = "null"
			}
		}
		// Added tokens change the hash that the reference takes.
		members["added_tokens"] = `[{"id": 3, "content": "<|new|>", "special": true}]`
		got, err := preTokenizerName(tokenizerWith(t, members), "")
		if err != nil || got != c.want {
			t.Errorf("%s\n got %q (%v), want %q", c.pre, got, err, c.want)
		}
	}
}

func TestPreTokenizerUnknown(t *testing.T) {
	cases := map[string]struct {
		members map[string]string
		words   []string
	}{
		"pattern": {
			map[string]string{"pre_tokenizer": string(sequence(isolated(`\w+|\W`), byteLevel))},
			[]string{`\w+|\W`, "ByteLevel", "--pretokenizer"},
		},
		"behavior": {
			map[string]string{"pre_tokenizer": string(sequence(
				stage(strings.Replace(string(isolated(patternQwen2)), "Isolated", "MergedWithNext", 1)), byteLevel))},
			[]string{"MergedWithNext"},
		},
		"order": {
			map[string]string{"pre_tokenizer": string(sequence(byteLevelRegex, digitsEach))},
			[]string{"step 1: ByteLevel", "step 2: Digits"},
		},
		"normalizer": {
			map[string]string{
				"pre_tokenizer": string(byteLevelRegex),
				"normalizer":    `{"type": "Sequence", "normalizers": [{"type": "NFC"}, {"type": "Lowercase"}]}`,
			},
			[]string{"normalizer: NFC, Lowercase"},
		},
		"none":         {map[string]string{"pre_tokenizer": "null"}, []string{"no pre-tokenizer"}},
		"BERT's, BPE":  {map[string]string{"pre_tokenizer": `{"type": "BertPreTokenizer"}`}, []string{"BertPreTokenizer"}},
		"GPT-2's, WPM": {map[string]string{"pre_tokenizer": string(byteLevelRegex), "model": `{"type": "WordPiece", "unk_token": "a", "vocab": {"a": 0}}`}, []string{"GPT-2"}},
		"a literal": {
			map[string]string{"pre_tokenizer": `{"type": "Split", "pattern": {"String": " "}, "behavior": "MergedWithPrevious", "invert": false}`},
			[]string{"MergedWithPrevious literal"},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			tokenizer := tokenizerWith(t, c.members)
			_, err := preTokenizerName(tokenizer, "")
			if !errors.Is(err, ErrUnsupported) {
				t.Fatalf("error %v, want one of %v", err, ErrUnsupported)
			}
			for _, word := range c.words {
				if !strings.Contains(err.Error(), word) {
					t.Errorf("error %q, want %q in it", err, word)
				}
			}
			if got, err := preTokenizerName(tokenizer, "tekken"); got != "tekken" || err != nil {
				t.Errorf("told tekken: %q, %v", got, err)
			}
		})
	}
}

func TestPreTokenizerOverride(t *testing.T) {
	tokenizer := tokenizerWith(t, map[string]string{"pre_tokenizer": string(byteLevelRegex)})
	cases := []struct{ name, words string }{
		{"Qwen2", `calls it "qwen2"`},
		{"qwen3", "qwen2, qwen35"},
		{"nonsense", "llama-bpe, "},
		{"x", "llama-bpe, "},
	}
	for _, c := range cases {
		_, err := preTokenizerName(tokenizer, c.name)
		if !errors.Is(err, ErrUnsupported) || !strings.Contains(err.Error(), c.words) {
			t.Errorf("%s: error %v, want %q in it", c.name, err, c.words)
		}
	}
	for _, name := range preTokenizerNames {
		if got, err := preTokenizerName(tokenizer, name); got != name || err != nil {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

// Every name in the table is one that llama.cpp loads, and no row hides
// another.
func TestPreTokenizerTable(t *testing.T) {
	known := make(map[string]bool)
	for _, name := range preTokenizerNames {
		if known[name] {
			t.Errorf("%s is listed twice", name)
		}
		known[name] = true
	}
	rows := make(map[string]string)
	for _, row := range preTokenizerRows {
		if !known[row.name] {
			t.Errorf("%s: llama.cpp has no such name", row.name)
		}
		key := strings.Join(row.steps, "\n")
		if other, ok := rows[key]; ok {
			t.Errorf("%s and %s have the same steps", row.name, other)
		}
		rows[key] = row.name
	}
}
