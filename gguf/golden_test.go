package gguf_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/nibble-go/nibble/gguf"
)

// shared is where the test data beside the repository stands.
const shared = "../../shared"

// rewrite lays a file's metadata and tensors out anew and returns the header.
func rewrite(t *testing.T, f *gguf.File) (*gguf.Layout, []byte) {
	t.Helper()
	infos := make([]gguf.TensorInfo, len(f.Tensors))
	for i, tensor := range f.Tensors {
		infos[i] = tensor.TensorInfo
		infos[i].Offset = -1 // must be filled in anew
	}
	layout, err := gguf.NewLayout(f.Metadata, infos)
	if err != nil {
		t.Fatal(err)
	}
	header, err := layout.AppendHeader(nil)
	if err != nil {
		t.Fatal(err)
	}
	return layout, header
}

// Each file holds what convert_hf_to_gguf.py writes before the first tensor
// (testdata/heads/README.md).
func TestHeadsReproduced(t *testing.T) {
	heads, err := filepath.Glob("testdata/heads/*.head")
	if err != nil || len(heads) != 8 {
		t.Fatalf("%d heads found, %v", len(heads), err)
	}
	for _, name := range heads {
		t.Run(filepath.Base(name), func(t *testing.T) {
			want, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			opts := gguf.ReaderOptions{HeaderOnly: true}
			f, err := gguf.NewReader(bytes.NewReader(want), int64(len(want)), opts)
			if err != nil {
				t.Fatal(err)
			}
			if len(f.Warnings) > 0 {
				t.Errorf("warnings: %v", f.Warnings)
			}
			layout, got := rewrite(t, f)
			if !bytes.Equal(got, want) {
				t.Errorf("header written anew differs at byte %d", firstDifference(got, want))
			}
			if layout.DataOffset != int64(len(want)) || f.DataOffset != layout.DataOffset {
				t.Errorf("data offset %d written, %d read, want %d", layout.DataOffset, f.DataOffset, len(want))
			}
		})
	}
}

// Whole files of the reference, written anew tensor by tensor. Those that hold
// a vocabulary alone end without padding, which is written.
func TestFilesReproduced(t *testing.T) {
	if _, err := os.Stat(shared); err != nil {
		t.Skipf("%s is absent", shared)
	}
	var paths []string
	for _, pattern := range []string{"models/*.gguf", "golden/llama-quantize/*.gguf", "tokenizers/llama.cpp/*.gguf"} {
		found, err := filepath.Glob(filepath.Join(shared, pattern))
		if err != nil || len(found) == 0 {
			t.Fatalf("%s: %d files, %v", pattern, len(found), err)
		}
		paths = append(paths, found...)
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			f, err := gguf.OpenWith(path, gguf.ReaderOptions{Strict: true})
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			layout, _ := rewrite(t, f)
			var got bytes.Buffer
			w, err := gguf.NewWriter(&got, layout)
			if err != nil {
				t.Fatal(err)
			}
			for i, tensor := range f.Tensors {
				if tensor.FileOffset() != layout.TensorFileOffset(i) {
					t.Errorf("%s: file offset %d, want %d", tensor.Name, layout.TensorFileOffset(i), tensor.FileOffset())
				}
				if err := w.WriteTensor(i, tensor.Open()); err != nil {
					t.Fatal(err)
				}
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			if int64(got.Len()) != layout.FileSize {
				t.Errorf("%d bytes written, %d laid out", got.Len(), layout.FileSize)
			}
			if len(f.Tensors) == 0 {
				want = append(want, make([]byte, f.DataOffset-int64(len(want)))...)
			}
			if !bytes.Equal(got.Bytes(), want) {
				t.Errorf("file written anew differs at byte %d", firstDifference(got.Bytes(), want))
			}
		})
	}
}

func firstDifference(a, b []byte) int {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return i
		}
	}
	return min(len(a), len(b))
}
