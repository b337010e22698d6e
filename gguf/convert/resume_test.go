package convert

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/quantize"
)

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
