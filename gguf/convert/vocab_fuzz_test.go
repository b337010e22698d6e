package convert

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/internal/jsonread"
	"github.com/nibble-go/nibble/internal/modeldir"
	"github.com/nibble-go/nibble/tokenize/vocab"
)

// FuzzVocabulary reads a tokenizer.json beside the files that may change it.
// Whatever they say, each id below vocab_size gets one text and one type, or
// there is an error.
func FuzzVocabulary(f *testing.F) {
	tokenizers, err := filepath.Glob("testdata/vocab/*/tokenizer.json")
	if err != nil || len(tokenizers) == 0 {
		f.Fatalf("no seeds (%v)", err)
	}
	for _, path := range tokenizers {
		files := [][]byte{nil, nil, nil, nil}
		for i, name := range []string{"tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json"} {
			if data, err := os.ReadFile(filepath.Join(filepath.Dir(path), name)); err == nil {
				files[i] = data
			}
		}
		f.Add(files[0], files[1], files[2], files[3], uint16(40))
	}
	empty, err := modeldir.Open(f.TempDir())
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = empty.Close() })
	dir := &directory{Dir: empty}

	f.Fuzz(func(t *testing.T, tokenizer, config, named, added []byte, size uint16) {
		parsed, err := vocab.ReadJSON(bytes.NewReader(tokenizer))
		if err != nil {
			return
		}
		files := &vocabFiles{dir: dir, tokenizer: parsed}
		for _, file := range []struct {
			data []byte
			to   **jsonread.Object
		}{{config, &files.tokenizerConfig}, {named, &files.specialTokensMap}, {added, &files.addedTokens}} {
			if *file.to, err = jsonread.ParseObject(file.data, jsonread.Options{NonFinite: true}); err != nil {
				*file.to = nil
			}
		}
		v := &vocabulary{dir: dir, meta: new(gguf.Metadata), size: int(size), modelType: "qwen3"}
		if madeOfPieces(parsed) {
			err = v.writeLlamaHF(files)
		} else {
			err = v.writeBPE(files)
		}
		if err != nil {
			return
		}
		tokens, _ := v.meta.Get(keyTokens)
		types, _ := v.meta.Get(keyTokenType)
		if tokens.Len() != types.Len() {
			t.Fatalf("%d tokens and %d types", tokens.Len(), types.Len())
		}
		kinds, err := types.Ints()
		if err != nil {
			t.Fatal(err)
		}
		for id, kind := range kinds {
			if kind < tokenNormal || kind > tokenByte {
				t.Fatalf("token %d has type %d", id, kind)
			}
		}
	})
}
