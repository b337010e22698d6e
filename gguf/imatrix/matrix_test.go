package imatrix_test

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/nibble-go/nibble/gguf/imatrix"
)

func TestLegacy(t *testing.T) {
	entries := func() *raw {
		return (&raw{}).i32(2).entry("b", 4, 1, 2, 0).entry("a", 0, 3, 5)
	}
	for _, c := range []struct {
		name     string
		file     *raw
		chunks   int64
		datasets []string
	}{
		{"without a trailer", entries(), 0, nil},
		{"with chunks", entries().i32(9), 9, nil},
		{"with no data set", entries().i32(9).str(""), 9, nil},
		{"with a data set", entries().i32(9).str("a.txt"), 9, []string{"a.txt"}},
		{"with a data set that ends early", entries().i32(0).str("a.txt\x00b"), 0, []string{"a.txt"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := mustRead(t, c.file.b)
			if m.Name != "m" || !m.Legacy || m.Chunks != c.chunks || m.ChunkSize != 0 || !slices.Equal(m.Datasets, c.datasets) {
				t.Errorf("%+v", m)
			}
			if m.Len() != 2 || !slices.Equal(m.Names(), []string{"a", "b"}) {
				t.Errorf("%d entries, %q", m.Len(), m.Names())
			}
			if w := weights(t, m, "b"); !slices.Equal(w, []float32{0.25, 0.5, 0}) {
				t.Errorf("b is %v", w)
			}
			if w := weights(t, m, "a"); !slices.Equal(w, []float32{3, 5}) { // no calls: as it is
				t.Errorf("a is %v", w)
			}
		})
	}
}

func TestGGUF(t *testing.T) {
	b, _ := newContainer().
		entry("x", []float32{3}, []float32{1, 2, 3}).
		tensor("unrelated", []int64{1}, -1).
		entry("e", []float32{2, 0, 0.5, 0.4, 2.5}, []float32{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}).
		bytes(t)
	m := mustRead(t, b)
	if m.Name != "m" || m.Legacy || m.Chunks != 7 || m.ChunkSize != 512 || !slices.Equal(m.Datasets, []string{"a.txt", "b.txt"}) {
		t.Errorf("%+v", m)
	}
	if !slices.Equal(m.Names(), []string{"e", "x"}) {
		t.Errorf("entries %q", m.Names())
	}
	three := float32(3)
	if w := weights(t, m, "x"); !slices.Equal(w, []float32{1 / three, 2 / three, 1}) {
		t.Errorf("x is %v", w)
	}
	// Counts are rounded, halves away from zero, and 0 means 1 as the weight.
	if w := weights(t, m, "e"); !slices.Equal(w, []float32{0.5, 1, 1, 1, 5, 6, 1, 1, 9 / three, 10 / three}) {
		t.Errorf("e is %v", w)
	}
}

func TestEntryReadAtBounds(t *testing.T) {
	b, _ := newContainer().entry("x", []float32{1, 1}, []float32{1, 2, 3, 4}).bytes(t)
	e, _ := mustRead(t, b).Entry("x")
	for _, c := range []struct {
		n    int
		from int64
		ok   bool
	}{
		{0, 0, true}, {4, 0, true}, {1, 3, true}, {0, 4, true}, {2, 1, true},
		{5, 0, false}, {1, 4, false}, {0, 5, false}, {1, -1, false}, {1, 1<<63 - 1, false}, {4, -1 << 63, false},
	} {
		err := e.ReadAt(make([]float32, c.n), c.from)
		if (err == nil) != c.ok {
			t.Errorf("%d values from %d: %v", c.n, c.from, err)
		}
	}
}

// The source may fail later than at opening.
func TestEntryReadAtFails(t *testing.T) {
	gone := errors.New("gone")
	b, _ := newContainer().entry("x", []float32{1, 1}, []float32{1, 2, 3, 4}).bytes(t)
	sums := int64(bytes.Index(b, (&raw{}).f32(1, 2, 3, 4).b))
	for _, c := range []struct {
		name string
		r    failing
		want error
	}{
		{"sums", failing{b, sums, gone}, gone},
		{"counts", failing{b, sums + 16, gone}, gone},
		{"shrunk", failing{b, sums + 8, io.EOF}, io.ErrUnexpectedEOF},
	} {
		source := c.r
		source.from = int64(len(b))
		m, err := imatrix.Read(&source, int64(len(b)), "m")
		if err != nil {
			t.Fatal(err)
		}
		source.from = c.r.from
		e, _ := m.Entry("x")
		err = e.ReadAt(make([]float32, 4), 0)
		if !errors.Is(err, c.want) || errors.Is(err, imatrix.ErrFormat) || !strings.Contains(err.Error(), `entry "x"`) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// failing is a source whose bytes from one on give an error.
type failing struct {
	b    []byte
	from int64
	err  error
}

func (f *failing) ReadAt(p []byte, off int64) (int, error) {
	n, err := bytes.NewReader(f.b).ReadAt(p, off)
	if off+int64(n) > f.from {
		return int(max(0, f.from-off)), f.err
	}
	return n, err
}

// Whichever read of the source fails at opening, its error comes through, and
// not as a malformed file.
func TestReadFails(t *testing.T) {
	gone := errors.New("gone")
	container, _ := newContainer().entry("x", []float32{1, 1}, []float32{1, 2, 3, 4}).bytes(t)
	for name, b := range map[string][]byte{
		"legacy": (&raw{}).i32(1).entry("a", 1, 2, 3).i32(1).str("d").b,
		"gguf":   container,
	} {
		reads := 0
		for {
			_, err := imatrix.Read(&flaky{bytes.NewReader(b), reads, gone}, int64(len(b)), "m")
			if err == nil {
				break
			}
			if !errors.Is(err, gone) || errors.Is(err, imatrix.ErrFormat) || !strings.HasPrefix(err.Error(), "m: ") {
				t.Fatalf("%s, failing after %d reads: %v", name, reads, err)
			}
			reads++
		}
		if reads < 3 {
			t.Errorf("%s is opened with %d reads", name, reads)
		}
	}
	if _, err := imatrix.Read(bytes.NewReader(nil), -1, "m"); err == nil {
		t.Error("negative size is accepted")
	}
}

// flaky is a source that fails after a number of reads.
type flaky struct {
	r    io.ReaderAt
	left int
	err  error
}

func (f *flaky) ReadAt(p []byte, off int64) (int, error) {
	if f.left == 0 {
		return 0, f.err
	}
	f.left--
	return f.r.ReadAt(p, off)
}

func TestKeep(t *testing.T) {
	m := mustRead(t, (&raw{}).i32(3).entry("blk.0.a", 1, 2).entry("blk.1.a", 1, 2).entry("blk.1.b", 1, 2).i32(5).str("d").b)
	kept := m.Keep(func(name string) bool { return strings.Contains(name, "1.") })
	if !slices.Equal(kept.Names(), []string{"blk.1.a", "blk.1.b"}) || kept.Chunks != 5 || kept.Name != "m" || len(kept.Datasets) != 1 {
		t.Errorf("%+v", kept)
	}
	if _, ok := kept.Entry("blk.0.a"); ok || m.Len() != 3 {
		t.Error("entry is not left out, or left out of the original")
	}
	if none := kept.Keep(func(string) bool { return false }); none.Len() != 0 || len(none.Names()) != 0 {
		t.Errorf("%+v", none)
	}
	if err := kept.Close(); err != nil { // nothing was opened
		t.Error(err)
	}
}

func TestOpen(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "imatrix.dat")
	if err := os.WriteFile(path, (&raw{}).i32(1).entry("a", 2, 3).b, 0o600); err != nil {
		t.Fatal(err)
	}
	m, err := imatrix.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if w := weights(t, m, "a"); m.Name != path || w[0] != 1.5 {
		t.Errorf("%+v, %v", m, w)
	}
	kept := m.Keep(func(string) bool { return true })
	for range 2 {
		if err := errors.Join(m.Close(), kept.Close()); err != nil {
			t.Error(err)
		}
	}
	e, _ := kept.Entry("a")
	if err := e.ReadAt(make([]float32, 1), 0); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("read from a closed file: %v", err)
	}

	if _, err := imatrix.Open(filepath.Join(dir, "absent")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("absent file: %v", err)
	}
	if _, err := imatrix.Open(dir); err == nil {
		t.Error("directory is opened")
	}
	if err := os.WriteFile(path, []byte("\x01\x00\x00\x00\xff"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := imatrix.Open(path); !errors.Is(err, imatrix.ErrFormat) || !strings.HasPrefix(err.Error(), path+": byte 0: ") {
		t.Errorf("broken file: %v", err)
	}
}

func TestConcurrentReads(t *testing.T) {
	counts, sums := make([]float32, 40), make([]float32, 40*1000)
	for i := range sums {
		sums[i] = float32(i)
		counts[i/1000] = float32(i / 1000)
	}
	b, _ := newContainer().entry("x", counts, sums).bytes(t)
	m := mustRead(t, b)
	want := weights(t, m, "x")
	var wg sync.WaitGroup
	for matrix := range int64(40) {
		wg.Go(func() {
			e, _ := m.Entry("x")
			got := make([]float32, 1000)
			if err := e.ReadAt(got, matrix*1000); err != nil || !slices.Equal(got, want[matrix*1000:][:1000]) {
				t.Errorf("matrix %d: %v", matrix, err)
			}
		})
	}
	wg.Wait()
}
