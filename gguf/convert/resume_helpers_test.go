package convert

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/internal/atomicfile"
	"github.com/nibble-go/nibble/quantize"
)

// manySmall lays out tensors of a few rows each, with padding behind some, in as many files as splitTensors makes of
// them.
func manySmall(t testing.TB, splitTensors int) *Plan {
	t.Helper()
	p := new(Plan)
	for i := range 24 {
		r := noise(uint32(i), int64(1+i%3), int64(32*(1+i%5)))
		typ := []quantize.Type{quantize.Q4_0, quantize.Q8_0, quantize.F32}[i%3]
		bytes, err := typ.RowBytes(valueCount(r.shape()))
		if err != nil {
			t.Fatal(err)
		}
		p.Tensors = append(p.Tensors, Tensor{
			Name: fmt.Sprintf("blk.%d.ffn_up.weight", i), Shape: r.shape(), Source: r.dtype().String(),
			Type: typ, Wanted: typ, Bytes: bytes, rows: r, precision: quantize.F32,
		})
	}
	meta := new(gguf.Metadata)
	meta.Set("general.architecture", gguf.String("llama"))
	if err := p.layOut(meta, Options{SplitMaxTensors: splitTensors}); err != nil {
		t.Fatal(err)
	}
	return p
}

// undisturbed writes p undisturbed and returns the bytes of its files, and its report without what depends on the time.
func undisturbed(t testing.TB, p *Plan) ([][]byte, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "model.gguf")
	report, err := p.WriteFile(context.Background(), path, WriteOptions{StreamOptions: StreamOptions{Measure: true, Workers: 1}})
	if err != nil {
		t.Fatal(err)
	}
	return readAllFiles(t, report.Paths), withoutTime(t, report)
}

func readAllFiles(t testing.TB, paths []string) [][]byte {
	t.Helper()
	var all [][]byte
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, data)
	}
	return all
}

func withoutTime(t testing.TB, report *Report) string {
	t.Helper()
	r := *report
	r.Paths, r.Seconds, r.Resumed = nil, 0, 0
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func specsOf(p *Plan, path string) []atomicfile.Spec {
	var specs []atomicfile.Spec
	for i, name := range p.Paths(path) {
		specs = append(specs, atomicfile.Spec{Path: name, Size: p.Files[i].FileSize})
	}
	return specs
}

// copyDir copies the files of a directory to a new one, as they stand there.
func copyDir(t testing.TB, from string) string {
	t.Helper()
	to := t.TempDir()
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	return to
}

// crashed begins to write p and dies after chunk `last`: it returns a directory as it stands then. Chunks up to
// `recorded` are in the journal; -1: there is none.
func crashed(t testing.TB, p *Plan, dir string, recorded, last int) string {
	t.Helper()
	left, err := crash(t, p, dir, recorded, last)
	if err != nil {
		t.Fatal(err)
	}
	return left
}

// crash is crashed where what stands in dir may be refused.
func crash(t testing.TB, p *Plan, dir string, recorded, last int) (string, error) {
	t.Helper()
	path := filepath.Join(dir, "model.gguf")
	j, err := p.openJournal(specsOf(p, path), true, true)
	if err != nil {
		return "", err
	}
	defer j.set.Abort()
	var snapshot string
	chunks := 0
	opts := WriteOptions{recordEvery: time.Hour}
	opts.Workers = 1
	opts.Progress = func(int64, int64) {
		if chunks == recorded {
			if err := j.record(); err != nil {
				t.Fatal(err)
			}
		}
		if chunks == last {
			snapshot = copyDir(t, dir)
		}
		chunks++
	}
	if _, err := j.write(context.Background(), opts); err != nil {
		t.Fatal(err)
	}
	return snapshot, nil
}

func finish(t testing.TB, p *Plan, dir string) *Report {
	t.Helper()
	report, err := p.WriteFile(context.Background(), filepath.Join(dir, "model.gguf"),
		WriteOptions{Force: true, Resume: true, StreamOptions: StreamOptions{Measure: true, Workers: 2}})
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// globOne returns the one file of dir that has this suffix.
func globOne(t testing.TB, dir, suffix string) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, ".*"+suffix))
	if err != nil || len(found) != 1 {
		t.Fatalf("files with %q: %q, %v; want one", suffix, found, err)
	}
	return found[0]
}

func entriesOf(t testing.TB, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}
