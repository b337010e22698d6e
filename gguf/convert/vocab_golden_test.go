package convert

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/internal/modeldir"
)

// sharedDir holds the reference data that stands beside the repository.
const sharedDir = "../../../shared"

func skipWithoutShared(t *testing.T) {
	t.Helper()
	if _, err := os.Stat(sharedDir); err != nil {
		t.Skip("no reference data beside the repository (../shared)")
	}
}

// openVocabulary understands a model directory without its weights.
func openVocabulary(t *testing.T, path string, opts Options) *model {
	t.Helper()
	files, err := modeldir.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = files.Close() })
	m, err := newModel(&directory{Dir: files, path: path}, opts)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// vocabularyOf returns the keys that a model directory's vocabulary becomes.
func vocabularyOf(t *testing.T, path string, opts Options) (*gguf.Metadata, error) {
	t.Helper()
	meta := new(gguf.Metadata)
	err := openVocabulary(t, path, opts).addVocabulary(meta)
	return meta, err
}

// TestVocabularyGolden compares every tokenizer key with what
// convert_hf_to_gguf.py of August 2026 wrote: order, types and values.
func TestVocabularyGolden(t *testing.T) {
	skipWithoutShared(t)
	convert := filepath.Join(sharedDir, "golden", "convert")
	cases := map[string]string{
		filepath.Join(sharedDir, "models", "fable-4m"): filepath.Join(sharedDir, "models", "fable-4m-bf16.gguf"),
	}
	heads, err := filepath.Glob(filepath.Join(convert, "*.auto.head"))
	if err != nil || len(heads) == 0 {
		t.Fatalf("no golden heads in %s (%v)", convert, err)
	}
	for _, head := range heads {
		cases[strings.TrimSuffix(head, ".auto.head")] = head
	}
	for dir, head := range cases {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			t.Parallel()
			got, err := vocabularyOf(t, dir, Options{})
			if err != nil {
				t.Fatal(err)
			}
			compareTokenizerKeys(t, got, readHead(t, head))
		})
	}
}

// readHead reads the metadata of a file that may end before its first tensor.
func readHead(t *testing.T, path string) *gguf.Metadata {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	file, err := gguf.NewReader(zeroPadded{f}, 1<<40, gguf.ReaderOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return file.Metadata
}

// zeroPadded goes on with zeros where its file ends.
type zeroPadded struct{ io.ReaderAt }

func (z zeroPadded) ReadAt(p []byte, at int64) (int, error) {
	n, err := z.ReaderAt.ReadAt(p, at)
	if errors.Is(err, io.EOF) {
		clear(p[n:])
		return len(p), nil
	}
	return n, err
}

func compareTokenizerKeys(t *testing.T, got, want *gguf.Metadata) {
	t.Helper()
	if _, ok := want.Get(keyTokens); !ok {
		t.Fatal("the reference has no tokens")
	}
	next, stop := iter.Pull2(got.All())
	defer stop()
	for key, wantValue := range want.All() {
		if !strings.HasPrefix(key, "tokenizer.") {
			continue
		}
		gotKey, gotValue, ok := next()
		if !ok || gotKey != key {
			t.Fatalf("key %q, want %q", gotKey, key)
		}
		if g, w := showValue(t, gotValue), showValue(t, wantValue); g != w {
			t.Errorf("%s:\n got %s\nwant %s", key, g, w)
		}
	}
	if key, _, ok := next(); ok {
		t.Errorf("key %q, want no more", key)
	}
}

// showValue writes out a value with its type, all elements of an array
// included.
func showValue(t *testing.T, v gguf.Value) string {
	t.Helper()
	if v.Type() != gguf.TypeArray {
		return v.Type().String() + " " + v.String()
	}
	var elements any
	var err error
	switch v.ElemType() {
	case gguf.TypeString:
		elements, err = v.Strings()
	case gguf.TypeFloat32:
		elements, err = v.Floats()
	default:
		elements, err = v.Ints()
	}
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%v %q", v, fmt.Sprint(elements))
}
