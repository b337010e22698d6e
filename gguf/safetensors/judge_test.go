package safetensors_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strconv"
	"testing"

	"github.com/nibble-go/nibble/gguf/safetensors"
)

// judge runs testdata/judges/judge.py with the Python that NIBBLE_PYTHON
// names. PyPI's safetensors is the reference implementation.
func judge(t *testing.T, mode, path string, result any) {
	t.Helper()
	python := os.Getenv("NIBBLE_PYTHON")
	if python == "" {
		t.Skip("NIBBLE_PYTHON names no python with PyPI's safetensors 0.8.0 installed")
	}
	cmd := exec.Command(python, "testdata/judges/judge.py", mode, path)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, stderr.String())
	}
	if result == nil {
		return
	}
	if err := json.Unmarshal(out, result); err != nil {
		t.Fatal(err)
	}
}

// The reference accepts the hostile files that the table says it accepts. Those
// that this package refuses beyond it, it refuses on purpose.
func TestJudgeHostile(t *testing.T) {
	dir := t.TempDir()
	files := hostileFiles()
	for i, f := range files {
		if err := os.WriteFile(filepath.Join(dir, strconv.Itoa(i)), f.data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var verdicts map[string]*string
	judge(t, "verdicts", dir, &verdicts)
	stricter := 0
	for i, f := range files {
		said, ok := verdicts[strconv.Itoa(i)]
		if !ok {
			t.Fatalf("%s: no verdict", f.name)
		}
		if accepted := said == nil; accepted != f.reference {
			words := ""
			if said != nil {
				words = *said
			}
			t.Errorf("%s: accepted by the reference: %v %s", f.name, accepted, words)
		}
		if f.want != nil && f.reference {
			stricter++
			t.Logf("stricter on purpose: %s", f.name)
		}
		if f.want == nil && !f.reference {
			t.Errorf("%s: laxer than the reference", f.name)
		}
	}
	if stricter == 0 {
		t.Error("the table names no file where the reference is laxer")
	}
}

// description is what judge.py lists of a file.
type description struct {
	Metadata map[string]string
	Tensors  map[string]tensorDescription
}

type tensorDescription struct {
	DType string
	Shape []int64
	Data  string // in hex
}

// describe says the same by this package.
func describe(t *testing.T, path string) description {
	t.Helper()
	f, err := safetensors.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	d := description{Metadata: f.Metadata, Tensors: make(map[string]tensorDescription)}
	for _, tensor := range f.Tensors {
		data, err := io.ReadAll(io.NewSectionReader(tensor, 0, tensor.Size()))
		if err != nil {
			t.Fatal(err)
		}
		d.Tensors[tensor.Name] = tensorDescription{
			DType: tensor.DType.String(),
			Shape: append([]int64{}, tensor.Shape...),
			Data:  hex.EncodeToString(data),
		}
	}
	return d
}

// What the reference writes, this package reads as the reference does, and
// writes again to the same bytes.
func TestJudgeWrites(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "reference.safetensors")
	judge(t, "write", path, nil)
	var want description
	judge(t, "list", path, &want)
	if got := describe(t, path); !reflect.DeepEqual(got, want) {
		t.Errorf("read as\n%+v\nthe reference reads\n%+v", got, want)
	}

	f, err := safetensors.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	again := writeFile(t, f)
	reference, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(again, reference) {
		t.Errorf("written again:\n%q\nthe reference:\n%q", again[:min(len(again), 400)], reference[:400])
	}
}

// writeFile writes the tensors of f to a new file.
func writeFile(t *testing.T, f *safetensors.File) []byte {
	t.Helper()
	var infos []safetensors.TensorInfo
	for _, tensor := range f.Tensors {
		infos = append(infos, safetensors.TensorInfo{Name: tensor.Name, DType: tensor.DType, Shape: tensor.Shape})
	}
	layout, err := safetensors.NewLayout(infos, f.Metadata)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w, err := safetensors.NewWriter(&out, layout)
	if err != nil {
		t.Fatal(err)
	}
	for _, placed := range layout.Tensors {
		tensor := f.Tensors[placed.Index]
		if _, err := io.Copy(w, io.NewSectionReader(tensor, 0, tensor.Size())); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// What this package writes, of every DType, the reference reads.
func TestJudgeReads(t *testing.T) {
	var infos []safetensors.TensorInfo
	for d := safetensors.BOOL; d <= safetensors.U64; d++ {
		infos = append(infos,
			safetensors.TensorInfo{Name: d.String() + " ä\"\\\n\x01\u2028", DType: d, Shape: []int64{2, 3, 4}},
			safetensors.TensorInfo{Name: d.String() + "/empty", DType: d, Shape: []int64{3, 0}})
	}
	layout, err := safetensors.NewLayout(infos, map[string]string{"a": "1", "b\x00": "\u00e9"})
	if err != nil {
		t.Fatal(err)
	}
	data := append([]byte(nil), layout.Header...)
	for i := int64(len(data)); i < layout.Size; i++ {
		data = append(data, byte(i*11))
	}
	path := filepath.Join(t.TempDir(), "nibble.safetensors")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	var got description
	judge(t, "list", path, &got)
	if want := describe(t, path); !reflect.DeepEqual(got, want) {
		t.Errorf("the reference reads\n%+v\nwant\n%+v", got, want)
	}
}
