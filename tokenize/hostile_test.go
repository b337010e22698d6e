//go:build !nibbletext

package tokenize_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/nibble-go/nibble/internal/hostilefiles"
	"github.com/nibble-go/nibble/internal/sample"
	"github.com/nibble-go/nibble/tokenize"
)

// checkHostile reads a file that may be anything: within a second and 64 MiB
// beyond the file it is read or refused, and what is read can be used.
func checkHostile(t *testing.T, name string, data []byte, mustFail bool) {
	t.Helper()
	hostilefiles.Keep(t, name, data)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := time.Now()
	tok, err := tokenize.Read(name, data, tokenize.LoadOptions{})
	elapsed := time.Since(start)
	runtime.ReadMemStats(&after)
	for range 3 { // the machine may have been busy with something else
		if elapsed <= time.Second {
			break
		}
		start = time.Now()
		_, _ = tokenize.Read(name, data, tokenize.LoadOptions{})
		elapsed = time.Since(start)
	}
	if elapsed > time.Second && !raceEnabled {
		t.Errorf("%s: took %v", name, elapsed)
	}
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 64<<20+8*int64(len(data)) {
		t.Errorf("%s: %d bytes in use after %d bytes of file", name, grown, len(data))
	}
	if err == nil {
		if mustFail {
			t.Errorf("%s: read", name)
		}
		_, err = tok.Encode("Hello wörld <s> 🦊\n\xff", tokenize.Options{AddSpecial: true})
		if err != nil && !errors.Is(err, tokenize.ErrUnknownToken) && !errors.Is(err, tokenize.ErrTruncation) &&
			!errors.Is(err, tokenize.ErrPadding) && !errors.Is(err, tokenize.ErrTimeout) {
			t.Errorf("%s: encode: %v", name, err)
		}
		return
	}
	if !errors.Is(err, tokenize.ErrFormat) && !errors.Is(err, tokenize.ErrUnsupported) && !errors.Is(err, tokenize.ErrEncoding) {
		t.Errorf("%s: error of no kind: %v", name, err)
	}
}

// hostileSources are small files of every format.
func hostileSources(t *testing.T) map[string][]byte {
	t.Helper()
	sources := make(map[string][]byte)
	data, err := sample.FS().Open("tokenizer.json")
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if _, err := b.ReadFrom(data); err != nil {
		t.Fatal(err)
	}
	sources["tokenizer.json"] = b.Bytes()
	for _, path := range []string{
		"tokenizers/kitoken/models/tokenizers/sqlpilot.json", "tokenizers/kitoken/models/tokenizers/hw_doc_summarizer.json",
		"tokenizers/kitoken/models/tiktoken/cl100k_base.tiktoken", "tokenizers/kitoken/models/sentencepiece/llama2.model",
		"tokenizers/llama.cpp/ggml-vocab-bert-bge.gguf", "tokenizers/llama.cpp/ggml-vocab-llama-spm.gguf",
	} {
		if data, err := os.ReadFile(filepath.Join("../../shared", path)); err == nil {
			sources[filepath.Base(path)] = data
		}
	}
	return sources
}

// Cut off anywhere, a file is refused, or is one of those formats that can end
// anywhere.
func TestTruncatedFiles(t *testing.T) {
	for name, data := range hostileSources(t) {
		step := 1000
		if testing.Short() || len(data) > 1<<20 {
			step = max(1000, len(data)/200)
		}
		for n := 0; n < len(data); n += step {
			isJSON := strings.HasSuffix(name, ".json")
			checkHostile(t, name, data[:n], isJSON)
		}
	}
}

// Flipped bits give an error or another vocabulary, nothing else.
func TestFlippedBits(t *testing.T) {
	for name, data := range hostileSources(t) {
		flips := 150
		if testing.Short() || len(data) > 1<<20 {
			flips = 40
		}
		damaged := make([]byte, len(data))
		for i := range flips {
			copy(damaged, data)
			at := i * 7919 * 31 % len(data)
			damaged[at] ^= 1 << (i % 8)
			checkHostile(t, name, damaged, false)
		}
	}
}

// bpeJSON is a tokenizer.json with a BPE model of the letters a to z.
func bpeJSON(parts string) string {
	return `{"version": "1.0", ` + parts + `, "model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2}, "merges": ["a b"]}}`
}

func TestHostileJSON(t *testing.T) {
	const cited = `{"Sequence": {"id": "A", "type_id": 0}}`
	nested := strings.Repeat(`{"type":"Sequence","normalizers":[`, 200) + strings.Repeat(`]}`, 200)
	selfMerges := `{"model": {"type": "BPE", "vocab": {"a": 0, "aa": 1}, "merges": [` + strings.TrimSuffix(strings.Repeat(`"a a",`, 1_000_000), ",") + `]}}`
	for _, test := range []struct {
		name, data string
		refused    bool
		words      string
	}{
		{"nested 200 deep", bpeJSON(`"normalizer": ` + nested), true, "nested"},
		{"17 sequences", bpeJSON(`"normalizer": ` + strings.Repeat(`{"type":"Sequence","normalizers":[`, 17) + strings.Repeat(`]}`, 17)), true, "normalizer"},
		{"a million self-references", selfMerges, false, ""},
		{"id near 2^31", `{"model": {"type": "BPE", "vocab": {"a": 2147483647}, "merges": []}}`, true, "model.vocab.a"},
		{"merge that does not fit", `{"model": {"type": "BPE", "vocab": {"a": 0, "b": 1}, "merges": ["a b"]}}`, true, `model.merges[0]: result "ab" is not in the vocabulary`},
		{"unknown normalizer", bpeJSON(`"normalizer": {"type": "Frob"}`), true, "normalizer"},
		{"unknown pre-tokenizer", bpeJSON(`"pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "Whitespace"}, {"type": "Frob"}]}`), true, "pre_tokenizer.pretokenizers[1]"},
		{"unknown post-processor", bpeJSON(`"post_processor": {"type": "Frob"}`), true, "post_processor"},
		{"unknown decoder", bpeJSON(`"decoder": {"type": "Frob"}`), true, "decoder"},
		{"template of an unknown token", bpeJSON(`"post_processor": {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "X", "type_id": 0}}], "pair": [], "special_tokens": {}}`), true, "post_processor.single[0].id"},
		{"template without its text", bpeJSON(`"post_processor": {"type": "TemplateProcessing", "single": [], "pair": [], "special_tokens": {}}`), true, "post_processor.single"},
		{"template with a text twice", bpeJSON(`"post_processor": {"type": "TemplateProcessing", "single": [` + cited + `,` + cited + `], "pair": [], "special_tokens": {}}`), true, "post_processor.single"},
		{"id with few tokens", `{"model": {"type": "BPE", "vocab": {"a": 4194303}, "merges": []}}`, true, "model.vocab: an id of 4194303 with 1 tokens"},
		{"long added token", bpeJSON(`"added_tokens": [{"id": 3, "content": "` + strings.Repeat("a", 5000) + `b", "special": true}]`), true, "added_tokens"},
		{"bad regex", bpeJSON(`"pre_tokenizer": {"type": "Split", "pattern": {"Regex": "(a"}, "behavior": "Isolated", "invert": false}`), true, "pre_tokenizer.pattern"},
		{"nested quantifiers", bpeJSON(`"pre_tokenizer": {"type": "Split", "pattern": {"Regex": "((((a{1000}){1000}){1000}){1000})"}, "behavior": "Isolated", "invert": false}`), false, ""},
		{"negative length of padding", bpeJSON(`"padding": {"strategy": {"Fixed": -1}, "pad_id": 0, "pad_type_id": 0, "pad_token": "a"}`), true, "padding.strategy.Fixed"},
		{"padding to 2^30", bpeJSON(`"padding": {"strategy": {"Fixed": 1073741824}, "pad_id": 0, "pad_type_id": 0, "pad_token": "a"}`), true, "padding"},
		{"wrong type of a member", bpeJSON(`"normalizer": {"type": "Prepend", "prepend": 7}`), true, "normalizer.prepend"},
		{"bad charsmap", bpeJSON(`"normalizer": {"type": "Precompiled", "precompiled_charsmap": "/////w=="}`), true, "normalizer"},
		{"no model", `{"version": "1.0"}`, true, "no model"},
		{"version 2", `{"version": "2.0"}`, true, "version"},
		{"empty", ``, true, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			checkHostile(t, "tokenizer.json", []byte(test.data), test.refused)
			_, err := tokenize.Read("tokenizer.json", []byte(test.data), tokenize.LoadOptions{})
			if test.refused && (err == nil || !strings.Contains(err.Error(), test.words)) {
				t.Errorf("got %v, want an error about %q", err, test.words)
			}
		})
	}
}

// A pattern that takes exponential time ends in an error, soon.
func TestPatternTimeout(t *testing.T) {
	tok := readTokenizer(t, bpeJSON(`"pre_tokenizer": {"type": "Split", "pattern": {"Regex": "(?:a|b|ab)*c"}, "behavior": "Isolated", "invert": false}`))
	start := time.Now()
	_, err := tok.Encode(strings.Repeat("ab", 5000)+"d", tokenize.Options{})
	if !errors.Is(err, tokenize.ErrTimeout) {
		t.Errorf("got %v, want ErrTimeout", err)
	}
	if elapsed := time.Since(start); elapsed > 5*time.Second {
		t.Errorf("took %v", elapsed)
	}
}

// TestUnknownFormat: of a file that is no vocabulary the error says what would be one, and of one that is meant for a
// vocabulary it says where that goes wrong.
func TestUnknownFormat(t *testing.T) {
	long := strings.Repeat("QUJD", 20)
	for name, test := range map[string]struct {
		file, content string
		want          string // of the error
		none          bool   // the file is none
	}{
		"empty":                 {"x", "", "want a tokenizer.json", true},
		"text":                  {"notes.txt", "hello\nworld\n", "want a tokenizer.json", true},
		"text with a space":     {"go.mod", "module x\n", "want a tokenizer.json", true},
		"text and a number":     {"notes.txt", "chapter: 1\n", "want a tokenizer.json", true},
		"a word, then nothing":  {"notes.txt", "QUJD \n", "want a tokenizer.json", true},
		"a blank line first":    {"notes.txt", "\nchapter 1\n", "want a tokenizer.json", true},
		"blank lines":           {"notes.txt", "\n\n\n\n\n", "want a tokenizer.json", true},
		"white space":           {"notes.txt", "\n \n\n\tif there is no more of it\n", "want a tokenizer.json", true},
		"an empty piece":        {"x.model", "\n", "want a tokenizer.json", true},
		"picture":               {"x.png", "\x89PNG\r\n\x1a\n", "want a tokenizer.json", true},
		"weights":               {"model.safetensors", "\x08\x00\x00\x00\x00\x00\x00\x00{}      ", "want a tokenizer.json", true},
		"list":                  {"list.json", "[1, 2]", "want a tokenizer.json", true},
		"long text":             {"x", strings.Repeat("word.", 40), "want a tokenizer.json", true},
		"another JSON":          {"config.json", `{"model_type": "llama"}`, "no model, so it is no tokenizer.json", false},
		"pieces that end early": {"x.model", "\n\x0e\n\x05<unk>\x15\x00", "byte 0: unexpected EOF", false},
		"the text of a piece":   {"x.model", "\n\x07\n\x05<unk>\n\x05", "byte 9: unexpected EOF", false},
		"tiktoken by its name":  {"x.tiktoken", "hello\n", `line 1: not a token in base64, a space and a rank: "hello"`, false},
		"tiktoken by its lines": {"x", "IQ== 0\nIg==\n", `line 2: not a token in base64, a space and a rank: "Ig=="`, false},
		"a long first line":     {"x", long + " 0\n!\n", "line 2: ", false},
		"Windows":               {"x", "IQ== 0\r\n!\r\n", "line 2: ", false},
	} {
		_, err := tokenize.Read(test.file, []byte(test.content), tokenize.LoadOptions{})
		if !errors.Is(err, tokenize.ErrFormat) || errors.Is(err, tokenize.ErrNoTokenizer) != test.none {
			t.Errorf("%s: error %v of another kind", name, err)
			continue
		}
		if text := err.Error(); !strings.HasPrefix(text, test.file+": ") || !strings.Contains(text, test.want) {
			t.Errorf("%s: %q does not say %q", name, text, test.want)
		}
	}
	// Whoever names an encoding means tiktoken.
	_, err := tokenize.Read("x", []byte("hello\n"), tokenize.LoadOptions{Encoding: "cl100k_base"})
	if err == nil || !strings.Contains(err.Error(), "line 1: ") {
		t.Errorf("with an encoding: %v", err)
	}
}
