package e2e

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/gguf/convert"
	"github.com/nibble-go/nibble/tokenize"
)

// sampleGGUF converts the bundled model.
func sampleGGUF(t *testing.T, fileType string) string {
	t.Helper()
	plan, err := convert.NewPlan(t.Context(), sampleDirectory(t), convert.Options{Type: fileType})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "fable-4m-"+strings.ToLower(fileType)+".gguf")
	defer plan.Close()
	if _, err := plan.WriteFile(t.Context(), path, convert.WriteOptions{}); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestOwnTokenizers opens a tokenizer of each kind, by choosing files and by dropping them.
func TestOwnTokenizers(t *testing.T) {
	p := openTokens(t, story)
	kitoken := "tokenizers/kitoken/models/"
	for _, c := range []struct {
		name, encoding string
		path           func(*testing.T) string
	}{
		{name: "tokenizer.json", path: fewerMerges},
		{name: "GGUF", path: func(t *testing.T) string { return sampleGGUF(t, "Q8_0") }},
		{name: "WordPiece", path: func(t *testing.T) string { return shared(t, kitoken+"tokenizers/bert_base_cased.json") }},
		{name: "Metaspace", path: func(t *testing.T) string { return shared(t, kitoken+"tokenizers/mistral03.json") }},
		{name: "SentencePiece", path: func(t *testing.T) string { return shared(t, kitoken+"sentencepiece/llama2.model") }},
		{name: "tiktoken", path: func(t *testing.T) string { return shared(t, kitoken+"tiktoken/cl100k_base.tiktoken") }},
		{name: "tiktoken with an encoding", encoding: "o200k_base", path: func(t *testing.T) string { return shared(t, kitoken+"tiktoken/cl100k_base.tiktoken") }},
	} {
		p.step(c.name, func() {
			path := c.path(p.t)
			tok, err := tokenize.OpenWith(path, tokenize.LoadOptions{Encoding: c.encoding})
			if err != nil {
				p.t.Fatal(err)
			}
			p.choose("#tok-open", path)
			if c.encoding != "" {
				p.wait(`!document.querySelector("#tok-encoding-field").hidden`)
				p.pick("#tok-encoding", c.encoding)
			}
			e := encode(p.t, tok, story, asShown)
			p.waitIDs(e.IDs)
			p.waitText(`#tok-facts [data-fact="tokens"]`, grouped(tok.VocabSize()))
			waitValue(p, `document.querySelector("#tok-count-tokens").textContent`, grouped(e.Len()))
			window, left := "not told by the files", ""
			if n := tok.Info().ContextLength; n > 0 {
				window, left = "of the model", grouped(n-e.Len())+" left for the answer"
			}
			waitValue(p, `document.querySelector("#tok-context-source").textContent`, window)
			waitValue(p, `document.querySelector("#tok-context-left").textContent`, left)
		})
	}
	p.step("dropped", func() {
		path := fewerMerges(p.t)
		tok, err := tokenize.Open(path)
		if err != nil {
			p.t.Fatal(err)
		}
		p.drop("#tok-tokenizer", path)
		p.waitIDs(encode(p.t, tok, story, asShown).IDs)
	})
	p.step("no tokenizer", func() {
		before := eval[string](p, shownIDs)
		p.choose("#tok-open", writeFile(p.t, "tokenizer.json", []byte(`{"model": 7}`)))
		p.wait(`document.querySelector("#notices .notice.bad")`)
		waitValue(p, shownIDs, before) // what was open stays
		p.choose("#tok-open", writeFile(p.t, "notes.txt", []byte("hello\n")))
		p.waitText("#notices", "notes.txt: no tokenizer: want a tokenizer.json, a tekken.json, a SentencePiece model (.model), a .tiktoken file or a GGUF file")
	})
	p.step("the bundled one again", func() {
		p.click("#tok-bundled")
		p.waitTokens(story)
	})
	p.step("errors that are past", func() {
		const errors = `document.querySelectorAll("#notices .bad").length`
		waitValue(p, errors, 0) // since another one was opened
		p.choose("#tok-open", writeFile(p.t, "notes.txt", []byte("hello\n")))
		waitValue(p, errors, 1)
		p.click("#tab-weights")
		waitValue(p, errors, 0)
	})
}
