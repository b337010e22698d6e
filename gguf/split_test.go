package gguf_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/quantize"
)

// splitSets are the bounds of testdata/judges/splits.py and the number of
// files that gguf-py makes under them.
var splitSets = []struct {
	name  string
	opts  gguf.SplitOptions
	files int
}{
	{"whole", gguf.SplitOptions{}, 1},
	{"tensors-2", gguf.SplitOptions{MaxTensors: 2}, 3},
	{"tensors-1-first", gguf.SplitOptions{MaxTensors: 1, TensorlessFirst: true}, 7},
	{"bytes-300", gguf.SplitOptions{MaxBytes: 300}, 3},
	{"bytes-99", gguf.SplitOptions{MaxBytes: 99}, 6},
	{"bytes-300-tensors-3-first", gguf.SplitOptions{MaxBytes: 300, MaxTensors: 3, TensorlessFirst: true}, 4},
	{"bytes-100000", gguf.SplitOptions{MaxBytes: 100000}, 1},
	{"bytes-100000-first", gguf.SplitOptions{MaxBytes: 100000, TensorlessFirst: true}, 2},
}

// writeSplits writes the tensors of f under the given bounds and returns the
// names of the files.
func writeSplits(t *testing.T, f *gguf.File, path string, opts gguf.SplitOptions) []string {
	t.Helper()
	infos := make([]gguf.TensorInfo, len(f.Tensors))
	for i, tensor := range f.Tensors {
		infos[i] = tensor.TensorInfo
	}
	layouts, err := gguf.PlanSplits(f.Metadata, infos, opts)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	next := 0
	for i, layout := range layouts {
		name := path
		if len(layouts) > 1 {
			name = gguf.SplitName(strings.TrimSuffix(path, ".gguf"), i, len(layouts))
		}
		names = append(names, name)
		var file bytes.Buffer
		w, err := gguf.NewWriter(&file, layout)
		if err != nil {
			t.Fatal(err)
		}
		for j := range layout.Tensors {
			if err := w.WriteTensor(j, f.Tensors[next].Open()); err != nil {
				t.Fatal(err)
			}
			next++
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, file.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return names
}

// Split sets are cut, named and written as gguf-py does, byte for byte, and
// read as one model.
func TestSplitsReproduced(t *testing.T) {
	whole, err := gguf.Open("testdata/splits/whole.gguf")
	if err != nil {
		t.Fatal(err)
	}
	defer whole.Close()
	for _, set := range splitSets {
		t.Run(set.name, func(t *testing.T) {
			names := writeSplits(t, whole, filepath.Join(t.TempDir(), set.name+".gguf"), set.opts)
			if len(names) != set.files {
				t.Fatalf("%d files, want %d", len(names), set.files)
			}
			for _, name := range names {
				compareFiles(t, name, filepath.Join("testdata/splits", filepath.Base(name)))
			}
			f, err := gguf.OpenWith(names[0], gguf.ReaderOptions{Strict: true})
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			sameTensors(t, f, whole)
			if set.files > 1 && len(f.Splits) != set.files || set.files == 1 && f.Splits != nil {
				t.Errorf("%d splits, want %d", len(f.Splits), set.files)
			}
		})
	}
}

func compareFiles(t *testing.T, got, want string) {
	t.Helper()
	g, err := os.ReadFile(got)
	if err != nil {
		t.Fatal(err)
	}
	w, err := os.ReadFile(want)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(g, w) {
		t.Errorf("%s differs at byte %d", filepath.Base(got), firstDifference(g, w))
	}
}

// sameTensors compares names, order, types, dims and bytes.
func sameTensors(t *testing.T, got, want *gguf.File) {
	t.Helper()
	if len(got.Tensors) != len(want.Tensors) {
		t.Fatalf("%d tensors, want %d", len(got.Tensors), len(want.Tensors))
	}
	for i, g := range got.Tensors {
		w := want.Tensors[i]
		gotBytes, err := io.ReadAll(g.Open())
		if err != nil {
			t.Fatal(err)
		}
		wantBytes, err := io.ReadAll(w.Open())
		if err != nil {
			t.Fatal(err)
		}
		if g.Name != w.Name || g.Type != w.Type || !bytes.Equal(gotBytes, wantBytes) || g.Values() != w.Values() {
			t.Errorf("tensor %d is %s %v %v, want %s %v %v, or its bytes differ", i, g.Name, g.Type, g.Dims, w.Name, w.Type, w.Dims)
		}
	}
}

func TestSplitName(t *testing.T) {
	for _, c := range []struct {
		prefix    string
		no, count int
		name      string
	}{
		{"model", 0, 3, "model-00001-of-00003.gguf"},
		{"a/b-c", 2, 3, "a/b-c-00003-of-00003.gguf"},
		{"", 65534, 65535, "-65535-of-65535.gguf"},
		{"x-00001-of-00002", 0, 2, "x-00001-of-00002-00001-of-00002.gguf"},
	} {
		if got := gguf.SplitName(c.prefix, c.no, c.count); got != c.name {
			t.Errorf("%s, want %s", got, c.name)
		}
		prefix, no, count, ok := gguf.ParseSplitName(c.name)
		if prefix != c.prefix || no != c.no || count != c.count || !ok {
			t.Errorf("%s: %s, %d of %d, %t", c.name, prefix, no, count, ok)
		}
	}
	for _, name := range []string{
		"", ".gguf", "model.gguf", "model-00001-of-00003", "model-1-of-3.gguf", "model-00000-of-00003.gguf",
		"model-00004-of-00003.gguf", "model-+0001-of-00003.gguf", "model-000001-of-00003.gguf", "model-00001-of-.gguf", "model-00001-00003.gguf",
	} {
		if prefix, no, count, ok := gguf.ParseSplitName(name); ok {
			t.Errorf("%q is taken for %q, %d of %d", name, prefix, no, count)
		}
	}
}

func TestParseSplitSize(t *testing.T) {
	for s, want := range map[string]int64{"0": 0, "17": 17, "2K": 2000, "3M": 3e6, "40G": 40e9, "9223372036854775807": 1<<63 - 1} {
		if got, err := gguf.ParseSplitSize(s); got != want || err != nil {
			t.Errorf("%s: %d, %v, want %d", s, got, err, want)
		}
	}
	for _, s := range []string{"", "G", "-1", "-1K", "1.5G", "1T", "1GB", " 1", "9223372036854775808", "9223372036854775807K"} {
		if got, err := gguf.ParseSplitSize(s); err == nil {
			t.Errorf("%q is taken for %d", s, got)
		}
	}
}

// A set that is incomplete or does not belong together is refused in words.
func TestBrokenSplitSets(t *testing.T) {
	set := func(t *testing.T) (dir string) {
		dir = t.TempDir()
		for _, name := range []string{"tensors-2-00001-of-00003.gguf", "tensors-2-00002-of-00003.gguf", "tensors-2-00003-of-00003.gguf"} {
			copyFile(t, filepath.Join("testdata/splits", name), filepath.Join(dir, name))
		}
		return dir
	}
	for _, c := range []struct {
		name  string
		spoil func(t *testing.T, dir string) (open string)
		is    error
		words string
	}{
		{"not the first", func(*testing.T, string) string { return "tensors-2-00002-of-00003.gguf" },
			gguf.ErrFormat, "split 2 of 3 of a set; open the first, "},
		{"renamed", func(t *testing.T, dir string) string {
			rename(t, dir, "tensors-2-00001-of-00003.gguf", "model.gguf")
			return "model.gguf"
		}, gguf.ErrFormat, "name must say: NAME-00001-of-00003.gguf"},
		{"missing", func(t *testing.T, dir string) string {
			rename(t, dir, "tensors-2-00003-of-00003.gguf", "elsewhere")
			return "tensors-2-00001-of-00003.gguf"
		}, fs.ErrNotExist, "tensors-2-00001-of-00003.gguf: file of the split set is missing: "},
		{"swapped", func(t *testing.T, dir string) string {
			rename(t, dir, "tensors-2-00002-of-00003.gguf", "aside")
			rename(t, dir, "tensors-2-00003-of-00003.gguf", "tensors-2-00002-of-00003.gguf")
			rename(t, dir, "aside", "tensors-2-00003-of-00003.gguf")
			return "tensors-2-00001-of-00003.gguf"
		}, gguf.ErrFormat, "split 2 of 3: file says that it is split 3"},
		{"one of a larger set", func(t *testing.T, dir string) string {
			copyFile(t, "testdata/splits/bytes-300-tensors-3-first-00002-of-00004.gguf", filepath.Join(dir, "tensors-2-00002-of-00003.gguf"))
			return "tensors-2-00001-of-00003.gguf"
		}, gguf.ErrFormat, "split 2 of 3: file says that there are 4 splits"},
		{"duplicate tensor", func(t *testing.T, dir string) string {
			writeSplit(t, filepath.Join(dir, "tensors-2-00003-of-00003.gguf"), 2, 3, 6, "blk.0.weight", "x")
			return "tensors-2-00001-of-00003.gguf"
		}, gguf.ErrFormat, `tensor "blk.0.weight": name is in split 1 already`},
		{"too few tensors", func(t *testing.T, dir string) string {
			writeSplit(t, filepath.Join(dir, "tensors-2-00003-of-00003.gguf"), 2, 3, 6, "x")
			return "tensors-2-00001-of-00003.gguf"
		}, gguf.ErrFormat, "first file says that there are 6 tensors, but the splits hold 5"},
		{"no number of files", func(t *testing.T, dir string) string {
			write(t, filepath.Join(dir, "a.gguf"), file().head(0, 1).kv("split.count", gguf.TypeInt32).u32(1<<31).b)
			return "a.gguf"
		}, gguf.ErrFormat, "-2147483648 is no number of files"},
		{"behind the number of files", func(t *testing.T, dir string) string {
			write(t, filepath.Join(dir, "a.gguf"), file().head(0, 2).kv("split.count", gguf.TypeUint16).u16(2).kv("split.no", gguf.TypeUint16).u16(2).b)
			return "a.gguf"
		}, gguf.ErrFormat, "2 is no file of 2"},
		{"malformed split", func(t *testing.T, dir string) string {
			write(t, filepath.Join(dir, "tensors-2-00002-of-00003.gguf"), []byte("GGML"))
			return "tensors-2-00001-of-00003.gguf"
		}, gguf.ErrFormat, "tensors-2-00002-of-00003.gguf: byte 0: magic"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := set(t)
			open := c.spoil(t, dir)
			f, err := gguf.Open(filepath.Join(dir, open))
			if f != nil || !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.words) {
				t.Errorf("file %v, error %v; want no file and one that says %q", f, err, c.words)
			}
			if err != nil && !strings.Contains(err.Error(), dir) {
				t.Errorf("error %v names no file", err)
			}
			missing, ok := errors.AsType[*gguf.MissingSplitError](err)
			if third := filepath.Join(dir, "tensors-2-00003-of-00003.gguf"); ok != (c.name == "missing") || ok && missing.Name != third {
				t.Errorf("error %#v, of the missing file %s or of another fault", err, third)
			}
		})
	}
}

// One file of a set can be read on its own.
func TestOpenSingle(t *testing.T) {
	f, err := gguf.OpenSingle("testdata/splits/tensors-2-00002-of-00003.gguf", gguf.ReaderOptions{Strict: true})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	no, count, err := f.SplitInfo()
	if no != 1 || count != 3 || err != nil || len(f.Tensors) != 2 {
		t.Errorf("split %d of %d, %v, %d tensors", no, count, err, len(f.Tensors))
	}
}

func TestPlanSplitsRefuses(t *testing.T) {
	same := []gguf.TensorInfo{{Name: "a", Type: quantize.F32}, {Name: "b", Type: quantize.F32}, {Name: "a", Type: quantize.F32}}
	if _, err := gguf.PlanSplits(nil, same, gguf.SplitOptions{MaxTensors: 1}); !errors.Is(err, gguf.ErrLayout) {
		t.Errorf("a name in two files: %v", err)
	}
	if _, err := gguf.PlanSplits(nil, make([]gguf.TensorInfo, 65536), gguf.SplitOptions{MaxTensors: 1}); !errors.Is(err, gguf.ErrLayout) {
		t.Errorf("65536 files: %v", err)
	}
}

// The alignment is in every file, since each is read by its own, but for what
// holds where nothing is said.
func TestSplitsKeepAlignment(t *testing.T) {
	for _, test := range []struct {
		alignment uint32
		said      bool // in the second file
	}{{128, true}, {32, false}} {
		meta := new(gguf.Metadata)
		meta.Set("general.alignment", gguf.Uint32(test.alignment))
		layouts, err := gguf.PlanSplits(meta, []gguf.TensorInfo{{Name: "a"}, {Name: "b"}, {Name: "c"}}, gguf.SplitOptions{MaxTensors: 2})
		if err != nil {
			t.Fatal(err)
		}
		for i, l := range layouts {
			if l.Alignment != int64(test.alignment) || l.DataOffset%l.Alignment != 0 {
				t.Errorf("file %d: alignment %d, data offset %d", i, l.Alignment, l.DataOffset)
			}
		}
		if _, said := layouts[1].Metadata.Get("general.alignment"); said != test.said {
			t.Errorf("alignment %d is in the second file: %t, want %t", test.alignment, said, test.said)
		}
	}
}

// A file that llama-gguf-split merged says that it is one of no files.
func TestMergedFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "merged.gguf")
	writeSplit(t, path, 0, 0, 2, "a", "b")
	f, err := gguf.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if no, count, err := f.SplitInfo(); no != 0 || count != 1 || err != nil || len(f.Tensors) != 2 {
		t.Errorf("file %d of %d with %d tensors, %v", no, count, len(f.Tensors), err)
	}
}

// writeSplit writes a file of a split set with tensors of no dims.
func writeSplit(t *testing.T, path string, no uint16, count uint16, tensors uint32, names ...string) {
	t.Helper()
	r := file().head(uint64(len(names)), 3)
	r.kv("split.no", gguf.TypeUint16).u16(no)
	r.kv("split.count", gguf.TypeUint16).u16(count)
	r.kv("split.tensors.count", gguf.TypeInt32).u32(tensors)
	for i, name := range names {
		r.tensor(name, f32, uint64(i)*32)
	}
	write(t, path, r.pad(32).data(32*len(names)).b)
}

func write(t *testing.T, path string, b []byte) {
	t.Helper()
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	b, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	write(t, to, b)
}

func rename(t *testing.T, dir, from, to string) {
	t.Helper()
	if err := os.Rename(filepath.Join(dir, from), filepath.Join(dir, to)); err != nil {
		t.Fatal(err)
	}
}

func TestPlanSplitsAt(t *testing.T) {
	tensors := make([]gguf.TensorInfo, 3)
	for i := range tensors {
		tensors[i] = gguf.TensorInfo{Name: fmt.Sprintf("t%d", i), Dims: []int64{8}, Type: quantize.F32}
	}
	layouts, err := gguf.PlanSplitsAt(nil, tensors, []int{0, 2, 1})
	if err != nil {
		t.Fatal(err)
	}
	var counts []int
	for i, l := range layouts {
		counts = append(counts, len(l.Tensors))
		if no, _ := l.Metadata.Get("split.no"); !reflect.DeepEqual(no, gguf.Uint16(uint16(i))) {
			t.Errorf("file %d has split.no %v", i, no)
		}
	}
	if want := []int{0, 2, 1}; !slices.Equal(counts, want) {
		t.Errorf("files take %v tensors, want %v", counts, want)
	}
	for _, bad := range [][]int{nil, {2}, {4}, {-1, 4}, {2, 2}} {
		if _, err := gguf.PlanSplitsAt(nil, tensors, bad); !errors.Is(err, gguf.ErrLayout) {
			t.Errorf("counts %v: %v", bad, err)
		}
	}
}
