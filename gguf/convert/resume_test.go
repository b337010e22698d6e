package convert

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

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

func TestResume(t *testing.T) {
	for _, split := range []int{0, 7} {
		p := manySmall(t, split)
		want, wantReport := undisturbed(t, p)
		for _, recorded := range []int{-1, 0, 11, 23} {
			t.Run(fmt.Sprintf("splits of %d, %d chunks recorded", split, recorded+1), func(t *testing.T) {
				dir := crashed(t, p, t.TempDir(), recorded, 23)
				report := finish(t, p, dir)
				var resumed int64
				for i := range recorded + 1 {
					resumed += p.Tensors[i].Bytes
				}
				if report.Resumed != resumed {
					t.Errorf("%d bytes resumed, want %d", report.Resumed, resumed)
				}
				for i, got := range readAllFiles(t, report.Paths) {
					if !bytes.Equal(got, want[i]) {
						t.Errorf("file %d differs", i)
					}
				}
				if got := withoutTime(t, report); got != wantReport {
					t.Errorf("report %s\nwant   %s", got, wantReport)
				}
				entries, err := os.ReadDir(dir)
				if err != nil || len(entries) != len(want) {
					t.Errorf("left behind: %v, %v", entries, err)
				}
			})
		}
	}
}

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

// What belongs to no chunk, the header and the padding, is written again.
func TestResumeBetweenChunks(t *testing.T) {
	p := manySmall(t, 0)
	want, _ := undisturbed(t, p)
	dir := crashed(t, p, t.TempDir(), 23, 23)
	part := globOne(t, dir, ".part")
	data, err := os.ReadFile(part)
	if err != nil {
		t.Fatal(err)
	}
	layout := p.Files[0]
	between := bytes.Repeat([]byte{0xA5}, len(data))
	var total int64
	for i := range layout.Tensors {
		start, size := layout.TensorFileOffset(i), layout.TensorSize(i)
		copy(between[start:start+size], data[start:])
		total += size
	}
	if err := os.WriteFile(part, between, 0o644); err != nil {
		t.Fatal(err)
	}
	report := finish(t, p, dir)
	if report.Resumed != total {
		t.Errorf("%d bytes resumed, want all %d", report.Resumed, total)
	}
	if got := readAllFiles(t, report.Paths); !bytes.Equal(got[0], want[0]) {
		t.Error("the output differs")
	}
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

// What another run left is not touched, until a run without Resume.
func TestResumeAnotherRun(t *testing.T) {
	p := manySmall(t, 0)
	for name, tt := range map[string]struct {
		change func(p *Plan)
		differ string
	}{
		"precision": {func(p *Plan) { p.Tensors[3].precision = quantize.F16 }, "the options, the configuration or the vocabulary"},
		"nonfinite": {func(p *Plan) { p.allowNonFinite = true }, "the options, the configuration or the vocabulary"},
		"metadata": {func(p *Plan) {
			meta := new(gguf.Metadata)
			meta.Set("general.architecture", gguf.String("gemma"))
			if err := p.layOut(meta, Options{}); err != nil {
				t.Fatal(err)
			}
		}, "the options, the configuration or the vocabulary"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := crashed(t, p, t.TempDir(), 11, 23)
			before := entriesOf(t, dir)
			other := manySmall(t, 0)
			tt.change(other)
			path := filepath.Join(dir, "model.gguf")
			_, err := other.WriteFile(context.Background(), path, WriteOptions{Force: true, Resume: true})
			var re *ResumeError
			if !errors.As(err, &re) || !errors.Is(err, ErrResume) || !slices.Equal(re.Differ, []string{tt.differ}) {
				t.Errorf("error %v, want a *ResumeError about %s", err, tt.differ)
			}
			if after := entriesOf(t, dir); !slices.Equal(after, before) {
				t.Errorf("%q stands there, want %q", after, before)
			}
			if report := finish(t, p, copyDir(t, dir)); report.Resumed == 0 {
				t.Error("the run itself was not resumed after that")
			}
			if _, err := other.WriteFile(context.Background(), path, WriteOptions{}); err != nil {
				t.Fatal(err)
			}
			if after := entriesOf(t, dir); !slices.Equal(after, []string{"model.gguf"}) {
				t.Errorf("after a run without Resume: %q", after)
			}
		})
	}
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

func TestStoppedRun(t *testing.T) {
	p := manySmall(t, 0)
	want, _ := undisturbed(t, p)
	stopAfter := func(dir string, resume bool, n int) error {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		opts := WriteOptions{Resume: resume}
		opts.Workers = 1
		opts.Progress = func(int64, int64) {
			if n--; n <= 0 {
				cancel()
			}
		}
		_, err := p.WriteFile(ctx, filepath.Join(dir, "model.gguf"), opts)
		return err
	}
	t.Run("without resume", func(t *testing.T) {
		dir := t.TempDir()
		if err := stopAfter(dir, false, 5); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		if left := entriesOf(t, dir); len(left) > 0 {
			t.Errorf("left behind: %q", left)
		}
	})
	t.Run("with resume", func(t *testing.T) {
		dir := t.TempDir()
		var total int64
		for i := range p.Tensors {
			total += p.Tensors[i].Bytes
		}
		done := int64(0)
		for _, upTo := range []int{5, 9} { // of the second run, the first 5 stand there
			err := stopAfter(dir, true, upTo)
			for i := range upTo {
				if upTo == 5 || i >= 5 {
					done += p.Tensors[i].Bytes
				}
			}
			var stopped *StoppedError
			if !errors.As(err, &stopped) || !errors.Is(err, context.Canceled) {
				t.Fatalf("error %v, want a *StoppedError that wraps context.Canceled", err)
			}
			if stopped.Done != done || stopped.Total != total {
				t.Errorf("%d of %d, want %d of %d", stopped.Done, stopped.Total, done, total)
			}
		}
		report := finish(t, p, dir)
		if report.Resumed != done {
			t.Errorf("%d bytes resumed, want %d", report.Resumed, done)
		}
		if got := readAllFiles(t, report.Paths); !bytes.Equal(got[0], want[0]) {
			t.Error("the output differs")
		}
	})
	t.Run("bad input", func(t *testing.T) { // would fail again
		dir := t.TempDir()
		bad := manySmall(t, 0)
		bad.Tensors[20].rows = constant([]int64{1, 32}, bytesOf(float32(1e30), 32))
		bad.Tensors[20].Shape, bad.Tensors[20].Type = []int64{1, 32}, quantize.Q4_0
		_, err := bad.WriteFile(context.Background(), filepath.Join(dir, "model.gguf"), WriteOptions{Resume: true})
		var stopped *StoppedError
		if !errors.Is(err, ErrNonFinite) || errors.As(err, &stopped) {
			t.Errorf("error %v, want ErrNonFinite and no *StoppedError", err)
		}
		if left := entriesOf(t, dir); len(left) > 0 {
			t.Errorf("left behind: %q", left)
		}
	})
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

// Each thing that the bytes follow from changes its clause of the fingerprint, and nothing else does.
func TestFingerprint(t *testing.T) {
	model := extractSample(t)
	weights := filepath.Join(model, "model.safetensors")
	start, err := os.Stat(weights)
	if err != nil {
		t.Fatal(err)
	}
	fingerprintOf := func(build string, opts Options) *fingerprint {
		t.Helper()
		p, err := NewPlan(context.Background(), model, opts)
		if err != nil {
			t.Fatal(err)
		}
		defer p.Close()
		f, err := p.fingerprint(build)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	q4 := Options{Type: "q4_0"}
	own := fingerprintOf("1", q4)
	touch := func(at time.Time) {
		t.Helper()
		if err := os.Chtimes(weights, at, at); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		name   string
		change func() *fingerprint
		want   string
	}{
		{"nothing", func() *fingerprint { return fingerprintOf("1", q4) }, ""},
		{"build", func() *fingerprint { return fingerprintOf("2", q4) }, "the build of nibble"},
		{"type", func() *fingerprint { return fingerprintOf("1", Options{Type: "q5_0"}) }, "the options, the configuration or the vocabulary"},
		{"name", func() *fingerprint { return fingerprintOf("1", Options{Type: "q4_0", Name: "x"}) }, "the options, the configuration or the vocabulary"},
		{"splits", func() *fingerprint { return fingerprintOf("1", Options{Type: "q4_0", SplitMaxTensors: 9}) }, "the options, the configuration or the vocabulary"},
		{"time", func() *fingerprint {
			touch(start.ModTime().Add(time.Nanosecond))
			return fingerprintOf("1", q4)
		}, `the input "model.safetensors"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := strings.Join(own.differences(tt.change()), ", "); got != tt.want {
				t.Errorf("differs in %q, want %q", got, tt.want)
			}
			touch(start.ModTime())
		})
	}
	if first, second := thisBuild(), thisBuild(); first == "" || first != second {
		t.Errorf("this build is named %q, and then %q", first, second)
	}
}

// A file that was changed and has its old size and time is another input too.
func TestInputIdentity(t *testing.T) {
	path := filepath.Join(t.TempDir(), "model.gguf")
	at := time.Unix(1e9, 0)
	sum := func(content string, at time.Time) string {
		t.Helper()
		if err := errors.Join(os.WriteFile(path, []byte(content), 0o644), os.Chtimes(path, at, at)); err != nil {
			t.Fatal(err)
		}
		inputs, err := inputsOf(path, false)
		if err != nil {
			t.Fatal(err)
		}
		h := sha256.New()
		if err := new(Plan).hashInput(h, &inputs[0]); err != nil {
			t.Fatal(err)
		}
		return string(h.Sum(nil))
	}
	own := sum("weights", at)
	if sum("weights", at) != own {
		t.Error("the same file has two identities")
	}
	for name, other := range map[string]string{
		"bytes": sum("weighty", at), "size": sum("weight", at), "time": sum("weights", at.Add(time.Nanosecond)),
	} {
		if other == own {
			t.Errorf("other %s, same identity", name)
		}
	}
}
