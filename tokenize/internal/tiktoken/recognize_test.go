package tiktoken

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/tokenize/internal/config"
)

func mustRead(t *testing.T, data []byte) *Ranks {
	t.Helper()
	ranks, err := ReadRanks(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return ranks
}

func mustReadConfig(t *testing.T, data []byte) *Config {
	t.Helper()
	c, err := ReadConfig(data)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestRecognizeFiles(t *testing.T) {
	type result struct {
		name     string
		added    int
		bos, eos string
		has      map[uint32]string
	}
	check := func(t *testing.T, file string, ranks *Ranks, beside *Config, want result) {
		t.Helper()
		e, err := Recognize(file, ranks, beside)
		if err != nil {
			t.Errorf("%s: %v", file, err)
			return
		}
		if e.Name != want.name || len(e.Added) != want.added || e.BOS != want.bos || e.EOS != want.eos {
			t.Errorf("%s: %s, %d added, %q to %q; want %v", file, e.Name, len(e.Added), e.BOS, e.EOS, want)
		}
		for id, text := range want.has {
			found := false
			for _, a := range e.Added {
				found = found || a.ID == id && a.Text == text
			}
			if !found {
				t.Errorf("%s: %d is not %q", file, id, text)
			}
		}
	}
	t.Run("cl100k_base", func(t *testing.T) {
		data := sharedFile(t, "kitoken/models/tiktoken/cl100k_base.tiktoken")
		ranks := mustRead(t, data)
		want := result{name: "cl100k_base", added: 5, eos: endOfText}
		check(t, "cl100k_base.tiktoken", ranks, nil, want)
		check(t, "o200k_base.tiktoken", ranks, nil, want) // the name misleads
		check(t, "9b5ad71b2ce5302211f9c61530b329a4922fc6a4", ranks, nil, want)
		check(t, "tokenizer.model", mustRead(t, bytes.ReplaceAll(data, []byte("\n"), []byte("\r\n"))), nil, want)

		// Why the old and the new pattern give the same ids.
		for i, token := range ranks.Tokens {
			if last := strings.LastIndexAny(token, "\r\n"); last >= 0 && last != len(token)-1 && strings.TrimSpace(token[last:]) == "" {
				t.Errorf("token %d, %q, has white space behind a line end", ranks.Ranks[i], token)
			}
		}

		cut := mustRead(t, data[:bytes.LastIndexByte(data[:len(data)-1], '\n')+1])
		if _, err := Recognize("cl100k_base.tiktoken", cut, nil); !errors.Is(err, config.ErrFormat) ||
			!strings.Contains(err.Error(), "100255 ranks up to 100254, which are not those of cl100k_base") {
			t.Errorf("cut: %v", err)
		}
		if _, err := Recognize("tokenizer.model", cut, nil); !errors.Is(err, config.ErrUnsupported) ||
			!strings.Contains(err.Error(), "no known encoding") {
			t.Errorf("cut: %v", err)
		}
		taken := &Config{Added: []Added{special(5, "<s>")}}
		if _, err := Recognize("", ranks, taken); !errors.Is(err, config.ErrFormat) ||
			!strings.Contains(err.Error(), `added_tokens_decoder.5.content: "<s>" has the id of a token of rank 5, "&"`) {
			t.Errorf("an id that is taken: %v", err)
		}
	})
	t.Run("llama3", func(t *testing.T) {
		ranks := mustRead(t, moduleFile(t, "meta-llama-3-8b-instruct/tiktoken.model"))
		check(t, "tokenizer.model", ranks, nil, result{
			name: "llama3", added: 256, bos: beginOfTextLlama, eos: endOfTextLlama,
			has: map[uint32]string{128004: "<|finetune_right_pad_id|>", 128009: "<|eot_id|>", 128255: "<|reserved_special_token_245|>"},
		})
		beside := mustReadConfig(t, moduleFile(t, "meta-llama-3-8b-instruct/tokenizer_config.json"))
		check(t, "tiktoken.model", ranks, beside, result{
			name: "llama3", added: 256, bos: beginOfTextLlama, eos: "<|eot_id|>",
			has: map[uint32]string{128004: "<|reserved_special_token_2|>", 128009: "<|eot_id|>", 128255: "<|reserved_special_token_250|>"},
		})
	})
	t.Run("kimi-k2", func(t *testing.T) {
		data := moduleFile(t, "kimi-k2-instruct/tiktoken.model")
		ranks := mustRead(t, data)
		check(t, "tiktoken.model", ranks, nil, result{
			name: "kimi-k2", added: 256, has: map[uint32]string{163584: "<|reserved_token_163584|>", 163839: "<|reserved_token_163839|>"},
		})
		beside := mustReadConfig(t, moduleFile(t, "kimi-k2-instruct/tokenizer_config.json"))
		if beside.PAD != "[PAD]" || beside.UNK != "[UNK]" {
			t.Errorf("%q %q", beside.PAD, beside.UNK)
		}
		want := result{
			name: "kimi-k2", added: 256, bos: "[BOS]", eos: "[EOS]",
			has: map[uint32]string{
				163584: "[BOS]", 163586: "<|im_end|>", 163589: "<|reserved_token_163589|>", 163595: "<|tool_calls_section_begin|>", 163839: "[PAD]",
			},
		}
		check(t, "tiktoken.model", ranks, beside, want)

		// Other ranks beside the same code are of the same encoding.
		data = data[:bytes.LastIndexByte(data[:len(data)-1], '\n')+1]
		e, err := Recognize("tiktoken.model", mustRead(t, data), beside)
		if err != nil || e.Name != "kimi-k2" || len(e.Added) != 257 || e.Pattern != patternKimi {
			t.Errorf("%v, %v", err, e)
		}
		for _, a := range e.Added {
			if a.Special == strings.HasPrefix(a.Text, "<|tool_call") {
				t.Errorf("%q: special is %t", a.Text, a.Special)
			}
		}
	})
}

func TestRecognizeByWhatStandsBeside(t *testing.T) {
	// Ranks that stand for those of o200k_base.
	ranks := &Ranks{Tokens: []string{"a"}, Ranks: []uint32{0}}
	defer func(saved fingerprint) { known[5].ranks, known[6].ranks = saved, saved }(known[5].ranks)
	known[5].ranks, known[6].ranks = fingerprintOf(ranks), fingerprintOf(ranks)

	for _, c := range []struct {
		file   string
		beside *Config
		want   string
	}{
		{"o200k_base.tiktoken", nil, "o200k_base"},
		{"", nil, "o200k_base"},
		{"tokenizer.model", nil, "o200k_base"},
		{"o200k_harmony.tiktoken", nil, "o200k_harmony"},
		{"tiktoken.model", &Config{Added: []Added{special(200002, "<|return|>")}}, "o200k_harmony"},
		{"tiktoken.model", &Config{Added: []Added{special(200002, "<|other|>")}}, "o200k_base"},
	} {
		e, err := Recognize(c.file, ranks, c.beside)
		if err != nil || e.Name != c.want {
			t.Errorf("%s: %v %v, want %s", c.file, e, err, c.want)
		}
	}
}

func TestReadConfig(t *testing.T) {
	c := mustReadConfig(t, []byte(`{
		"bos_token": {"content": "<s>", "lstrip": false}, "eos_token": "</s>", "pad_token": null, "model_max_length": 1e30,
		"auto_map": {"AutoTokenizer": ["tokenization_kimi.TikTokenTokenizer", null]},
		"added_tokens_decoder": {
			"10": {"content": "</s>", "special": true, "rstrip": true},
			"9": {"content": "<s>", "single_word": true, "lstrip": true, "special": null, "normalized": true}
		}}`))
	want := []Added{
		{ID: 9, Text: "<s>", SingleWord: true, LStrip: true},
		{ID: 10, Text: "</s>", Special: true, RStrip: true},
	}
	if c.BOS != "<s>" || c.EOS != "</s>" || c.PAD != "" || !c.kimi || len(c.Added) != 2 || c.Added[0] != want[0] || c.Added[1] != want[1] {
		t.Errorf("%+v", c)
	}
	for _, data := range []string{`{}`, `{"added_tokens_decoder": null}`, `{"auto_map": {"AutoTokenizer": "x"}}`, `{"auto_map": 1}`} {
		if c := mustReadConfig(t, []byte(data)); len(c.Added) != 0 || c.kimi {
			t.Errorf("%s: %+v", data, c)
		}
	}
}

func TestReadConfigRefuses(t *testing.T) {
	for _, c := range []struct {
		data string
		want error
		text string
	}{
		{`[]`, config.ErrFormat, "line 1, column 1"},
		{`{"a": 1, "a": 2}`, config.ErrFormat, "duplicate key"},
		{`{"bos_token": 1}`, config.ErrFormat, "bos_token: neither a text nor an object"},
		{`{"bos_token": {"content": 1}}`, config.ErrFormat, "bos_token.content: not a string"},
		{`{"added_tokens_decoder": []}`, config.ErrFormat, "added_tokens_decoder: not an object"},
		{`{"added_tokens_decoder": {"x": {"content": "a"}}}`, config.ErrFormat, `added_tokens_decoder.x: id "x" is not a number`},
		{`{"added_tokens_decoder": {"-1": {"content": "a"}}}`, config.ErrFormat, `id "-1" is not a number`},
		{`{"added_tokens_decoder": {"4194304": {"content": "a"}}}`, config.ErrUnsupported, "is above 4194303"},
		{`{"added_tokens_decoder": {"1": "a"}}`, config.ErrFormat, "added_tokens_decoder.1: not an object"},
		{`{"added_tokens_decoder": {"1": {}}}`, config.ErrFormat, "added_tokens_decoder.1.content: missing"},
		{`{"added_tokens_decoder": {"1": {"content": ""}}}`, config.ErrFormat, "added_tokens_decoder.1.content: empty"},
		{`{"added_tokens_decoder": {"1": {"content": "a", "special": 1}}}`, config.ErrFormat, "added_tokens_decoder.1.special: not true or false"},
		{`{"added_tokens_decoder": {"1": {"content": "a"}, "2": {"content": "a"}}}`, config.ErrFormat, `added_tokens_decoder.2.content: "a" is another token's`},
	} {
		if _, err := ReadConfig([]byte(c.data)); !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.text) {
			t.Errorf("%s: %v", c.data, err)
		}
	}
}

func FuzzReadConfig(f *testing.F) {
	f.Add([]byte(`{"bos_token": {"content": "<s>"}, "added_tokens_decoder": {"1": {"content": "<s>", "special": true}}}`))
	f.Add([]byte(`{"auto_map": {"AutoTokenizer": ["tokenization_kimi.TikTokenTokenizer", null]}, "added_tokens_decoder": {"0": {"content": "b"}}}`))
	ranks := &Ranks{Tokens: []string{"a"}, Ranks: []uint32{0}}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := ReadConfig(data)
		if err != nil {
			return
		}
		e, err := Recognize("a", ranks, c)
		if err != nil {
			return
		}
		ids := map[uint32]bool{}
		for _, a := range e.Added {
			if ids[a.ID] || a.ID == 0 && a.Text != "a" {
				t.Fatalf("%d is there twice", a.ID)
			}
			ids[a.ID] = true
		}
	})
}
