package edit_test

import (
	"bufio"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/gguf/edit"
)

// splits are the bounds of testdata/llama-gguf-split.txt.
var splits = map[string]edit.SplitOptions{
	"tensors-1":       {MaxTensors: 1},
	"tensors-2":       {MaxTensors: 2},
	"tensors-4-first": {MaxTensors: 4, TensorlessFirst: true},
	"tensors-128":     {MaxTensors: 128},
	"size-1M":         {MaxBytes: 1e6},
	"size-1M-first":   {MaxBytes: 1e6, TensorlessFirst: true},
}

// The files are those that llama-gguf-split makes, split and merged.
func TestSplitGolden(t *testing.T) {
	golden, err := os.Open(filepath.Join("testdata", "llama-gguf-split.txt"))
	if err != nil {
		t.Fatal(err)
	}
	defer golden.Close()
	want := make(map[string]string) // sums by "name/file"
	for lines := bufio.NewScanner(golden); lines.Scan(); {
		s, name, _ := strings.Cut(lines.Text(), "  ")
		want[name] = s
	}
	f, err := gguf.Open(whole)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for name, opts := range splits {
		plan, err := edit.Split(f, opts)
		if err != nil {
			t.Fatal(err)
		}
		paths := plan.Paths(filepath.Join(t.TempDir(), "x"))
		if err := plan.WriteFiles(t.Context(), paths, edit.WriteOptions{}); err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			key := name + "/" + filepath.Base(path)
			if got := sum(readFile(t, path)); got != want[key] {
				t.Errorf("%s: SHA-256 %s, want %q", key, got, want[key])
			}
			delete(want, key)
		}
		set, err := gguf.OpenWith(paths[0], gguf.ReaderOptions{Strict: true})
		if err != nil {
			t.Fatal(err)
		}
		merge, err := edit.Merge(set)
		if err != nil {
			t.Fatal(err)
		}
		merged := filepath.Join(t.TempDir(), "merged.gguf")
		if err := merge.WriteFiles(t.Context(), merge.Paths(merged), edit.WriteOptions{}); err != nil {
			t.Fatal(err)
		}
		if err := set.Close(); err != nil {
			t.Fatal(err)
		}
		if got := sum(readFile(t, merged)); got != want[name+"/merged"] {
			t.Errorf("%s, merged: SHA-256 %s, want %q", name, got, want[name+"/merged"])
		}
		delete(want, name+"/merged")
	}
	for key := range want {
		t.Errorf("%s was not made", key)
	}
}

func TestSplitByBytes(t *testing.T) {
	f, err := gguf.Open(whole)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	// The tensors take 32, 128, 32, 416, 32 and 256 bytes with padding to 32.
	for _, c := range []struct {
		most  int64
		first bool
		want  []int
	}{
		{896, false, []int{6}},
		{895, false, []int{5, 1}},
		{192, false, []int{3, 1, 1, 1}}, // the fourth and the last are larger than that
		{160, false, []int{2, 1, 1, 1, 1}},
		{1, false, []int{1, 1, 1, 1, 1, 1}},
		{1, true, []int{0, 1, 1, 1, 1, 1, 1}},
		{896, true, []int{0, 6}},
	} {
		plan, err := edit.Split(f, edit.SplitOptions{MaxBytes: c.most, TensorlessFirst: c.first})
		if err != nil {
			t.Fatal(err)
		}
		var got []int
		for _, l := range plan.Files {
			got = append(got, len(l.Tensors))
		}
		if len(got) != len(c.want) {
			t.Errorf("at most %d bytes: %v, want %v", c.most, got, c.want)
			continue
		}
		for i := range got {
			if got[i] != c.want[i] {
				t.Errorf("at most %d bytes: %v, want %v", c.most, got, c.want)
				break
			}
		}
	}
}

func TestSplitRefuses(t *testing.T) {
	f, err := gguf.Open(whole)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, opts := range []edit.SplitOptions{{}, {MaxBytes: 1, MaxTensors: 1}} {
		if _, err := edit.Split(f, opts); !errors.Is(err, edit.ErrSplit) {
			t.Errorf("%+v: error %v, want ErrSplit", opts, err)
		}
	}
	if _, err := edit.Merge(f); !errors.Is(err, edit.ErrSplit) {
		t.Errorf("merging one file: error %v, want ErrSplit", err)
	}
	part, err := gguf.OpenSingle(filepath.Join("..", "testdata", "splits", "tensors-2-00002-of-00003.gguf"), gguf.ReaderOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer part.Close()
	if _, err := edit.Split(part, edit.SplitOptions{MaxTensors: 1}); !errors.Is(err, edit.ErrSplit) {
		t.Errorf("splitting a part: error %v, want ErrSplit", err)
	}
}
