package edit_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"testing"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/quantize"
)

// whole is a small model in one file, which gguf-py wrote.
var whole = filepath.Join("..", "testdata", "splits", "whole.gguf")

// everyType returns a file with a tensor of each type that gguf accepts: two
// rows of 256 values, in bytes that tell their position.
func everyType(t testing.TB, types []quantize.Type) []byte {
	t.Helper()
	var infos []gguf.TensorInfo
	for _, typ := range types {
		infos = append(infos, gguf.TensorInfo{Name: typ.String(), Dims: []int64{256, 2}, Type: typ})
	}
	meta := new(gguf.Metadata)
	meta.Set("general.architecture", gguf.String("made"))
	meta.Set("made.sizes", gguf.Uint16s([]uint16{1, 256, 513}))
	meta.Set("made.names", gguf.Strings([]string{"a", "", "é"}))
	layout, err := gguf.NewLayout(meta, infos)
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	w, err := gguf.NewWriter(&file, layout)
	if err != nil {
		t.Fatal(err)
	}
	for i := range infos {
		data := make([]byte, layout.TensorSize(i))
		for j := range data {
			data[j] = byte(j*7 + j>>8 + 1)
		}
		if err := w.WriteTensor(i, bytes.NewReader(data)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

// read reads a file's header.
func read(t testing.TB, data []byte) *gguf.File {
	t.Helper()
	f, err := gguf.NewReader(bytes.NewReader(data), int64(len(data)), gguf.ReaderOptions{Strict: true})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func readFile(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func writeFile(t testing.TB, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o666); err != nil {
		t.Fatal(err)
	}
}

func sum(data []byte) string {
	s := sha256.Sum256(data)
	return hex.EncodeToString(s[:])
}
