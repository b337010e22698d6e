package convert

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/internal/half"
	"github.com/nibble-go/nibble/quantize"
)

// shared is where the reference's files stand, seen from this package.
const shared = "../../../shared"

// goldenModels are the directories of ../shared/golden/convert.
var goldenModels = []string{
	"bert", "gemma2", "gpt2", "llama3-rope-sharded", "longrope-fused", "mistral-spm", "mixtral-spm", "qwen2",
}

func goldenPath(t *testing.T, elem ...string) string {
	t.Helper()
	path := filepath.Join(append([]string{shared}, elem...)...)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("no reference files beside the repository: %v", err)
	}
	return path
}

func openTestModel(t *testing.T, path string, opts Options) *model {
	t.Helper()
	dir, err := openDirectory(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := dir.Close(); err != nil {
			t.Error(err)
		}
	})
	m, err := newModel(dir, opts)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// goldenSize returns the size of the reference's whole file.
func goldenSize(t *testing.T, model string) int64 {
	t.Helper()
	table, err := os.ReadFile(goldenPath(t, "golden", "convert", "sha256.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(table)) {
		if f := strings.Fields(line); f[0] == model && f[1] == "auto" {
			size, err := strconv.ParseInt(f[3], 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			return size
		}
	}
	t.Fatalf("%s is not in sha256.tsv", model)
	return 0
}

// compareMetadata compares everything up to the vocabulary: keys, order, types
// and values.
func compareMetadata(t *testing.T, got, want *gguf.Metadata) {
	t.Helper()
	list := func(meta *gguf.Metadata) (lines []string) {
		for key, v := range meta.All() {
			if strings.HasPrefix(key, "tokenizer.") {
				break
			}
			lines = append(lines, key+" "+v.Type().String()+" "+v.String())
		}
		return lines
	}
	g, w := list(got), list(want)
	for i := range max(len(g), len(w)) {
		switch {
		case i >= len(g):
			t.Errorf("missing: %s", w[i])
		case i >= len(w):
			t.Errorf("too much: %s", g[i])
		case g[i] != w[i]:
			t.Errorf("key %d: have %s, want %s", i, g[i], w[i])
		}
	}
}

// TestGoldenModels compares metadata and tensors, by name, shape, order and
// float32 values, with what convert_hf_to_gguf.py made of the same directory.
func TestGoldenModels(t *testing.T) {
	for _, name := range goldenModels {
		t.Run(name, func(t *testing.T) {
			m := openTestModel(t, goldenPath(t, "golden", "convert", name), Options{})
			sources, err := m.sourceTensors()
			if err != nil {
				t.Fatal(err)
			}
			tensors, err := m.outTensors(sources)
			if err != nil {
				t.Fatal(err)
			}
			compareTensors(t, tensors, goldenPath(t, "golden", "convert", name+".auto.tensors.json"))

			fileType := sourcePrecision(sources)
			if fileType == quantize.FileTypeF32 {
				fileType = quantize.FileTypeF16
			}
			meta, err := m.metadata(fileType, countParameters(tensors))
			if err != nil {
				t.Fatal(err)
			}
			head, err := os.ReadFile(goldenPath(t, "golden", "convert", name+".auto.head"))
			if err != nil {
				t.Fatal(err)
			}
			whole := append(head, make([]byte, goldenSize(t, name)-int64(len(head)))...)
			want, err := gguf.NewReader(bytes.NewReader(whole), int64(len(whole)), gguf.ReaderOptions{})
			if err != nil {
				t.Fatal(err)
			}
			compareMetadata(t, meta, want.Metadata)
		})
	}
}

// compareTensors compares tensors with a list from the reference. Data are
// compared where the reference stored them in a type that is exact here.
func compareTensors(t *testing.T, have []outTensor, listFile string) {
	t.Helper()
	data, err := os.ReadFile(listFile)
	if err != nil {
		t.Fatal(err)
	}
	var want []struct {
		Name, Type, SHA256 string
		Shape              []int64
	}
	if err := json.Unmarshal(data, &want); err != nil {
		t.Fatal(err)
	}
	if len(have) != len(want) {
		t.Errorf("%d tensors, want %d", len(have), len(want))
	}
	for i, h := range have[:min(len(have), len(want))] {
		w := want[i]
		shape := h.rows.shape()
		if h.name != w.Name || !slices.Equal(innermostFirst(shape), w.Shape) {
			t.Errorf("tensor %d: have %s %v, want %s %v", i, h.name, innermostFirst(shape), w.Name, w.Shape)
			continue
		}
		if kept := float32Kept(h.name, len(shape)); kept != (w.Type == "F32") {
			t.Errorf("tensor %s: float32 kept %v, want type %s", h.name, kept, w.Type)
		}
		if sum := sha256.Sum256(encodeTest(t, readAll(t, h.rows), w.Type)); hex.EncodeToString(sum[:]) != w.SHA256 {
			t.Errorf("tensor %s: data differ", h.name)
		}
	}
}

func encodeTest(t *testing.T, values []float32, typ string) []byte {
	t.Helper()
	switch typ {
	case "F32":
		out := make([]byte, 4*len(values))
		half.EncodeF32(out, values)
		return out
	case "F16":
		out := make([]byte, 2*len(values))
		half.EncodeF16(out, values)
		return out
	case "BF16":
		out := make([]byte, 2*len(values))
		half.EncodeBF16(out, values)
		return out
	}
	t.Fatalf("type %s", typ)
	return nil
}

func TestSampleModel(t *testing.T) {
	m := openTestModel(t, goldenPath(t, "models", "fable-4m"), Options{})
	tensors, err := m.tensors()
	if err != nil {
		t.Fatal(err)
	}
	meta, err := m.metadata(quantize.FileTypeBF16, countParameters(tensors))
	if err != nil {
		t.Fatal(err)
	}
	want, err := gguf.Open(goldenPath(t, "models", "fable-4m-bf16.gguf"))
	if err != nil {
		t.Fatal(err)
	}
	defer want.Close()
	compareMetadata(t, meta, want.Metadata)

	var names, wantNames []string
	for _, tensor := range tensors {
		names = append(names, tensor.name)
	}
	for _, tensor := range want.Tensors {
		wantNames = append(wantNames, tensor.Name)
	}
	if !reflect.DeepEqual(names, wantNames) {
		t.Errorf("tensors %v, want %v", names, wantNames)
	}
}
