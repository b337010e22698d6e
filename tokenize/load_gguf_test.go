//go:build !nibbletext

package tokenize_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/tokenize"
	"github.com/nibble-go/nibble/tokenize/internal/textgen"
)

// ggufValues are the metadata of a small vocabulary.
func ggufValues() map[string]gguf.Value {
	return map[string]gguf.Value{
		"general.architecture":                gguf.String("llama"),
		"llama.context_length":                gguf.Uint32(512),
		"tokenizer.ggml.model":                gguf.String("gpt2"),
		"tokenizer.ggml.pre":                  gguf.String("llama-bpe"),
		"tokenizer.ggml.tokens":               gguf.Strings([]string{"<s>", "</s>", "a", "b", "ab", "Ġ", "Ã", "©", "<x>"}),
		"tokenizer.ggml.scores":               gguf.Float32s(make([]float32, 9)),
		"tokenizer.ggml.token_type":           gguf.Int32s([]int32{3, 3, 1, 1, 1, 1, 1, 1, 4}),
		"tokenizer.ggml.merges":               gguf.Strings([]string{"a b"}),
		"tokenizer.ggml.bos_token_id":         gguf.Uint32(0),
		"tokenizer.ggml.eos_token_id":         gguf.Uint32(1),
		"tokenizer.ggml.add_eos_token":        gguf.Bool(true),
		"tokenizer.ggml.padding_token_id":     gguf.Uint32(900),
		"tokenizer.ggml.precompiled_charsmap": gguf.Uint8s([]uint8{1}),
	}
}

// ggufFile returns a GGUF file of metadata.
func ggufFile(t testing.TB, values map[string]gguf.Value) []byte {
	t.Helper()
	meta := new(gguf.Metadata)
	keys := make([]string, 0, len(values))
	for key := range values {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		meta.Set(key, values[key])
	}
	layout, err := gguf.NewLayout(meta, nil)
	if err != nil {
		t.Fatal(err)
	}
	data, err := layout.AppendHeader(nil)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestGGUF(t *testing.T) {
	tok, err := tokenize.Read("v.gguf", ggufFile(t, ggufValues()), tokenize.LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	e, err := tok.Encode("ab é<x></s>", tokenize.Options{AddSpecial: true})
	if err != nil {
		t.Fatal(err)
	}
	if want := []uint32{0, 4, 5, 6, 7, 8, 1, 1}; !slices.Equal(e.IDs, want) {
		t.Errorf("ids %d, want %d", e.IDs, want)
	}
	// The two halves of é are both of it.
	if want := []tokenize.Span{{}, {0, 2}, {2, 3}, {3, 5}, {3, 5}, {5, 8}, {8, 12}, {}}; !slices.Equal(e.Offsets, want) {
		t.Errorf("offsets %v, want %v", e.Offsets, want)
	}
	if got := tok.Decode(e.IDs, tokenize.DecodeOptions{SkipSpecial: true}); got != "ab é<x>" {
		t.Errorf("decoded %q", got)
	}
	info := tok.Info()
	if eos, ok := info.Role("eos"); !ok || eos.ID != 1 || info.PreTokenizer != "llama-bpe" || info.ContextLength != 512 {
		t.Errorf("%+v", info)
	}
	if !slices.ContainsFunc(info.Notes, func(note string) bool { return strings.Contains(note, "pad token 900") }) {
		t.Errorf("no note of the padding token: %q", info.Notes)
	}
}

// What is wrong with the metadata is said with the key.
func TestBadGGUF(t *testing.T) {
	for _, test := range []struct {
		key         string
		value       gguf.Value
		words       string
		unsupported bool
	}{
		{"tokenizer.ggml.model", gguf.Uint32(1), "a value of type u32", false},
		{"tokenizer.ggml.model", gguf.String("frob"), "unknown tokenizer", true},
		{"tokenizer.ggml.pre", gguf.String("frob"), `unknown pre-tokenizer "frob"`, true},
		{"tokenizer.ggml.pre", gguf.Strings([]string{"gpt-2"}), "a value of type arr of str", false},
		{"tokenizer.ggml.tokens", gguf.String("a"), "a value of type str", false},
		{"tokenizer.ggml.tokens", gguf.Int32s(make([]int32, 9)), "a value of type arr of i32", false},
		{"tokenizer.ggml.merges", gguf.Float32s([]float32{1}), "a value of type arr of f32", false},
		{"tokenizer.ggml.scores", gguf.Int32s(make([]int32, 9)), "a value of type arr of i32", false},
		{"tokenizer.ggml.token_type", gguf.Strings(make([]string, 9)), "a value of type arr of str", false},
		{"tokenizer.ggml.bos_token_id", gguf.String("0"), "a value of type str", false},
		{"tokenizer.ggml.bos_token_id", gguf.Int32(-1), "a value of type i32", false},
		{"tokenizer.ggml.add_bos_token", gguf.Uint8(1), "a value of type u8", false},
		{"tokenizer.ggml.precompiled_charsmap", gguf.Int32s([]int32{1}), "a value of type arr of i32", false},
		{"general.name", gguf.Bool(true), "a value of type bool", false},
	} {
		values := ggufValues()
		if test.key == "tokenizer.ggml.tokens" { // which the others have to be as many as
			delete(values, "tokenizer.ggml.scores")
			delete(values, "tokenizer.ggml.token_type")
		}
		values[test.key] = test.value
		_, err := tokenize.Read("v.gguf", ggufFile(t, values), tokenize.LoadOptions{})
		sentinel := tokenize.ErrFormat
		if test.unsupported {
			sentinel = tokenize.ErrUnsupported
		}
		if !errors.Is(err, sentinel) || !strings.Contains(err.Error(), test.key) || !strings.Contains(err.Error(), test.words) {
			t.Errorf("%s %v: %v, want %q (%v)", test.key, test.value, err, test.words, sentinel)
		}
	}
	for _, key := range []string{"tokenizer.ggml.model", "tokenizer.ggml.tokens", "tokenizer.ggml.merges"} {
		values := ggufValues()
		delete(values, key)
		if key == "tokenizer.ggml.tokens" {
			delete(values, "tokenizer.ggml.scores")
			delete(values, "tokenizer.ggml.token_type")
		}
		if _, err := tokenize.Read("v.gguf", ggufFile(t, values), tokenize.LoadOptions{}); !errors.Is(err, tokenize.ErrFormat) || !strings.Contains(err.Error(), key) {
			t.Errorf("without %s: %v", key, err)
		}
	}
}

// FuzzGGUF reads files that may be anything, and tokenizes with what is read.
func FuzzGGUF(f *testing.F) {
	f.Add(ggufFile(f, ggufValues()), "ab <x>")
	for model, tokens := range map[string][]string{
		"llama": {"<unk>", "<s>", "</s>", "▁a", "a", "<0x41>"}, "bert": {"[UNK]", "▁a", "b"}, "t5": {"<pad>", "</s>", "<unk>", "▁a", "b"}, "rwkv": {`\x00`, "a", `\n`},
	} {
		f.Add(ggufFile(f, map[string]gguf.Value{
			"tokenizer.ggml.model": gguf.String(model), "tokenizer.ggml.tokens": gguf.Strings(tokens), "tokenizer.ggml.unknown_token_id": gguf.Uint32(0),
		}), "a b\n\xff")
	}
	f.Fuzz(func(t *testing.T, data []byte, text string) {
		tok, err := tokenize.Read("v.gguf", data, tokenize.LoadOptions{})
		if err != nil {
			if bytes.HasPrefix(data, []byte("GGUF")) && !errors.Is(err, tokenize.ErrFormat) && !errors.Is(err, tokenize.ErrUnsupported) {
				t.Fatalf("error of no kind: %v", err)
			}
			return
		}
		e, err := tok.Encode(text, tokenize.Options{AddSpecial: true})
		if err != nil {
			if !errors.Is(err, tokenize.ErrUnknownToken) {
				t.Fatal(err)
			}
			return
		}
		for i, span := range e.Offsets {
			if span.Start > span.End || span.End > len(text) {
				t.Fatalf("token %d of %q is from %d to %d", i, text, span.Start, span.End)
			}
		}
		tok.Decode(e.IDs, tokenize.DecodeOptions{})
	})
}

// What the tokenizer.json in a file says and llama.cpp does not do is noted.
func TestGGUFLost(t *testing.T) {
	for text, want := range map[string]string{
		`{"normalizer": {"type": "Sequence", "normalizers": [{"type": "NFC"}, {"type": "Lowercase"}]}, "model": {"vocab": {}}}`: "normalizes text (NFC, Lowercase)",
		`{"added_tokens": [{"lstrip": true}, {"rstrip": true, "single_word": true}, 3]}`:                                        "taken along by 2 tokens",
		`{"added_tokens": [{"single_word": true}]}`:                                                                             "1 tokens that are found only as whole words",
		`{"normalizer": null, `: "cannot be read",
	} {
		values := ggufValues()
		values["tokenizer.huggingface.json"] = gguf.String(text)
		tok, err := tokenize.Read("v.gguf", ggufFile(t, values), tokenize.LoadOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if notes := tok.Info().Notes; !slices.ContainsFunc(notes, func(note string) bool { return strings.Contains(note, want) }) {
			t.Errorf("%s: notes %q, want %q", text, notes, want)
		}
	}
}

// Wherever a text is cut, the ids are those of the whole.
func TestGGUFCuts(t *testing.T) {
	tokenize.SmallStretches(t, 40)
	tokenizers := make(map[string]*tokenize.Tokenizer)
	small, err := tokenize.Read("v.gguf", ggufFile(t, ggufValues()), tokenize.LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	tokenizers["small"] = small
	paths, err := filepath.Glob("../../shared/tokenizers/llama.cpp/*.gguf")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		tok, err := tokenize.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		tokenizers[filepath.Base(path)] = tok
	}
	for name, tok := range tokenizers {
		t.Run(name, func(t *testing.T) {
			g := textgen.New(6, 0, "<s>", "</s>", "<|endoftext|>", "[MASK]", "<x>", "a b", " the ")
			for _, text := range g.Texts(60) {
				text += g.Text()
				for _, special := range []tokenize.SpecialText{tokenize.ParseSpecial, tokenize.PlainSpecial, tokenize.RefuseSpecial} {
					o := tokenize.Options{Special: special}
					want, err := tok.AppendIDs(nil, text, o)
					got, readErr := readIDs(tok, text, o)
					if (err == nil) != (readErr == nil) || err == nil && !slices.Equal(got, want) {
						t.Fatalf("%+q\ngot  %v, %v\nwant %v, %v", text, got, readErr, want, err)
					}
				}
			}
		})
	}
}

// What is wrong with a GGUF file is said once, and is a fault of a vocabulary too.
func TestMalformedGGUF(t *testing.T) {
	path := filepath.Join(t.TempDir(), "model.gguf")
	for content, sentinels := range map[string][2]error{
		"GGUF":                 {gguf.ErrFormat, tokenize.ErrFormat},
		"GGUF\x63\x00\x00\x00": {gguf.ErrUnsupported, tokenize.ErrUnsupported},
	} {
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		_, opened := tokenize.Open(path)
		_, read := tokenize.Read(path, []byte(content), tokenize.LoadOptions{})
		for _, err := range []error{opened, read} {
			if !errors.Is(err, sentinels[0]) || !errors.Is(err, sentinels[1]) || !strings.HasSuffix(err.Error(), ": "+sentinels[0].Error()) {
				t.Errorf("%q: error %v, want one that wraps both sentinels and ends in the first", content, err)
			}
		}
	}
}
