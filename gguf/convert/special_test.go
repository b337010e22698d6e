package convert

import (
	"strings"
	"testing"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/internal/jsonread"
	"github.com/nibble-go/nibble/tokenize/vocab"
)

// specialKeys returns the keys that special tokens become, but for their
// prefix, with their values.
func specialKeys(t *testing.T, f *vocabFiles, kinds []string, bound int) string {
	t.Helper()
	special, err := findSpecialTokens(f, kinds, bound)
	if err != nil {
		t.Fatal(err)
	}
	meta := new(gguf.Metadata)
	if err := special.write(meta); err != nil {
		t.Fatal(err)
	}
	var keys []string
	for key, v := range meta.All() {
		keys = append(keys, strings.TrimPrefix(key, "tokenizer.ggml.")+"="+v.String())
	}
	return strings.Join(keys, " ")
}

func parsed(t *testing.T, text string) *jsonread.Object {
	t.Helper()
	if text == "" {
		return nil
	}
	o, err := jsonread.ParseObject([]byte(text), jsonread.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func TestSpecialTokens(t *testing.T) {
	dir := openVocabulary(t, makeDir(t, map[string]string{"config.json": configOf("GPT2LMHeadModel", "gpt2", "")}), Options{}).dir
	added := []vocab.AddedToken{{ID: 5, Content: "<s>"}, {ID: 6, Content: "</s>"}, {ID: 7, Content: "<e>"}, {ID: 8, Content: "<s>"}}
	template := func(single string) string {
		return `{"type": "TemplateProcessing", "single": [` + single + `], "pair": []}`
	}
	const (
		begin = `{"SpecialToken": {"id": "<s>"}}, {"Sequence": {"id": "A"}}`
		both  = begin + `, {"SpecialToken": {"id": "<e>"}}`
	)
	cases := map[string]struct {
		config, tokenizerConfig, processor, normalizer string
		kinds                                          []string
		bound                                          int
		want                                           string
	}{
		"nothing": {},
		"ids of config.json": {
			config: `{"eos_token_id": 2, "bos_token_id": 1, "pad_token_id": null, "unk_token_id": -1, "sep_token_id": [3], "cls_token_id": 4}`,
			want:   "bos_token_id=1 eos_token_id=2",
		},
		"ids of the text model": {
			config: `{"eos_token_id": 2, "text_config": {"bos_token_id": 1, "eos_token_id": 9}}`,
			want:   "bos_token_id=1 eos_token_id=2",
		},
		"names win over ids": {
			config:          `{"eos_token_id": 2, "bos_token_id": 1}`,
			tokenizerConfig: `{"eos_token": "</s>", "pad_token": {"content": "<e>"}, "unk_token": "<none>"}`,
			want:            "eos_token_id=6 padding_token_id=7 bos_token_id=1",
		},
		"the first of two": {tokenizerConfig: `{"bos_token": "<s>"}`, want: "bos_token_id=5"},
		"bound": {
			config:          `{"bos_token_id": 6}`,
			tokenizerConfig: `{"bos_token": "<e>", "eos_token": "</s>"}`,
			bound:           7,
			want:            "eos_token_id=6 bos_token_id=6",
		},
		"flags": {
			tokenizerConfig: `{"add_eos_token": false, "add_bos_token": true, "add_sep_token": "yes", "add_pad_token": true}`,
			want:            "add_bos_token=true add_eos_token=false",
		},
		"template begins": {
			tokenizerConfig: `{"bos_token": "<s>"}`,
			processor:       template(begin),
			want:            "bos_token_id=5 add_bos_token=true",
		},
		"template begins otherwise": {
			tokenizerConfig: `{"bos_token": "<e>"}`,
			processor:       template(begin),
			want:            "bos_token_id=7 add_bos_token=true",
		},
		"template against flag": {
			tokenizerConfig: `{"bos_token": "<s>", "add_bos_token": false}`,
			processor:       template(begin),
			want:            "bos_token_id=5 add_bos_token=false",
		},
		"template, cls for bos": {
			tokenizerConfig: `{"cls_token": "<s>", "sep_token": "<e>"}`,
			processor:       template(both),
			want:            "bos_token_id=5 eos_token_id=7 seperator_token_id=7 add_bos_token=true add_eos_token=true",
		},
		"template ends otherwise": {
			tokenizerConfig: `{"bos_token": "<s>", "eos_token": "</s>"}`,
			processor:       template(both),
			want:            "bos_token_id=5 eos_token_id=7 eot_token_id=6 add_bos_token=true add_eos_token=true",
		},
		"template ends otherwise, for infilling": {
			tokenizerConfig: `{"bos_token": "<s>", "eos_token": "</s>"}`,
			processor:       template(both),
			kinds:           infillKinds,
			want:            "eom_token_id=6 add_bos_token=true add_eos_token=true",
		},
		"eos as an object": {
			tokenizerConfig: `{"bos_token": {"content": "<s>"}, "eos_token": {"content": "<e>"}}`,
			processor:       template(both),
			want:            "bos_token_id=5 eos_token_id=7 eot_token_id=7 add_bos_token=true add_eos_token=true",
		},
		"template without a configuration": {
			processor: template(both),
			want:      "add_bos_token=true add_eos_token=true",
		},
		"template of a sequence alone": {processor: template(`{"Sequence": {"id": "A"}}`)},
		"Roberta": {
			tokenizerConfig: `{"eos_token": "<e>"}`,
			processor:       `{"type": "Sequence", "processors": [{"type": "ByteLevel"}, {"type": "RobertaProcessing", "sep": ["</s>", 6], "cls": ["<s>", 5]}]}`,
			want:            "eos_token_id=7 seperator_token_id=6 add_bos_token=true add_eos_token=true add_sep_token=true",
		},
		"Roberta without a configuration": {
			processor: `{"type": "RobertaProcessing"}`,
			want:      "add_bos_token=true add_eos_token=true add_sep_token=true",
		},
		"lowercase": {normalizer: `{"type": "Sequence", "normalizers": [{"type": "NFC"}, {"type": "Lowercase"}]}`, want: "normalizer.lowercase=true"},
		"BERT's normalizer": {
			normalizer: `{"type": "BertNormalizer", "lowercase": false, "strip_accents": true}`,
			want:       "normalizer.lowercase=false normalizer.strip_accents=true",
		},
		"BERT's normalizer, undecided": {normalizer: `{"type": "BertNormalizer", "strip_accents": null}`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			f := &vocabFiles{
				dir:             dir,
				config:          parsed(t, c.config),
				tokenizerConfig: parsed(t, c.tokenizerConfig),
				tokenizer: &vocab.JSON{
					AddedTokens:   added,
					PostProcessor: parsed(t, c.processor),
					Normalizer:    parsed(t, c.normalizer),
				},
			}
			kinds := c.kinds
			if kinds == nil {
				kinds = specialKinds
			}
			if got := specialKeys(t, f, kinds, c.bound); got != c.want {
				t.Errorf("got %s\nwant %s", got, c.want)
			}
		})
	}
}
