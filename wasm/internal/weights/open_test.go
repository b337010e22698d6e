package weights

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/gguf/inspect"
	"github.com/nibble-go/nibble/quantize"
	"github.com/nibble-go/nibble/wasm"
)

// A model as directory, as one of its files, and as GGUF: what package inspect
// says of it.
func TestOpen(t *testing.T) {
	dir := bundled(t)
	for _, tt := range []struct {
		path    string
		convert bool
	}{
		{dir, true}, {filepath.Join(dir, "model.safetensors"), false}, {bundledGGUF(t), true},
	} {
		c := newClient(t)
		got := c.open(tt.path)
		report, err := inspect.Open(tt.path)
		if err != nil {
			t.Fatal(err)
		}
		if want, err := rawJSON(report); err != nil || !jsonEqual(t, got.Report, want) {
			t.Errorf("%s: report %s, want %s", tt.path, got.Report, want)
		}
		if want, err := rawJSON(inspect.ParseName(filepath.Base(tt.path))); err != nil || !jsonEqual(t, got.Name, want) {
			t.Errorf("%s: name %s, want %s", tt.path, got.Name, want)
		}
		if got.Convert != tt.convert || (got.Missing == "") != tt.convert {
			t.Errorf("%s: can be converted: %v; missing: %q", tt.path, got.Convert, got.Missing)
		}
		if len(got.Tensors) != 38 || len(got.CacheTypes) != len(inspect.CacheTypes()) {
			t.Errorf("%s: %d tensors, %d types of a cache", tt.path, len(got.Tensors), len(got.CacheTypes))
		}
		for i, e := range got.Tensors {
			want := report.Tensors[i]
			if e.Name != want.Name || !slices.Equal(e.Shape, want.Shape) || e.Type != want.Type || e.Values != want.Values || e.Bytes != want.Bytes || e.Offset != want.FileOffset || !e.Decodes {
				t.Errorf("%s: tensor %+v, want %+v", tt.path, e, want)
			}
		}

		var memory wasm.WeightsMemoryReply
		c.call(wasm.OpWeightsMemory, &wasm.WeightsMemoryRequest{Weights: got.Weights, Context: 100, Cache: "Q8_0"}, &memory)
		estimate, err := report.Memory(100, quantize.Q8_0, quantize.Q8_0)
		if err != nil {
			t.Fatal(err)
		}
		if want, err := rawJSON(estimate); err != nil || !jsonEqual(t, memory.Memory, want) {
			t.Errorf("%s: memory %s, want %s", tt.path, memory.Memory, want)
		}

		handle := &wasm.WeightsHandle{Weights: got.Weights}
		c.call(wasm.OpWeightsClose, handle, new(wasm.Empty))
		c.refuse(wasm.StatusUsage, wasm.OpWeightsClose, handle, new(wasm.Empty))
		c.refuse(wasm.StatusUsage, wasm.OpWeightsMemory, &wasm.WeightsMemoryRequest{Weights: got.Weights}, new(wasm.WeightsMemoryReply))
	}
}

func TestMemory(t *testing.T) {
	c := newClient(t)
	weights := c.open(bundled(t)).Weights
	var reply wasm.WeightsMemoryReply
	c.call(wasm.OpWeightsMemory, &wasm.WeightsMemoryRequest{Weights: weights}, &reply)
	var memory inspect.Memory
	if err := json.Unmarshal(reply.Memory, &memory); err != nil {
		t.Fatal(err)
	}
	if memory.ContextLength != 256 || memory.KeyType != "f16" || memory.KVCacheBytes != 256*4*4*(32+32)*2 {
		t.Errorf("defaults: %+v", memory)
	}
	for _, q := range []wasm.WeightsMemoryRequest{{Context: -1}, {Cache: "q9_0"}, {Cache: "q4_K"}} {
		q.Weights = weights
		c.refuse(wasm.StatusUsage, wasm.OpWeightsMemory, &q, new(wasm.WeightsMemoryReply))
	}
}

// Each kind of fault has its status, and the message names the file.
func TestOpenRefuses(t *testing.T) {
	c := newClient(t)
	dir := bundled(t)
	write := func(name, contents string) string {
		t.Helper()
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(contents), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	config := func(contents string) string {
		t.Helper()
		copied := filepath.Join(t.TempDir(), "m")
		if err := os.CopyFS(copied, os.DirFS(dir)); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(copied, "config.json"), []byte(contents), 0o600); err != nil {
			t.Fatal(err)
		}
		return copied
	}
	huge := new(gguf.Metadata)
	huge.Set("general.architecture", gguf.String("x"))
	huge.Set("x.block_count", gguf.Uint32(2))
	huge.Set("x.attention.head_count_kv", gguf.Int64s([]int64{1 << 62, 1 << 62}))
	hugePath := filepath.Join(t.TempDir(), "huge.gguf")
	writeGGUF(t, hugePath, huge)
	for _, tt := range []struct {
		status wasm.Status
		path   string
		words  string
	}{
		{wasm.StatusInput, filepath.Join(dir, "absent"), "absent"},
		{wasm.StatusUnsupported, t.TempDir(), "no model weights"},
		{wasm.StatusFormat, write("m.gguf", "nothing like it, at a length that could be one"), "GGUF"},
		{wasm.StatusFormat, write("m.safetensors", "nothing like it"), ""},
		{wasm.StatusFormat, write("m", ""), ""},
		{wasm.StatusUnsupported, write("m.gguf", "GGUF\x63\x00\x00\x00"+strings.Repeat("\x00", 32)), "version"},
		{wasm.StatusFormat, hugePath, "2^63"},
		{wasm.StatusFormat, config(`{"a":1,"a":2}`), "config.json"},
		{wasm.StatusFormat, config(`{`), "config.json"},
		{wasm.StatusLimit, config(`{"a":"` + strings.Repeat("x", 17<<20) + `"}`), "config.json"},
		{wasm.StatusLimit, config(`{"a":` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + `}`), "config.json"},
	} {
		message := c.refuse(tt.status, wasm.OpWeightsOpen, &wasm.WeightsOpenRequest{Path: tt.path}, new(wasm.WeightsOpenReply))
		if !strings.Contains(message, tt.words) {
			t.Errorf("%s: %q does not say %q", tt.path, message, tt.words)
		}
	}
}

// What is no model can be looked at all the same.
func TestOpenWithoutModel(t *testing.T) {
	c := newClient(t)
	path := filepath.Join(t.TempDir(), "x.gguf")
	_, data := ramp(t, 32, quantize.F32)
	writeGGUF(t, path, nil, madeTensor{"x", quantize.F32, []int64{32}, data})
	if reply := c.open(path); reply.Convert || !strings.Contains(reply.Missing, "general.architecture") {
		t.Errorf("%+v", reply)
	}
	dir := filepath.Join(t.TempDir(), "m")
	if err := os.CopyFS(dir, os.DirFS(bundled(t))); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, "config.json")); err != nil {
		t.Fatal(err)
	}
	if reply := c.open(dir); reply.Convert || !strings.Contains(reply.Missing, "config.json") {
		t.Errorf("%+v", reply)
	}
}

// A file of 20 GiB opens by its header, and one of its tensors is sampled.
func TestOpenLarge(t *testing.T) {
	path := filepath.Join(t.TempDir(), "large.gguf")
	const rows, columns = 1 << 20, 10 << 10
	layout, err := gguf.NewLayout(nil, []gguf.TensorInfo{{Name: "x", Dims: []int64{columns, rows}, Type: quantize.F16}})
	if err != nil {
		t.Fatal(err)
	}
	header, err := layout.AppendHeader(nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, header, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, layout.FileSize); err != nil {
		t.Skipf("no sparse files here: %v", err)
	}
	c := newClient(t)
	model := c.open(path)
	var reply wasm.WeightsMeasureReply
	c.call(wasm.OpWeightsMeasure, &wasm.WeightsMeasureRequest{Weights: model.Weights, Tensor: "x", Type: "q4_K", Values: 100_000}, &reply)
	if reply.Values > 100_000 || reply.Values < 90_000 || reply.Bytes != rows*columns/256*144 {
		t.Errorf("got %+v", reply)
	}
	c.block(wasm.WeightsBlockRequest{Weights: model.Weights, Tensor: "x", Type: "q4_K", Block: rows*columns/256 - 1})
}

// A name that is not UTF-8 finds its tensor as the reply spells it.
func TestOpenOtherNames(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.gguf")
	values, data := ramp(t, 32, quantize.F32)
	writeGGUF(t, path, nil, madeTensor{"blk.???.<b>\t", quantize.F32, []int64{32}, data})
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, bytes.Replace(file, []byte("???"), []byte("\xff\xfe\xc3"), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	c := newClient(t)
	model := c.open(path)
	name := model.Tensors[0].Name
	if want := "blk.\ufffd\ufffd\ufffd.<b>\t"; name != want {
		t.Errorf("name %q, want %q", name, want)
	}
	if _, blobs := c.block(wasm.WeightsBlockRequest{Weights: model.Weights, Tensor: name, Block: 3}); !bytes.Equal(blobs[1], f32s(values[3])) {
		t.Errorf("weight %v, want %v", blobs[1], values[3])
	}
}

// A plan without a single weight has a report all the same.
func TestPlanWithoutWeights(t *testing.T) {
	meta := new(gguf.Metadata)
	meta.Set("general.architecture", gguf.String("llama"))
	path := filepath.Join(t.TempDir(), "m.gguf")
	writeGGUF(t, path, meta, madeTensor{"none", quantize.F32, []int64{32, 0}, nil})
	_, file := newClient(t).convert(wasm.ConvertPlanRequest{Path: path}, "{}", true)
	if _, err := gguf.NewReader(bytes.NewReader(file), int64(len(file)), gguf.ReaderOptions{}); err != nil {
		t.Error(err)
	}
}
