//go:build !nibbletext

package text_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/internal/sample"
	"github.com/nibble-go/nibble/tokenize"
	"github.com/nibble-go/nibble/wasm"
)

func TestOpen(t *testing.T) {
	c := newClient(t)
	files := []string{"tokenizer.json", "tokenizer_config.json", "config.json", "generation_config.json", "README.md"}
	var blobs [][]byte
	for _, name := range files {
		data, err := fs.ReadFile(sample.FS(), name)
		if err != nil {
			t.Fatal(err)
		}
		blobs = append(blobs, data)
	}
	var reply wasm.TextOpenReply
	c.Call(wasm.OpTextOpen, &wasm.TextOpenRequest{Files: files}, &reply, blobs...)
	tok, err := tokenize.ReadFS(sample.FS(), tokenize.LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	info := tok.Info()
	if reply.Source != info.Source || reply.Model != info.Model || reply.VocabSize != info.VocabSize ||
		reply.ByteComplete != info.ByteComplete || reply.ContextLength != info.ContextLength || info.ContextLength == 0 || !reply.HasMerges {
		t.Errorf("%+v\nwant %+v", reply, info)
	}
	if len(reply.Added) != len(info.Added) {
		t.Fatalf("%+v", reply.Added)
	}
	for i, a := range info.Added {
		want := wasm.TextAdded{ID: a.ID, Text: a.Text, Roles: a.Roles, Guessed: a.Guessed, Special: a.Special}
		if got := reply.Added[i]; got.ID != want.ID || got.Text != want.Text || got.Special != want.Special ||
			strings.Join(got.Roles, ",") != strings.Join(want.Roles, ",") || strings.Join(got.Guessed, ",") != strings.Join(want.Guessed, ",") {
			t.Errorf("added token %d is %+v, want %+v", i, got, want)
		}
	}
	stages := []wasm.TextStage{
		{Stage: "preTokenizer", Description: "Split, ByteLevel"},
		{Stage: "postProcessor", Description: "ByteLevel"},
		{Stage: "decoder", Description: "ByteLevel"},
	}
	if !reflect.DeepEqual(reply.Stages, stages) {
		t.Errorf("stages %+v", reply.Stages)
	}
}

// TestOpenPath: without blobs the file system of the guest has the file.
func TestOpenPath(t *testing.T) {
	c := newClient(t)
	path := filepath.Join(t.TempDir(), "tokenizer.json")
	if err := os.WriteFile(path, []byte(wordsJSON), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, at := range []string{path, filepath.Dir(path)} {
		var reply wasm.TextOpenReply
		c.Call(wasm.OpTextOpen, &wasm.TextOpenRequest{Files: []string{at}}, &reply)
		if reply.Model != "WordLevel" || reply.HasMerges {
			t.Errorf("%+v", reply)
		}
	}
	c.Refused(wasm.StatusInput, wasm.OpTextOpen, &wasm.TextOpenRequest{Files: []string{path + ".not"}})
}

func TestClose(t *testing.T) {
	c := newClient(t)
	handle, _ := c.openSample()
	other, _ := c.openSample()
	var empty wasm.Empty
	c.Call(wasm.OpTextClose, &wasm.TextHandle{Tokenizer: handle}, &empty)
	c.Refused(wasm.StatusUsage, wasm.OpTextClose, &wasm.TextHandle{Tokenizer: handle})
	c.Refused(wasm.StatusUsage, wasm.OpTextEncode, &wasm.TextEncodeRequest{Tokenizer: handle}, []byte("a"))
	if e := c.encode(other, "a", wasm.TextOptions{}); e.Tokens != 1 {
		t.Errorf("%+v", e)
	}
}

// TestFingerprint: it is the same for the same vocabulary, and another one for
// any difference that shows in tokens.
func TestFingerprint(t *testing.T) {
	c := newClient(t)
	want := c.open("tokenizer.json", []byte(wordsJSON)).Fingerprint
	if again := c.open("another.json", []byte(wordsJSON+"\n")).Fingerprint; again != want || len(want) != 16 {
		t.Errorf("%q, then %q", want, again)
	}
	for name, change := range map[string][2]string{
		"token":         {`"fox": 5`, `"fix": 5`},
		"id":            {`"the": 4, "fox": 5`, `"fox": 4, "the": 5`},
		"flag":          {`"id": 3, "content": "<b>", "single_word": false`, `"id": 3, "content": "<b>", "single_word": true`},
		"pre-tokenizer": {`"type": "WhitespaceSplit"`, `"type": "Whitespace"`},
		"template":      {`"ids": [1]`, `"ids": [2]`},
	} {
		changed := strings.Replace(wordsJSON, change[0], change[1], 1)
		if changed == wordsJSON {
			t.Fatalf("%s: nothing to change", name)
		}
		if got := c.open("tokenizer.json", []byte(changed)).Fingerprint; got == want {
			t.Errorf("%s: the fingerprint does not tell", name)
		}
	}
}
