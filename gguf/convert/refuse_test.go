package convert

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestRefusedFiles: of a file that is no GGUF file it is said what it is
// instead, and what to do.
func TestRefusedFiles(t *testing.T) {
	for _, test := range []struct{ name, text, what, hint string }{
		{"empty.gguf", "", "is empty", "every GGUF file starts with GGUF"},
		{"empty", "", "is empty", "every GGUF file starts with GGUF"},
		{"text.gguf", "hello, world", `starts with "hell", not "GGUF"`, "download it again"},
		{"short.GGUF", "GG", `starts with "GG", not "GGUF"`, "download it again"},
		{"pointer.gguf", lfsMagic + ".github.com/spec/v1\n", "is a git-lfs pointer", "git lfs pull"},
		{"pytorch_model.bin", "PK", "pickled weights", ".safetensors"},
		{"config.json", "{}", "neither a model directory nor a GGUF file", "give the directory"},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), test.name)
			if err := os.WriteFile(path, []byte(test.text), 0o666); err != nil {
				t.Fatal(err)
			}
			_, err := NewPlan(context.Background(), path, Options{Type: "q4_0"})
			refused, ok := errors.AsType[*RefusedError](err)
			if !ok || refused.Path != path || !strings.Contains(refused.What, test.what) || !strings.Contains(refused.Hint, test.hint) {
				t.Errorf("have %#v, want %s", err, test.what)
			}
		})
	}
}

// TestDirectoryOfFiles: a directory that has GGUF files only is refused with the
// path of the one to give.
func TestDirectoryOfFiles(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"README.md", "m-00001-of-00002.gguf", "m-00002-of-00002.gguf"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(ggufMagic), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	_, err := Compare(context.Background(), dir, dir, CompareOptions{})
	if refused, ok := errors.AsType[*RefusedError](err); !ok || !strings.HasSuffix(refused.Hint, filepath.Join(dir, "m-00001-of-00002.gguf")) {
		t.Errorf("have %#v", err)
	}
}
