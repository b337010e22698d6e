package weights

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/internal/hostilefiles"
	"github.com/nibble-go/nibble/quantize"
	"github.com/nibble-go/nibble/wasm"
)

// exercise makes every call about the model at path that a page could make. No
// answer may be a fault of the room's own.
func (c *client) exercise(path string) {
	c.t.Helper()
	sound := func(op wasm.Op, request wasm.Outgoing, reply wasm.Incoming, blobs ...[]byte) bool {
		c.t.Helper()
		_, status, message := c.try(op, request, reply, blobs...)
		if status == wasm.StatusInternal || status != wasm.StatusOK && message == "" {
			c.t.Fatalf("op %d, %s: status %d: %s", op, request.AppendJSON(nil), status, message)
		}
		return status == wasm.StatusOK
	}
	var model wasm.WeightsOpenReply
	if sound(wasm.OpWeightsOpen, &wasm.WeightsOpenRequest{Path: path}, &model) {
		handle := model.Weights
		sound(wasm.OpWeightsMemory, &wasm.WeightsMemoryRequest{Weights: handle, Context: 1 << 30}, new(wasm.WeightsMemoryReply))
		for _, e := range model.Tensors[:min(len(model.Tensors), 8)] {
			sound(wasm.OpWeightsHistogram, &wasm.WeightsTensorRequest{Weights: handle, Tensor: e.Name, Values: 10_000}, new(wasm.WeightsHistogramReply))
			for _, typ := range []string{"q8_0", "q4_K"} {
				sound(wasm.OpWeightsMeasure, &wasm.WeightsMeasureRequest{Weights: handle, Tensor: e.Name, Type: typ, Values: 10_000}, new(wasm.WeightsMeasureReply))
				sound(wasm.OpWeightsBlock, &wasm.WeightsBlockRequest{Weights: handle, Tensor: e.Name, Type: typ, Block: 1}, new(wasm.WeightsBlockReply))
			}
			sound(wasm.OpWeightsBlock, &wasm.WeightsBlockRequest{Weights: handle, Tensor: e.Name, Block: max(0, e.Values-1)}, new(wasm.WeightsBlockReply))
			sound(wasm.OpWeightsBlock, &wasm.WeightsBlockRequest{Weights: handle, Tensor: e.Name}, new(wasm.WeightsBlockReply))
		}
		sound(wasm.OpWeightsClose, &wasm.WeightsHandle{Weights: handle}, new(wasm.Empty))
	}
	var plan wasm.ConvertPlanReply
	if sound(wasm.OpConvertPlan, &wasm.ConvertPlanRequest{Path: path}, &plan, []byte(`{"type":"q4_0","allowNonFinite":true,"quantize":{"allowRequantize":true}}`)) {
		handle := &wasm.ConvertHandle{Conversion: plan.Conversion}
		sound(wasm.OpConvertStart, &wasm.ConvertStartRequest{Conversion: plan.Conversion, Measure: true}, new(wasm.Empty))
		for range 50 {
			var next wasm.ConvertNextReply
			if !sound(wasm.OpConvertNext, handle, &next) || next.End {
				break
			}
		}
		sound(wasm.OpConvertReport, handle, new(wasm.ConvertReportReply))
		sound(wasm.OpConvertClose, handle, new(wasm.Empty))
	}
}

// The seeds that the readers of files are fuzzed with, and the files that their
// tests make up: those with the variable that package hostilefiles is told by.
func TestHostileFiles(t *testing.T) {
	c := newClient(t)
	files := 0
	check := func(path string) {
		t.Helper()
		start := time.Now()
		c.exercise(path)
		if took := time.Since(start); took > 10*time.Second && !testing.Short() {
			t.Errorf("%s: took %v", path, took)
		}
		files++
	}
	root := filepath.Join("..", "..", "..")
	for _, seeds := range []struct{ dir, name string }{
		{filepath.Join(root, "gguf", "testdata", "fuzz", "FuzzReader"), "m.gguf"},
		{filepath.Join(root, "gguf", "safetensors", "testdata", "fuzz", "FuzzReader"), "m.safetensors"},
	} {
		entries, err := os.ReadDir(seeds.dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			check(written(t, seeds.name, seed(t, filepath.Join(seeds.dir, e.Name()))))
		}
	}
	if files < 40 {
		t.Errorf("only %d seeds", files)
	}
	kept := os.Getenv(hostilefiles.Variable)
	if kept == "" {
		return
	}
	err := filepath.WalkDir(kept, func(path string, e fs.DirEntry, err error) error {
		if err == nil && (!e.IsDir() || strings.HasPrefix(e.Name(), "model-")) {
			check(path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d files", files)
}

// seed returns the bytes in a file of a corpus.
func seed(t *testing.T, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		quoted, ok := strings.CutPrefix(strings.TrimRight(line, "\n"), "[]byte(")
		if !ok {
			continue
		}
		value, err := strconv.Unquote(strings.TrimSuffix(quoted, ")"))
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		return []byte(value)
	}
	t.Fatalf("%s: there are no bytes", path)
	return nil
}

// written writes a file of its own.
func written(t testing.TB, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// tinyGGUF is a file that can be converted.
func tinyGGUF(t testing.TB) []byte {
	t.Helper()
	meta := new(gguf.Metadata)
	meta.Set("general.architecture", gguf.String("llama"))
	meta.Set("llama.block_count", gguf.Uint32(1))
	var data []byte
	for i := range 64 {
		data = append(data, byte(i), 0x3c) // near 1 as F16
	}
	path := filepath.Join(t.TempDir(), "m.gguf")
	writeGGUF(t, path, meta,
		madeTensor{"blk.0.ffn_up.weight", quantize.F16, []int64{32, 2}, data},
		madeTensor{"output_norm.weight", quantize.F32, []int64{3}, f32s(1, 2, 3)},
	)
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func TestTinyGGUFConverts(t *testing.T) {
	path := written(t, "m.gguf", tinyGGUF(t))
	if _, file := newClient(t).convert(wasm.ConvertPlanRequest{Path: path}, `{"type":"q4_0"}`, false); !bytes.HasPrefix(file, []byte("GGUF")) {
		t.Errorf("the output begins with %q", file[:4])
	}
}

func FuzzModel(f *testing.F) {
	tiny := tinyGGUF(f)
	f.Add(tiny, false)
	f.Add(tiny[:len(tiny)-40], false)
	f.Add(bytes.Replace(tiny, []byte("llama.block_count"), []byte("llama.blxck_count"), 1), false)
	header := `{"a":{"dtype":"F16","shape":[2,32],"data_offsets":[0,128]},"b":{"dtype":"F8_E5M2","shape":[],"data_offsets":[128,129]}}`
	tensors := append([]byte{byte(len(header)), 0, 0, 0, 0, 0, 0, 0}, header...)
	f.Add(append(tensors, make([]byte, 129)...), true)
	f.Add(tensors, true)
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, data []byte, safetensors bool) {
		name := "m.gguf"
		if safetensors {
			name = "m.safetensors"
		}
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		c := newClient(t)
		c.exercise(path)
	})
}

// Options are a stranger's too, where a link carries them.
func FuzzOptions(f *testing.F) {
	for _, options := range []string{
		`{}`, `{"type":"q4_k_m","name":"x"}`, `{"type":"copy","quantize":{"pruneLayers":[0]}}`,
		`{"type":"q8_0","quantize":{"tensorTypes":[{"pattern":"ffn_.*","type":"q5_0"}],"overrides":["general.name=str:x"]}}`,
		`{"quantize":{"types":{"blk.0.ffn_up.weight":"q4_0"}}}`,
	} {
		f.Add([]byte(options))
	}
	path := written(f, "m.gguf", tinyGGUF(f))
	f.Fuzz(func(t *testing.T, options []byte) {
		c := newClient(t)
		var plan wasm.ConvertPlanReply
		if _, status, message := c.try(wasm.OpConvertPlan, &wasm.ConvertPlanRequest{Path: path}, &plan, options); status != wasm.StatusOK {
			if status != wasm.StatusUsage && status != wasm.StatusUnsupported && status != wasm.StatusFormat {
				t.Fatalf("status %d: %s", status, message)
			}
			return
		}
		_, status, message := c.try(wasm.OpConvertStart, &wasm.ConvertStartRequest{Conversion: plan.Conversion}, new(wasm.Empty))
		if status == wasm.StatusUsage { // for sizes only
			return
		}
		if status != wasm.StatusOK {
			t.Fatalf("status %d: %s", status, message)
		}
		if file := c.run(&plan, func() {}); !bytes.HasPrefix(file, []byte("GGUF")) {
			t.Fatalf("the output begins with %q", file)
		}
	})
}
