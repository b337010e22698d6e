package e2e

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/nibble-go/nibble/internal/sample"
	"github.com/nibble-go/nibble/tokenize"
)

// bundled is the tokenizer that the page brings, as native code has it.
var bundled = sync.OnceValues(func() (*tokenize.Tokenizer, error) {
	return tokenize.ReadFS(sample.FS(), tokenize.LoadOptions{})
})

func native(t *testing.T) *tokenize.Tokenizer {
	t.Helper()
	tok, err := bundled()
	if err != nil {
		t.Fatal(err)
	}
	return tok
}

// asShown are the options of the page as it opens. What a file asks for of padding and truncation is not for a text as
// it is looked at.
var asShown = tokenize.Options{AddSpecial: true, Padding: &tokenize.Padding{}, Truncation: &tokenize.Truncation{}}

func encode(t *testing.T, tok *tokenize.Tokenizer, text string, o tokenize.Options) *tokenize.Encoding {
	t.Helper()
	e, err := tok.Encode(text, o)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// shared returns the path of a file of the test data beside the repository, and skips where there is none of it.
func shared(t *testing.T, name string) string {
	t.Helper()
	root, err := filepath.Abs("../../shared")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(root); errors.Is(err, fs.ErrNotExist) {
		t.Skip("no test data beside the repository: ../shared")
	}
	path := filepath.Join(root, name)
	if _, err := os.Stat(path); err != nil {
		t.Fatal(err)
	}
	return path
}

// fewerMerges writes a tokenizer like the bundled one that knows only the first of its merges.
func fewerMerges(t *testing.T) string {
	t.Helper()
	data, err := fs.ReadFile(sample.FS(), "tokenizer.json")
	if err != nil {
		t.Fatal(err)
	}
	var file map[string]any
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	model := file["model"].(map[string]any)
	model["merges"] = model["merges"].([]any)[:500]
	if data, err = json.Marshal(file); err != nil {
		t.Fatal(err)
	}
	return writeFile(t, "tokenizer.json", data)
}

// writeFile writes a file to a directory of its own.
func writeFile(t *testing.T, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}
