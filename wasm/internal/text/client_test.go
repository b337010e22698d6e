package text_test

import (
	"encoding/binary"
	"io/fs"

	"pgregory.net/rapid"

	"github.com/nibble-go/nibble/internal/sample"
	"github.com/nibble-go/nibble/tokenize"
	"github.com/nibble-go/nibble/wasm"
	"github.com/nibble-go/nibble/wasm/internal/serve"
	"github.com/nibble-go/nibble/wasm/internal/serve/servetest"
	"github.com/nibble-go/nibble/wasm/internal/text"
)

// A client calls the room's handlers.
type client struct{ servetest.Client }

func newClient(tb rapid.TB) client {
	h := serve.Handlers{}
	new(text.Room).AddTo(h)
	return client{servetest.Client{TB: tb, Handlers: h, StatusOf: text.StatusOf}}
}

// with returns the client for another test.
func (c client) with(tb rapid.TB) client { return client{c.With(tb)} }

// open opens a vocabulary of one file.
func (c client) open(name string, data []byte) *wasm.TextOpenReply {
	c.Helper()
	var reply wasm.TextOpenReply
	c.Call(wasm.OpTextOpen, &wasm.TextOpenRequest{Files: []string{name}}, &reply, data)
	return &reply
}

// openSample opens the sample's vocabulary, also outside of the handlers.
func (c client) openSample() (int, *tokenize.Tokenizer) {
	c.Helper()
	data, err := fs.ReadFile(sample.FS(), "tokenizer.json")
	if err != nil {
		c.Fatal(err)
	}
	tok, err := tokenize.Read("tokenizer.json", data, tokenize.LoadOptions{})
	if err != nil {
		c.Fatal(err)
	}
	return c.open("tokenizer.json", data).Tokenizer, tok
}

// numbers returns the numbers of a blob.
func numbers(blob []byte) []uint32 {
	list := make([]uint32, len(blob)/4)
	for i := range list {
		list[i] = binary.LittleEndian.Uint32(blob[4*i:])
	}
	return list
}

func blobOf(list ...uint32) []byte {
	var blob []byte
	for _, v := range list {
		blob = binary.LittleEndian.AppendUint32(blob, v)
	}
	return blob
}

// wordsJSON is a vocabulary of words with a template around a text.
const wordsJSON = `{"version": "1.0", "truncation": {"max_length": 3, "stride": 0, "strategy": "LongestFirst"}, "padding": null,
"added_tokens": [
  {"id": 0, "content": "[UNK]", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true},
  {"id": 1, "content": "[CLS]", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true},
  {"id": 2, "content": "[SEP]", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true},
  {"id": 3, "content": "<b>", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": false}],
"normalizer": {"type": "NFKC"},
"pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "WhitespaceSplit"}, {"type": "Split", "pattern": {"String": "i"}, "behavior": "MergedWithNext", "invert": false}]},
"post_processor": {"type": "TemplateProcessing",
  "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
  "pair": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
  "special_tokens": {"[CLS]": {"id": "[CLS]", "ids": [1], "tokens": ["[CLS]"]}, "[SEP]": {"id": "[SEP]", "ids": [2], "tokens": ["[SEP]"]}}},
"decoder": null,
"model": {"type": "WordLevel", "vocab": {"[UNK]": 0, "[CLS]": 1, "[SEP]": 2, "<b>": 3, "the": 4, "fox": 5, "f": 6, "i": 7}, "unk_token": "[UNK]"}}`
