package edit_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/gguf/edit"
	"github.com/nibble-go/nibble/internal/atomicfile"
	"github.com/nibble-go/nibble/quantize"
)

// set returns a change that sets one key.
func set(key string, v gguf.Value) func(*gguf.Metadata) error {
	return func(m *gguf.Metadata) error {
		m.Set(key, v)
		return nil
	}
}

// withText returns a file whose key "text" has a string of n bytes, and a key "number" behind it.
func withText(t testing.TB, n int) []byte {
	t.Helper()
	meta := new(gguf.Metadata)
	meta.Set("text", gguf.String(strings.Repeat("x", n)))
	meta.Set("number", gguf.Uint32(1))
	layout, err := gguf.NewLayout(meta, []gguf.TensorInfo{{Name: "a", Dims: []int64{5}, Type: quantize.F32}})
	if err != nil {
		t.Fatal(err)
	}
	data, err := layout.AppendHeader(nil)
	if err != nil {
		t.Fatal(err)
	}
	return append(data, make([]byte, layout.FileSize-layout.DataOffset)...)
}

func TestUpdateInPlaceOrByCopy(t *testing.T) {
	// "number" stands 24+8+4+4+8+n+8+6+4 bytes from the start.
	const numberAt = 66
	swap := func(data []byte) []byte { return swapped(t, data) }
	for _, c := range []struct {
		name    string
		data    []byte
		change  func(*gguf.Metadata) error
		inPlace bool
		offset  int64
		length  int64
	}{
		{"one byte", withText(t, 5), set("number", gguf.Uint32(2)), true, numberAt + 5, 1},
		{"some bytes", withText(t, 5), set("number", gguf.Uint32(0x01000102)), true, numberAt + 5, 4},
		{"the same", withText(t, 5), set("number", gguf.Uint32(1)), true, 0, 0},
		{"another type of the same size", withText(t, 5), set("number", gguf.Float32(1)), true, numberAt + 5 - 4, 8},
		{"a text of the same length", withText(t, 5), set("text", gguf.String("xxyyx")), true, 24 + 8 + 4 + 4 + 8 + 2, 2},
		{"a shorter text", withText(t, 5), set("text", gguf.String("xxxx")), true, 40, 49},
		{"up to the end of a sector", withText(t, 512-numberAt-4), set("number", gguf.Uint32(0xffffffff)), true, 508, 4},
		{"from the start of a sector", withText(t, 512-numberAt), set("number", gguf.Uint32(0xffffffff)), true, 512, 4},
		{"across sectors", withText(t, 512-numberAt-2), set("number", gguf.Uint32(0xffffffff)), false, 0, 0},
		{"one byte of a number across sectors", withText(t, 512-numberAt-2), set("number", gguf.Uint32(0x00ff0001)), true, 512, 1},
		{"a key before much else", withText(t, 1000), set("text", gguf.String("x")), false, 0, 0},
		{"another alignment", withText(t, 5), set("general.alignment", gguf.Uint32(64)), false, 0, 0},
		{"big-endian", swap(withText(t, 5)), set("number", gguf.Uint32(2)), true, numberAt + 5 + 3, 1},
		{"big-endian, by copy", swap(withText(t, 1000)), set("text", gguf.String("x")), false, 0, 0},
		{"bytes behind the end", append(withText(t, 5), 7), set("number", gguf.Uint32(2)), true, numberAt + 5, 1},
		{"version 2", append([]byte("GGUF\x02"), withText(t, 5)[5:]...), set("number", gguf.Uint32(2)), true, 4, numberAt + 5 - 4 + 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "m.gguf")
			writeFile(t, path, c.data)
			before, err := os.Stat(path)
			if err != nil {
				t.Fatal(err)
			}
			dry, err := edit.Update(t.Context(), path, c.change, edit.UpdateOptions{DryRun: true})
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(readFile(t, path), c.data) {
				t.Fatal("a dry run changed the file")
			}
			got, err := edit.Update(t.Context(), path, c.change, edit.UpdateOptions{})
			if err != nil {
				t.Fatal(err)
			}
			if *dry != *got {
				t.Errorf("a dry run says %+v, and the change %+v", dry, got)
			}
			after, err := os.Stat(path)
			if err != nil {
				t.Fatal(err)
			}
			if got.InPlace != c.inPlace || os.SameFile(before, after) != c.inPlace {
				t.Fatalf("%+v, and the same file: %t; in place wanted: %t", got, os.SameFile(before, after), c.inPlace)
			}
			if c.inPlace && (got.Offset != c.offset || got.Length != c.length) {
				t.Errorf("%d bytes at %d, want %d at %d", got.Length, got.Offset, c.length, c.offset)
			}
			checkUpdated(t, c.data, readFile(t, path), c.change)
		})
	}
}

// checkUpdated holds a changed file against what changing the metadata of the old one gives.
func checkUpdated(t testing.TB, before, after []byte, change func(*gguf.Metadata) error) {
	t.Helper()
	old, err := gguf.NewReader(bytes.NewReader(before), int64(len(before)), gguf.ReaderOptions{})
	if err != nil {
		t.Fatal(err)
	}
	now, err := gguf.NewReader(bytes.NewReader(after), int64(len(after)), gguf.ReaderOptions{})
	if err != nil {
		t.Fatal(err)
	}
	meta := old.Metadata.Clone()
	if err := change(meta); err != nil {
		t.Fatal(err)
	}
	if got, want := header(t, now.Metadata), header(t, meta); !bytes.Equal(got, want) {
		t.Errorf("metadata % x, want % x", got, want)
	}
	if now.ByteOrder != old.ByteOrder || len(now.Tensors) != len(old.Tensors) {
		t.Fatalf("the file became %v with %d tensors", now.ByteOrder, len(now.Tensors))
	}
	for i, tensor := range now.Tensors {
		a, b := make([]byte, tensor.Bytes()), make([]byte, old.Tensors[i].Bytes())
		if _, err := tensor.ReadAt(a, 0); err != nil && len(a) > 0 {
			t.Fatal(err)
		}
		if _, err := old.Tensors[i].ReadAt(b, 0); err != nil && len(b) > 0 {
			t.Fatal(err)
		}
		if tensor.Name != old.Tensors[i].Name || !slices.Equal(tensor.Dims, old.Tensors[i].Dims) || !bytes.Equal(a, b) {
			t.Errorf("tensor %q is another one", tensor.Name)
		}
	}
}

// header returns metadata as it stands in a file.
func header(t testing.TB, m *gguf.Metadata) []byte {
	t.Helper()
	layout, err := gguf.NewLayout(m, nil)
	if err != nil {
		t.Fatal(err)
	}
	b, err := layout.AppendHeader(nil)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Any number of changes, in place or not, leaves the file that writing all of it anew gives.
func TestUpdateProperty(t *testing.T) {
	dir := t.TempDir()
	start := everyType(t, quantize.Types())
	rapid.Check(t, func(rt *rapid.T) {
		path, anew := filepath.Join(dir, "m.gguf"), filepath.Join(dir, "anew.gguf")
		writeFile(t, path, start)
		for range rapid.IntRange(1, 3).Draw(rt, "changes") {
			before := readFile(t, path)
			key := rapid.SampledFrom([]string{"a", "b", "made.sizes", "general.name"}).Draw(rt, "key")
			value := rapid.OneOf(
				rapid.Map(rapid.Uint32(), gguf.Uint32), rapid.Map(rapid.Bool(), gguf.Bool),
				rapid.Map(rapid.StringN(0, 700, 700), gguf.String), rapid.Map(rapid.Float32(), gguf.Float32),
			).Draw(rt, "value")
			remove := rapid.Bool().Draw(rt, "remove")
			change := func(m *gguf.Metadata) error {
				if remove {
					m.Delete(key)
				} else {
					m.Set(key, value)
				}
				return nil
			}
			if _, err := edit.Update(t.Context(), path, change, edit.UpdateOptions{Output: anew, Force: true}); err != nil {
				rt.Fatal(err)
			}
			if _, err := edit.Update(t.Context(), path, change, edit.UpdateOptions{}); err != nil {
				rt.Fatal(err)
			}
			after := readFile(t, path)
			if !bytes.Equal(after, readFile(t, anew)) {
				rt.Fatal("the file itself and the new one differ")
			}
			checkUpdated(t, before, after, change)
		}
	})
}

func TestUpdateFails(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "m.gguf")
	data := withText(t, 1000)
	writeFile(t, path, data)
	link := filepath.Join(dir, "link.gguf")
	if err := os.Symlink("m.gguf", link); err != nil {
		t.Skip("no symbolic links here: ", err)
	}
	longer := set("text", gguf.String("longer"))
	mine := errors.New("mine")
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for _, c := range []struct {
		name   string
		ctx    context.Context
		path   string
		change func(*gguf.Metadata) error
		opts   edit.UpdateOptions
		want   error
	}{
		{"an error of the change", t.Context(), path, func(*gguf.Metadata) error { return mine }, edit.UpdateOptions{}, mine},
		{"a key that no file may have", t.Context(), path, set("ä", gguf.Uint8(1)), edit.UpdateOptions{}, gguf.ErrLayout},
		{"an alignment that no file may have", t.Context(), path, set("general.alignment", gguf.Uint32(3)), edit.UpdateOptions{}, gguf.ErrLayout},
		{"a link", t.Context(), link, longer, edit.UpdateOptions{}, atomicfile.ErrTarget},
		{"a directory", t.Context(), dir, longer, edit.UpdateOptions{}, atomicfile.ErrTarget},
		{"no file", t.Context(), path + "x", longer, edit.UpdateOptions{}, fs.ErrNotExist},
		{"an output that is there", t.Context(), path, longer, edit.UpdateOptions{Output: link}, nil},
		{"the end of the context", cancelled, path, longer, edit.UpdateOptions{}, context.Canceled},
	} {
		_, err := edit.Update(c.ctx, c.path, c.change, c.opts)
		if err == nil || c.want != nil && !errors.Is(err, c.want) {
			t.Errorf("%s: error %v, want %v", c.name, err, c.want)
		}
		if !bytes.Equal(readFile(t, path), data) {
			t.Fatalf("%s: the file was changed", c.name)
		}
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		if len(entries) != 2 {
			t.Errorf("%s: left behind: %v", c.name, entries)
		}
	}
}

// The vocabulary's file holds the metadata, less what belongs to a split set.
func TestExtractVocabulary(t *testing.T) {
	f, err := gguf.OpenSingle(filepath.Join("..", "testdata", "splits", "tensors-2-00001-of-00003.gguf"), gguf.ReaderOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	plan, err := edit.ExtractVocabulary(f)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "vocab.gguf")
	if err := plan.WriteFiles(t.Context(), plan.Paths(path), edit.WriteOptions{}); err != nil {
		t.Fatal(err)
	}
	got := read(t, readFile(t, path))
	if len(got.Tensors) != 0 || got.Metadata.Len() != f.Metadata.Len()-3 {
		t.Errorf("%d tensors and %d keys, of %d", len(got.Tensors), got.Metadata.Len(), f.Metadata.Len())
	}
	tokens, _ := got.Metadata.Get("tokenizer.ggml.tokens")
	if texts, err := tokens.Strings(); err != nil || !slices.Equal(texts, []string{"a", "b", "é"}) {
		t.Errorf("the tokens are %q, %v", texts, err)
	}
	if got.ByteOrder != binary.ByteOrder(binary.LittleEndian) {
		t.Errorf("the file is %v", got.ByteOrder)
	}
}

// A file without a vocabulary, such as an importance matrix or a later file of a split set, becomes none.
func TestExtractNoVocabulary(t *testing.T) {
	for _, path := range []string{
		filepath.Join("..", "imatrix", "testdata", "edges.gguf"),
		filepath.Join("..", "testdata", "splits", "tensors-2-00002-of-00003.gguf"),
	} {
		f, err := gguf.OpenSingle(path, gguf.ReaderOptions{})
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if _, err := edit.ExtractVocabulary(f); !errors.Is(err, edit.ErrNoVocabulary) {
			t.Errorf("%s: error %v, want ErrNoVocabulary", path, err)
		}
	}
}
