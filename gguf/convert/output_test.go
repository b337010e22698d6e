package convert

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"github.com/nibble-go/nibble/quantize"
)

// collect puts the pieces of an output together. It fails if there is a gap or
// an overlap.
func collect(t *testing.T, o *Output, files int) [][]byte {
	t.Helper()
	contents := make([][]byte, files)
	file := 0
	for {
		piece, err := o.Next(context.Background())
		if errors.Is(err, io.EOF) {
			return contents
		}
		if err != nil {
			t.Fatal(err)
		}
		if piece.File < file || piece.Offset != int64(len(contents[piece.File])) || len(piece.Bytes) == 0 {
			t.Fatalf("piece of %d bytes at %d of file %d, behind byte %d of file %d", len(piece.Bytes), piece.Offset, piece.File, len(contents[file]), file)
		}
		if header := piece.Offset == 0; header != (piece.Tensor < 0) {
			t.Fatalf("piece at %d is of tensor %d", piece.Offset, piece.Tensor)
		}
		file = piece.File
		contents[file] = append(contents[file], piece.Bytes...)
	}
}

// The pieces are the files, split or not, and the report is the same but for
// what only a file has.
func TestOutput(t *testing.T) {
	fable := extractSample(t)
	tests := map[string]Options{
		"recipe":    {Type: "q4_k_m"},
		"converter": {Type: "q8_0"},
		"copy":      {Type: Copy},
		"splits":    {Type: "q5_0", SplitMaxBytes: 500_000},
	}
	for name, opts := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			plan, err := NewPlan(context.Background(), fable, opts)
			if err != nil {
				t.Fatal(err)
			}
			defer plan.Close()
			var calls, done, total int64
			stream := StreamOptions{Measure: true, Progress: func(d, n int64) { calls, done, total = calls+1, d, n }}
			o, err := plan.Output(stream)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := o.Report(); err == nil {
				t.Error("a report before the first piece")
			}
			got := collect(t, o, len(plan.Files))
			if d, n := o.Progress(); done != total || d != done || n != total || calls == 0 {
				t.Errorf("%d of %d bytes after %d calls, Progress says %d of %d", done, total, calls, d, n)
			}
			report, err := o.Report()
			if err != nil {
				t.Fatal(err)
			}
			want, err := plan.WriteFile(context.Background(), filepath.Join(t.TempDir(), "m.gguf"), WriteOptions{StreamOptions: StreamOptions{Measure: true}})
			if err != nil {
				t.Fatal(err)
			}
			for i, path := range want.Paths {
				data, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				if !bytes.Equal(got[i], data) {
					t.Errorf("file %d differs", i)
				}
			}
			if report.Seconds <= 0 {
				t.Errorf("took %v s", report.Seconds)
			}
			report.Paths, report.Seconds, want.Seconds = want.Paths, 0, 0
			a, b := marshal(t, report), marshal(t, want)
			if !bytes.Equal(a, b) {
				t.Errorf("got  %s\nwant %s", a, b)
			}
		})
	}
}

func marshal(t *testing.T, v any) []byte {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// A cancelled call takes nothing with it: the next one goes on.
func TestOutputGoesOn(t *testing.T) {
	plan := planOf(t, quantize.Q8_0, quantize.F32, noise(1, 4, chunkValues), noise(2, 3, 32))
	whole, err := plan.Output(StreamOptions{})
	if err != nil {
		t.Fatal(err)
	}
	want := collect(t, whole, 1)[0]
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	o, err := plan.Output(StreamOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var got []byte
	for {
		if _, err := o.Next(cancelled); !errors.Is(err, context.Canceled) && !errors.Is(err, io.EOF) {
			t.Fatalf("got %v, want %v", err, context.Canceled)
		}
		piece, err := o.Next(context.Background())
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, piece.Bytes...)
	}
	if !bytes.Equal(got, want) {
		t.Error("the pieces between cancelled calls are not the file")
	}
}

func TestOutputFails(t *testing.T) {
	bad := noise(3, 2, chunkValues).(constantRows)
	bad.values[chunkValues+7] = float32(math.NaN())
	plan := planOf(t, quantize.Q8_0, quantize.F32, bad)
	o, err := plan.Output(StreamOptions{Measure: true})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // the header, and the first row
		if _, err := o.Next(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 { // and it stays so
		var weight *WeightError
		if _, err := o.Next(context.Background()); !errors.As(err, &weight) || weight.Row != 1 || weight.Column != 7 {
			t.Errorf("got %v, want an error at row 1, column 7", err)
		}
	}
	if _, err := o.Report(); err == nil {
		t.Error("a report after an error")
	}
	plan.NeedImportance = []string{"x"}
	if _, err := plan.Output(StreamOptions{}); !errors.Is(err, quantize.ErrImportance) {
		t.Errorf("got %v, want %v", err, quantize.ErrImportance)
	}
}

func TestFileName(t *testing.T) {
	tests := []struct{ name, label, want string }{
		{"Qwen3-0.6B", "", "Qwen3-0.6B-Q4_K_M.gguf"},
		{"Qwen3-0.6B-BF16", "", "Qwen3-0.6B-Q4_K_M.gguf"},
		{"codellama.f16", "", "codellama-Q4_K_M.gguf"},
		{"Llama-3.1-8B", "4.25bpw", "Llama-3.1-8B-4.25bpw.gguf"},
		{`a/b\c` + "\x00d", "", "a-b-c-d-Q4_K_M.gguf"},
		{"Q8_0", "", "Q8_0-Q4_K_M.gguf"},
		{"-Q8_0", "", "-Q8_0-Q4_K_M.gguf"},
		{"..", "", "..-Q4_K_M.gguf"},
	}
	for _, tt := range tests {
		p := &Plan{Name: tt.name, FileType: quantize.FileTypeQ4_K_M}
		if got := p.FileName(tt.label); got != tt.want {
			t.Errorf("%q, %q: got %q, want %q", tt.name, tt.label, got, tt.want)
		}
	}
	mixture := planOf(t, quantize.Q8_0, quantize.F32, noise(1, 1, 32))
	mixture.Name, mixture.Mixture = "m", true
	if got, want := mixture.FileName(""), "m-8.50bpw.gguf"; got != want {
		t.Errorf("mixture: got %q, want %q", got, want)
	}
}

// An output holds no more memory than one worker needs, whatever the size of
// the tensors.
func TestOutputReusesMemory(t *testing.T) {
	if underRace {
		t.Skip("the race detector empties pools by chance")
	}
	plan := planOf(t, quantize.Q4_0, quantize.F32, slices.Repeat([]rows{noise(1, 2, chunkValues)}, 8)...)
	o, err := plan.Output(StreamOptions{})
	if err != nil {
		t.Fatal(err)
	}
	next := func() {
		if _, err := o.Next(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	next() // header
	next() // the first chunk, which makes the room
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	const pieces = 12
	for range pieces {
		next()
	}
	runtime.ReadMemStats(&after)
	if n := (after.TotalAlloc - before.TotalAlloc) / pieces; n > 4<<10 {
		t.Errorf("%d bytes allocated a piece", n)
	}
}

// There is a report of a model without a single weight, and a file.
func TestOutputWithoutWeights(t *testing.T) {
	plan := planOf(t, quantize.Q8_0, quantize.F32, noise(1, 0, 32))
	if got := plan.BitsPerWeight(); got != 0 {
		t.Errorf("%v bits per weight", got)
	}
	marshal(t, plan.Report())
	o, err := plan.Output(StreamOptions{Measure: true})
	if err != nil {
		t.Fatal(err)
	}
	if got := collect(t, o, 1)[0]; int64(len(got)) != plan.Files[0].FileSize {
		t.Errorf("%d bytes, want %d", len(got), plan.Files[0].FileSize)
	}
	report, err := o.Report()
	if err != nil {
		t.Fatal(err)
	}
	marshal(t, report)
}
