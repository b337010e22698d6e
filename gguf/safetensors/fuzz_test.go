package safetensors_test

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/nibble-go/nibble/gguf/safetensors"
)

// ceiling is what reading a small hostile file may allocate.
const ceiling = 64 << 20

// allocating fails the test if f allocates more than the ceiling.
func allocating(t *testing.T, f func()) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	if n := after.TotalAlloc - before.TotalAlloc; n > ceiling {
		t.Errorf("%d bytes allocated", n)
	}
}

// FuzzReader: what can be read covers its file, and written again reads the
// same.
func FuzzReader(f *testing.F) {
	for _, h := range hostileFiles() {
		if len(h.data) < 4096 {
			f.Add(h.data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		allocating(t, func() { readAndWrite(t, data) })
	})
}

func readAndWrite(t *testing.T, data []byte) {
	f, err := safetensors.NewReader(bytes.NewReader(data), int64(len(data)), safetensors.ReaderOptions{})
	if err != nil {
		return
	}
	size := f.DataOffset
	for i, tensor := range f.Tensors {
		if i > 0 && f.Tensors[i-1].Name >= tensor.Name {
			t.Errorf("%q is not in order", tensor.Name)
		}
		size += tensor.Size()
		if n, err := io.Copy(io.Discard, io.NewSectionReader(tensor, 0, tensor.Size())); err != nil || n != tensor.Size() {
			t.Errorf("%q: %d bytes, %v", tensor.Name, n, err)
		}
	}
	if size != f.Size || size != int64(len(data)) {
		t.Errorf("header and tensors have %d bytes, the file %d", size, len(data))
	}
	again := newReader(t, writeFile(t, f))
	if len(again.Tensors) != len(f.Tensors) || len(again.Metadata) != len(f.Metadata) {
		t.Fatalf("%d tensors, %d written", len(f.Tensors), len(again.Tensors))
	}
	for i, tensor := range f.Tensors {
		if b := again.Tensors[i]; b.Name != tensor.Name || b.DType != tensor.DType || b.Size() != tensor.Size() {
			t.Errorf("%+v, written as %+v", tensor, b)
		}
	}
}

// FuzzIndex: no index makes a set read anything but the shard that is there.
func FuzzIndex(f *testing.F) {
	for _, seed := range []string{
		string(indexOf("a", "model.safetensors")),
		string(indexOf("a", "../../x.safetensors")),
		string(indexOf("a", "/x.safetensors", "b", "model.safetensors")),
		`{"metadata":{"total_size":NaN},"weight_map":{"a":"model.safetensors","a":"model.safetensors"}}`,
		`{"weight_map":{"\ud800":null}}`, `{"weight_map":[]}`, `{"weight_map":{}}{}`, "\xef\xbb\xbf{}",
	} {
		f.Add([]byte(seed))
	}
	dir := filepath.Join(f.TempDir(), "model")
	if err := os.Mkdir(dir, 0o700); err != nil {
		f.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "model.safetensors"), shard("a"), 0o600); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, index []byte) {
		if err := os.WriteFile(filepath.Join(dir, indexFile), index, 0o600); err != nil {
			t.Fatal(err)
		}
		allocating(t, func() {
			set, err := safetensors.OpenSet(dir)
			if err != nil {
				return
			}
			if shards := set.Shards(); len(shards) != 1 || shards[0].Name != "model.safetensors" {
				t.Errorf("shards %+v", shards)
			}
			if err := set.Close(); err != nil {
				t.Error(err)
			}
		})
	})
}
