package vocab_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"

	"github.com/nibble-go/nibble/internal/sample"
	"github.com/nibble-go/nibble/tokenize/vocab"
)

func readJSON(t *testing.T, doc string) *vocab.JSON {
	t.Helper()
	j, err := vocab.ReadJSON(strings.NewReader(doc))
	if err != nil {
		t.Fatal(err)
	}
	return j
}

// mergeTexts lists the merges as "a+b=ab".
func mergeTexts(m *vocab.Model) []string {
	var list []string
	i := 0
	for left, right := range m.MergeTexts() {
		list = append(list, left+"+"+right+"="+m.Tokens[m.Merges[i].Result].Text)
		i++
	}
	return list
}

func TestReadJSON(t *testing.T) {
	j := readJSON(t, `{
		"version": "1.0",
		"truncation": {"max_length": 256}, "padding": null,
		"added_tokens": [
			{"id": 9, "content": "<s>", "single_word": false, "lstrip": false, "rstrip": true, "normalized": false, "special": true},
			{"id": 3, "content": "x", "single_word": true, "lstrip": true, "special": false, "extra": []},
			{"id": 4, "content": "y", "special": true}
		],
		"normalizer": {"type": "NFC"}, "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false},
		"post_processor": null, "decoder": {"type": "ByteLevel"}, "unknown": [1, {"a": 2}],
		"model": {"type": "BPE", "dropout": 0.1, "unk_token": "a", "continuing_subword_prefix": "", "end_of_word_suffix": "</w>",
			"fuse_unk": true, "byte_fallback": true, "ignore_merges": true,
			"vocab": {"a": 0, "b": 1, "ab": 7, "abab": 2}, "merges": ["#version: 0.2", "a b", "ab ab"]}
	}`)
	if got := mergeTexts(&j.Model); !slices.Equal(got, []string{"a+b=ab", "ab+ab=abab"}) {
		t.Errorf("merges %q", got)
	}
	wantTokens := []vocab.Token{{Text: "a", ID: 0}, {Text: "b", ID: 1}, {Text: "ab", ID: 7}, {Text: "abab", ID: 2}}
	if j.Model.Type != vocab.BPE || j.Model.MergesPaired || !slices.Equal(j.Model.Tokens, wantTokens) {
		t.Errorf("model %+v", j.Model)
	}
	unk, prefix, suffix := "a", "", "</w>"
	if want := (vocab.Options{UnkToken: &unk, ContinuingSubwordPrefix: &prefix, EndOfWordSuffix: &suffix, MaxInputCharsPerWord: 100,
		Dropout: 0.1, FuseUnk: true, ByteFallback: true, IgnoreMerges: true}); !reflect.DeepEqual(j.Model.Options, want) {
		t.Errorf("options %+v", j.Model.Options)
	}
	if want := []vocab.AddedToken{
		{ID: 9, Content: "<s>", RStrip: true, Special: true},
		{ID: 3, Content: "x", SingleWord: true, LStrip: true, Normalized: true},
		{ID: 4, Content: "y", Special: true},
	}; !slices.Equal(j.AddedTokens, want) {
		t.Errorf("added tokens %+v", j.AddedTokens)
	}
	if kind, _ := j.PreTokenizer.String("type"); kind != "ByteLevel" || j.PostProcessor != nil || j.Padding != nil {
		t.Errorf("stages %+v", j)
	}
	if n, _ := j.Truncation.Int("max_length"); n != 256 {
		t.Errorf("truncation %+v", j.Truncation)
	}
}

// The members of a model may come in any order; Python's sort_keys puts the
// merges before the vocabulary.
func TestMergesInAnyOrder(t *testing.T) {
	const v, merges, paired = `"vocab": {"a": 0, "##b": 1, "ab": 2, "a##b": 3}`, `"merges": ["a ##b"]`, `"merges": [["a", "##b"]]`
	const prefix = `"continuing_subword_prefix": "##"`
	for _, test := range []struct{ members, want string }{
		{v + "," + merges, "a+##b=a##b"},
		{prefix + "," + v + "," + merges, "a+##b=ab"},
		{prefix + "," + v + "," + paired, "a+##b=ab"},
		{v + "," + paired + "," + prefix, "a+##b=ab"},
		{merges + "," + v, "a+##b=a##b"},
		{merges + "," + prefix + "," + v, "a+##b=ab"},
		{paired + "," + v + "," + prefix, "a+##b=ab"},
	} {
		j := readJSON(t, `{"model": {"type": "BPE", `+test.members+`}}`)
		if got := mergeTexts(&j.Model); !slices.Equal(got, []string{test.want}) {
			t.Errorf("%s: %q", test.members, got)
		}
		if want := strings.Contains(test.members, `[["a"`); j.Model.MergesPaired != want {
			t.Errorf("%s: paired %v", test.members, j.Model.MergesPaired)
		}
	}
}

func TestPairWithSpaces(t *testing.T) {
	j := readJSON(t, `{"model": {"type": "BPE", "vocab": {" ": 0, "  ": 1}, "merges": [[" ", " "]]}}`)
	if got := mergeTexts(&j.Model); !slices.Equal(got, []string{" + =  "}) {
		t.Errorf("merges %q", got)
	}
}

// The index finds every token, whatever the texts: each merge of a generated
// vocabulary resolves to the tokens that it names.
func TestMergesResolve(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-zäß東]{1,3}`), 2, 40, rapid.ID[string]).Draw(t, "parts")
		ids := make(map[string]int)
		var entries, merges, want []string
		add := func(text string) {
			if _, ok := ids[text]; !ok {
				ids[text] = len(ids)
				entries = append(entries, `"`+text+`": `+strconv.Itoa(ids[text]))
			}
		}
		for _, p := range parts {
			add(p)
		}
		for i := range rapid.IntRange(1, 30).Draw(t, "merges") {
			left, right := parts[i*5%len(parts)], parts[(i*11+1)%len(parts)]
			add(left + right)
			merges = append(merges, `"`+left+` `+right+`"`)
			want = append(want, left+"+"+right+"="+left+right)
		}
		j, err := vocab.ReadJSON(strings.NewReader(
			`{"model": {"type": "BPE", "vocab": {` + strings.Join(entries, ", ") + `}, "merges": [` + strings.Join(merges, ", ") + `]}}`))
		if err != nil {
			t.Fatal(err)
		}
		if got := mergeTexts(&j.Model); !slices.Equal(got, want) {
			t.Fatalf("got %q, want %q", got, want)
		}
		for _, token := range j.Model.Tokens {
			if ids[token.Text] != token.ID {
				t.Fatalf("%q has id %d, want %d", token.Text, token.ID, ids[token.Text])
			}
		}
	})
}

func TestModelTypes(t *testing.T) {
	for doc, want := range map[string]vocab.ModelType{
		`{"vocab": {"a": 0}, "merges": []}`: vocab.BPE,
		`{"vocab": {"a": 0}, "merges": [], "unk_token": "a", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100}`: vocab.BPE,
		`{"vocab": {"a": 0}, "unk_token": "a", "continuing_subword_prefix": "##", "max_input_chars_per_word": 50}`:                vocab.WordPiece,
		`{"vocab": {"a": 0}, "unk_token": "a"}`:                      vocab.WordLevel,
		`{"vocab": [["a", 0]], "unk_id": 0}`:                         vocab.Unigram,
		`{"vocab": {"a": 0}, "unk_token": "a", "type": "WordPiece"}`: vocab.WordPiece,
		`{"type": "Unigram", "vocab": []}`:                           vocab.Unigram,
	} {
		if got := readJSON(t, `{"model": `+doc+`}`).Model.Type; got != want {
			t.Errorf("%s is %q, want %q", doc, got, want)
		}
	}
}

func TestUnigram(t *testing.T) {
	m := readJSON(t, `{"model": {"type": "Unigram", "unk_id": 1, "vocab": [["a", -1.5], ["<unk>", 0], ["a", -2e1]]}}`).Model
	if !slices.Equal(m.Scores, []float64{-1.5, 0, -20}) || len(m.Tokens) != 3 || m.Tokens[2] != (vocab.Token{Text: "a", ID: 2}) ||
		m.UnkID == nil || *m.UnkID != 1 || m.UnkToken != nil {
		t.Errorf("%+v", m)
	}
	if m := readJSON(t, `{"model": {"type": "Unigram", "unk_id": null, "vocab": []}}`).Model; m.UnkID != nil {
		t.Errorf("null unk_id: %v", *m.UnkID)
	}
}

func TestReadSample(t *testing.T) {
	f, err := sample.FS().Open("tokenizer.json")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	// One byte at a time: the decoder may not rely on what a read returns.
	j, err := vocab.ReadJSON(iotest.OneByteReader(f))
	if err != nil {
		t.Fatal(err)
	}
	if j.Model.Type != vocab.BPE || len(j.Model.Tokens) != 4096 || len(j.Model.Merges) != 3836 || !j.Model.MergesPaired {
		t.Errorf("%s with %d tokens, %d merges", j.Model.Type, len(j.Model.Tokens), len(j.Model.Merges))
	}
	var special []string
	for _, a := range j.AddedTokens {
		if a.Special {
			special = append(special, a.Content)
		}
	}
	if want := []string{"<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|pad|>"}; !slices.Equal(special, want) {
		t.Errorf("special tokens %q, want %q", special, want)
	}
}

// sharedFiles returns the files beside the repository that match.
func sharedFiles(t *testing.T, patterns ...string) []string {
	t.Helper()
	var list []string
	for _, p := range patterns {
		m, err := filepath.Glob(filepath.Join("../../../shared", p))
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, m...)
	}
	if len(list) == 0 {
		t.Skip("no vocabularies beside the repository")
	}
	return list
}

// Real files, against encoding/json.
func TestRealTokenizers(t *testing.T) {
	for _, path := range sharedFiles(t, "tokenizers/kitoken/models/tokenizers/*.json", "golden/convert/*/tokenizer.json") {
		t.Run(filepath.Base(filepath.Dir(path))+" "+filepath.Base(path), func(t *testing.T) {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			var want struct {
				AddedTokens []map[string]any `json:"added_tokens"`
				Model       struct {
					Vocab  map[string]int
					Merges []any
				}
			}
			if err := json.Unmarshal(data, &want); err != nil {
				t.Fatal(err)
			}
			got, err := vocab.ReadJSON(bytes.NewReader(data))
			if err != nil {
				t.Fatal(err)
			}
			if len(got.Model.Tokens) != len(want.Model.Vocab) || len(got.AddedTokens) != len(want.AddedTokens) || len(got.Model.Merges) != len(want.Model.Merges) {
				t.Fatalf("%d tokens, %d added, %d merges", len(got.Model.Tokens), len(got.AddedTokens), len(got.Model.Merges))
			}
			for _, token := range got.Model.Tokens {
				if id, ok := want.Model.Vocab[token.Text]; !ok || id != token.ID {
					t.Errorf("%q has id %d, want %d", token.Text, token.ID, id)
				}
			}
			for i, token := range got.AddedTokens {
				if w := want.AddedTokens[i]; token.Content != w["content"] || float64(token.ID) != w["id"] || token.Special != w["special"] ||
					token.Normalized != w["normalized"] || token.LStrip != w["lstrip"] || token.RStrip != w["rstrip"] || token.SingleWord != w["single_word"] {
					t.Errorf("added token %+v, want %v", token, w)
				}
			}
			for i, merge := range mergeTexts(&got.Model) {
				left, right, _ := strings.Cut(want.Model.Merges[i].(string), " ")
				if merge != left+"+"+right+"="+left+right {
					t.Errorf("merge %d is %s, want %s and %s", i, merge, left, right)
				}
			}
		})
	}
}

// The vocabulary of Gemma 3's size costs what is kept of it, and a little.
func TestReadJSONMemory(t *testing.T) {
	data := bigJSON(262_144, 514_906, true)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	j, err := vocab.ReadJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if n := after.TotalAlloc - before.TotalAlloc; n > 100<<20 {
		t.Errorf("%d bytes allocated", n)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if n := int64(after.HeapAlloc) - int64(before.HeapAlloc); n > 32<<20 {
		t.Errorf("%d bytes kept", n)
	}
	runtime.KeepAlive(j)
	runtime.KeepAlive(data)
}
