package convert

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/nibble-go/nibble/internal/atomicfile"
)

// Whatever stands in a part where no record claims anything, and whatever becomes of what a record claims: the output
// is right. A crash of the machine leaves any mixture of what was written and what was not.
func TestResumeFromAnything(t *testing.T) {
	p := manySmall(t, 0)
	q := manySmall(t, 7)
	want := map[*Plan][][]byte{}
	for _, p := range []*Plan{p, q} {
		want[p], _ = undisturbed(t, p)
	}
	rapid.Check(t, func(rt *rapid.T) {
		p := rapid.SampledFrom([]*Plan{p, q}).Draw(rt, "plan")
		dir := t.TempDir()
		for range rapid.IntRange(1, 4).Draw(rt, "crashes") {
			last := rapid.IntRange(0, 23).Draw(rt, "last")
			var err error
			dir, err = crash(t, p, dir, rapid.IntRange(-1, last).Draw(rt, "recorded"), last)
			if errors.Is(err, atomicfile.ErrJournal) {
				return // its head was harmed, and that was seen
			}
			if err != nil {
				rt.Fatal(err)
			}
			left, err := filepath.Glob(filepath.Join(dir, ".*"))
			if err != nil {
				t.Fatal(err)
			}
			slices.Sort(left)
			for range rapid.IntRange(0, 3).Draw(rt, "faults") {
				harm(t, rt, rapid.SampledFrom(left).Draw(rt, "file"))
			}
		}
		report, err := p.WriteFile(context.Background(), filepath.Join(dir, "model.gguf"), WriteOptions{Force: true, Resume: true})
		if errors.Is(err, atomicfile.ErrJournal) {
			return
		}
		if err != nil {
			rt.Fatal(err)
		}
		for i, got := range readAllFiles(t, report.Paths) {
			if !bytes.Equal(got, want[p][i]) {
				rt.Errorf("file %d differs", i)
			}
		}
	})
}

// harm changes bytes of a file, cuts it off, makes it longer, or removes it.
func harm(t *testing.T, rt *rapid.T, path string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return // removed by the fault before
	}
	if err != nil {
		t.Fatal(err)
	}
	from := 0
	if strings.HasSuffix(path, ".journal") {
		from = rapid.SampledFrom([]int{0, headBytes(data)}).Draw(rt, "behind") // most faults behind the head
	}
	from = min(from, len(data))
	switch rapid.SampledFrom([]string{"flip", "scramble", "cut", "grow", "remove"}).Draw(rt, "fault") {
	case "flip":
		if from < len(data) {
			data[rapid.IntRange(from, len(data)-1).Draw(rt, "byte")] ^= 1 << rapid.IntRange(0, 7).Draw(rt, "bit")
		}
	case "scramble":
		start := rapid.IntRange(from, len(data)).Draw(rt, "start")
		end := rapid.IntRange(start, len(data)).Draw(rt, "end")
		for i := start; i < end; i++ {
			data[i] ^= byte(7*i + 1)
		}
	case "cut":
		data = data[:rapid.IntRange(from, len(data)).Draw(rt, "size")]
	case "grow":
		data = append(data, rapid.SliceOfN(rapid.Byte(), 1, 40).Draw(rt, "tail")...)
	case "remove":
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		return
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

// headBytes returns where the first record of a journal ends.
func headBytes(data []byte) int {
	if len(data) < 8 {
		return 0
	}
	return 8 + int(data[0]) + int(data[1])<<8 + int(data[2])<<16
}

// A journal that is cut off is one with fewer records. (Package atomicfile tries every byte.)
func TestTornJournal(t *testing.T) {
	p := manySmall(t, 0)
	want, _ := undisturbed(t, p)
	dir := crashed(t, p, t.TempDir(), 0, 23)
	whole, err := os.ReadFile(globOne(t, dir, ".journal"))
	if err != nil {
		t.Fatal(err)
	}
	for size := 0; size < len(whole); size += 7 {
		torn := copyDir(t, dir)
		if err := os.Truncate(globOne(t, torn, ".journal"), int64(size)); err != nil {
			t.Fatal(err)
		}
		report, err := p.WriteFile(context.Background(), filepath.Join(torn, "model.gguf"), WriteOptions{Resume: true})
		if err != nil {
			t.Fatalf("%d bytes: %v", size, err)
		}
		if report.Resumed != 0 { // the only record is torn
			t.Errorf("%d bytes of the journal: %d bytes resumed", size, report.Resumed)
		}
		if got := readAllFiles(t, report.Paths); !bytes.Equal(got[0], want[0]) {
			t.Fatalf("%d bytes: the output differs", size)
		}
	}
}

// A head that is damaged is an error, and nothing is lost by it.
func TestDamagedHead(t *testing.T) {
	p := manySmall(t, 0)
	dir := crashed(t, p, t.TempDir(), 11, 23)
	journal := globOne(t, dir, ".journal")
	data, err := os.ReadFile(journal)
	if err != nil {
		t.Fatal(err)
	}
	data[20] ^= 1
	if err := os.WriteFile(journal, data, 0o644); err != nil {
		t.Fatal(err)
	}
	_, err = p.WriteFile(context.Background(), filepath.Join(dir, "model.gguf"), WriteOptions{Resume: true})
	if !errors.Is(err, atomicfile.ErrJournal) || !strings.Contains(err.Error(), "damaged") {
		t.Errorf("error %v, want atomicfile.ErrJournal that says damaged", err)
	}
	globOne(t, dir, ".part")
	if after, err := os.ReadFile(journal); err != nil || !bytes.Equal(after, data) {
		t.Errorf("the journal changed, %v", err)
	}
	data[20] ^= 1
	if err := os.WriteFile(journal, data, 0o644); err != nil {
		t.Fatal(err)
	}
	if report := finish(t, p, dir); report.Resumed == 0 {
		t.Error("repaired, nothing was resumed")
	}
}

// Nothing in a journal reaches memory that the plan does not have.
func TestHostileRecords(t *testing.T) {
	p := manySmall(t, 0)
	j := &journal{plan: p, chunks: p.chunks(), done: make([]bool, len(p.Tensors)), sums: make([]uint32, len(p.Tensors))}
	for _, record := range [][]byte{
		nil,
		bytes.Repeat([]byte{0xFF}, 25),
		append([]byte{24, 0, 0, 0, 0, 0, 0, 0}, 1, 2, 3, 4),
		{0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3},
	} {
		if err := j.replay(record); err != nil {
			t.Error(err)
		}
	}
	if i := slices.Index(j.done, true); i >= 0 {
		t.Errorf("chunk %d is believed to be done", i)
	}
}

func TestHostileHeads(t *testing.T) {
	for _, head := range []string{"", "null x", "[]", `{"format":1,"clauses":7}`, `{"format":1,"clauses":[]}]`, "\x00"} {
		if f, err := unmarshalFingerprint([]byte(head)); err == nil {
			t.Errorf("%q: %+v, want an error", head, f)
		}
	}
	own := &fingerprint{Format: journalFormat, Clauses: []clause{{"a", "1"}, {"b", "2"}}}
	for _, tt := range []struct {
		recorded fingerprint
		want     string
	}{
		{*own, ""},
		{fingerprint{Format: journalFormat + 1, Clauses: own.Clauses}, "the format of the journal"},
		{fingerprint{Format: journalFormat}, "a, b"},
		{fingerprint{Format: journalFormat, Clauses: []clause{{"a", "1"}, {"b", "3"}}}, "b"},
		{fingerprint{Format: journalFormat, Clauses: append(slices.Clone(own.Clauses), clause{"c", "4"})}, "the input files"},
	} {
		if got := strings.Join(own.differences(&tt.recorded), ", "); got != tt.want {
			t.Errorf("%+v: differs in %q, want %q", tt.recorded, got, tt.want)
		}
	}
}
