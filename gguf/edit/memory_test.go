package edit_test

import (
	"bytes"
	"io"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/gguf/edit"
	"github.com/nibble-go/nibble/quantize"
)

// sparse is a file of a header and zeros.
type sparse struct {
	*bytes.Reader
	size int64
}

func (s sparse) ReadAt(p []byte, off int64) (int, error) {
	if off >= s.size {
		return 0, io.EOF
	}
	n := int(min(int64(len(p)), s.size-off))
	clear(p[:n])
	if off < s.Size() {
		if _, err := s.Reader.ReadAt(p[:n], off); err != nil && err != io.EOF {
			return 0, err
		}
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// Memory does not grow with the tensors.
func TestMemory(t *testing.T) {
	layout, err := gguf.NewLayout(nil, []gguf.TensorInfo{
		{Name: "a", Dims: []int64{1024, 10_000}, Type: quantize.Q8_0},
		{Name: "b", Dims: []int64{1024, 10_000}, Type: quantize.Q4_K},
	})
	if err != nil {
		t.Fatal(err)
	}
	header, err := layout.AppendHeader(nil)
	if err != nil {
		t.Fatal(err)
	}
	f, err := gguf.NewReader(sparse{bytes.NewReader(header), layout.FileSize}, layout.FileSize, gguf.ReaderOptions{Strict: true})
	if err != nil {
		t.Fatal(err)
	}
	for name, planned := range map[string]func() (*edit.Plan, error){
		"metadata":   func() (*edit.Plan, error) { return edit.Retag(f, f.Metadata) },
		"byte order": func() (*edit.Plan, error) { return edit.SwapOrder(f) },
		"split":      func() (*edit.Plan, error) { return edit.Split(f, edit.SplitOptions{MaxTensors: 1}) },
	} {
		plan, err := planned()
		if err != nil {
			t.Fatal(err)
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		paths := plan.Paths(filepath.Join(t.TempDir(), "out.gguf"))
		if err := plan.WriteFiles(t.Context(), paths, edit.WriteOptions{}); err != nil {
			t.Fatal(err)
		}
		runtime.ReadMemStats(&after)
		const most = 6 << 20 // the tensors take 16 MiB
		if n := after.TotalAlloc - before.TotalAlloc; n > most {
			t.Errorf("%s: %d bytes allocated to write %d", name, n, plan.Bytes())
		}
	}
}
