package convert

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/quantize"
)

// A plan file comes back from the disk as it was, and makes the same plan.
func TestPlanFileRoundTrip(t *testing.T) {
	t.Parallel()
	model, m := writeHeavyTails(t, &smallTails)
	opts := Options{Quantize: QuantizeOptions{Imatrix: m}}
	p, f := testBudget(t, model, opts, BudgetOptions{BitsPerWeight: 4.25, Measure: kTypes})
	path := filepath.Join(t.TempDir(), "plan.json")
	if err := f.Save(path, false); err != nil {
		t.Fatal(err)
	}
	if err := f.Save(path, false); !errors.Is(err, os.ErrExist) && err == nil {
		t.Error("a plan file was replaced unasked")
	}
	if err := f.Save(path, true); err != nil {
		t.Error(err)
	}
	loaded, err := LoadPlanFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if loaded.Path != path {
		t.Errorf("path %q", loaded.Path)
	}
	loaded.Path = ""
	if !reflect.DeepEqual(loaded, f) {
		t.Errorf("loaded %+v, want %+v", loaded, f)
	}
	again, err := loaded.NewPlan(context.Background(), model, opts)
	if err != nil {
		t.Fatal(err)
	}
	closeAfter(t, again)
	if again.FileType != p.FileType || again.Bytes() != p.Bytes() || again.Bytes() != f.FileBytes {
		t.Errorf("%s of %d bytes, want %s of %d", again.FileType, again.Bytes(), p.FileType, p.Bytes())
	}
	for i := range p.Tensors {
		if again.Tensors[i].Type != p.Tensors[i].Type {
			t.Errorf("%s is %s, want %s", p.Tensors[i].Name, again.Tensors[i].Type, p.Tensors[i].Type)
		}
	}
	opts.Quantize.LeaveOutput = true
	if _, err := loaded.NewPlan(context.Background(), model, opts); err == nil {
		t.Error("no error where another option chooses types too")
	}
}

// TestPlanFileOfAnotherModel edits a plan until it no longer fits the model.
func TestPlanFileOfAnotherModel(t *testing.T) {
	t.Parallel()
	model, _ := writeHeavyTails(t, &smallTails)
	_, f := testBudget(t, model, Options{}, BudgetOptions{BitsPerWeight: 4.25, Measure: kTypes})
	find := func(f *PlanFile, name string) *PlanFileTensor {
		for i := range f.Tensors {
			if f.Tensors[i].Name == name {
				return &f.Tensors[i]
			}
		}
		t.Fatalf("no tensor %s", name)
		return nil
	}
	const q = "blk.1.attn_q.weight"
	for _, test := range []struct {
		name string
		edit func(f *PlanFile)
		want string
		is   error
	}{
		{"architecture", func(f *PlanFile) { f.Architecture = "qwen2" }, `p.json: unsupported: it is of architecture "qwen2", and the model of "llama"`, ErrUnsupported},
		{"missing", func(f *PlanFile) { f.Tensors = f.Tensors[1:] }, `p.json: tensor "output.weight": unsupported: the model has it, and the plan does not`, ErrUnsupported},
		{"renamed", func(f *PlanFile) { f.Tensors = append(f.Tensors, PlanFileTensor{Name: "x.weight"}) }, `p.json: tensor "x.weight": unsupported: the model has no such tensor`, ErrUnsupported},
		{"shape", func(f *PlanFile) { find(f, q).Shape = []int64{256, 255} }, `p.json: tensor "` + q + `": unsupported: shape [256 255], and the model's has [256 256]`, ErrUnsupported},
		{"never quantized", func(f *PlanFile) { find(f, "output_norm.weight").Type = quantize.F16 }, `p.json: tensor "output_norm.weight": unsupported: it is never quantized and stays f32`, ErrUnsupported},
		{"not encodable", func(f *PlanFile) { find(f, q).Type = quantize.Q8_K }, `p.json: tensor "` + q + `": unsupported: nothing can be quantized to q8_K`, quantize.ErrUnsupported},
		{"importance", func(f *PlanFile) { find(f, q).Type = quantize.IQ2_XS }, `p.json: tensor "` + q + `": `, quantize.ErrImportance},
	} {
		t.Run(test.name, func(t *testing.T) {
			edited := *f
			edited.Path = "p.json"
			edited.Tensors = append([]PlanFileTensor(nil), f.Tensors...)
			test.edit(&edited)
			p, err := edited.NewPlan(context.Background(), model, Options{})
			if err == nil {
				closeAfter(t, p)
				t.Fatal("no error")
			}
			if !strings.HasPrefix(err.Error(), test.want) || !errors.Is(err, test.is) {
				t.Errorf("error %q, want %q", err, test.want)
			}
		})
	}
}

// TestPlanFileRows: a type whose blocks the rows do not fill.
func TestPlanFileRows(t *testing.T) {
	line := PlanFileTensor{Name: "a.weight", Shape: []int64{4, 96}, Type: quantize.Q4_K}
	err := line.check(&Tensor{Name: "a.weight", Shape: []int64{4, 96}, precision: quantize.F16})
	if !errors.Is(err, quantize.ErrShape) || !strings.Contains(err.Error(), "rows of 96 values are not whole blocks of q4_K (256)") {
		t.Errorf("error %v", err)
	}
}

func TestPlanFileFileType(t *testing.T) {
	large, small := []int64{256, 512}, []int64{256, 256}
	for _, test := range []struct {
		types []quantize.Type // of a large tensor and two small ones
		want  quantize.FileType
	}{
		{[]quantize.Type{quantize.Q4_K, quantize.Q6_K, quantize.Q8_0}, quantize.FileTypeQ4_K_M},
		{[]quantize.Type{quantize.Q8_0, quantize.Q2_K, quantize.Q2_K}, quantize.FileTypeQ8_0}, // the first of as many weights
		{[]quantize.Type{quantize.IQ4_NL, quantize.IQ4_XS, quantize.Q2_K}, quantize.FileTypeIQ4_NL},
		{[]quantize.Type{quantize.Q2_K, quantize.F16, quantize.F32}, quantize.FileTypeQ2_K},
		{[]quantize.Type{quantize.BF16, quantize.BF16, quantize.Q4_0}, quantize.FileTypeBF16},
		{[]quantize.Type{quantize.IQ3_S, quantize.Q6_K, quantize.IQ3_S}, quantize.FileTypeIQ3_S},
	} {
		f := PlanFile{Tensors: []PlanFileTensor{
			{Name: "a.weight", Shape: large, Type: test.types[0]},
			{Name: "b.weight", Shape: small, Type: test.types[1]},
			{Name: "c.weight", Shape: small, Type: test.types[2]},
			{Name: "d_norm.weight", Shape: []int64{1 << 20, 2}, Type: quantize.F32},
		}}
		if got := f.FileType(); got != test.want {
			t.Errorf("%v: %s, want %s", test.types, got, test.want)
		}
	}
}

// brokenPlanFiles are documents that are no plan files, with what is wrong.
var brokenPlanFiles = []struct{ text, want string }{
	{``, "JSON ends early"},
	{`[]`, "wrong type"},
	{`{"format": 1, "architecture": "llama", "tensors": []} x`, "data after"},
	{`{"architecture": "llama", "tensors": []}`, "no format"},
	{`{"format": 2, "architecture": "llama", "tensors": []}`, "unsupported: version 2 of the format"},
	{`{"format": 1, "tensors": []}`, "no architecture"},
	{`{"format": 1, "architecture": "llama"}`, "no tensors"},
	{`{"format": 1, "format": 1}`, "duplicate key"},
	{`{"format": 1, "colour": "red"}`, "colour: a plan file has no such key"},
	{`{"tensors": [{"name": "a", "shape": [1], "type": "f32", "tpye": "f32"}]}`, "tensors[0].tpye: a plan file has no such key"},
	{`{"tensors": [{"shape": [1], "type": "f32"}]}`, "tensors[0]: no name"},
	{`{"tensors": [{"name": "a", "type": "f32"}]}`, `tensor "a": no shape`},
	{`{"tensors": [{"name": "a", "shape": [1]}]}`, `tensor "a": no type`},
	{`{"tensors": [{"name": "a", "shape": [1.5], "type": "f32"}]}`, "tensors[0].shape[0]"},
	{`{"tensors": [{"name": "a", "shape": [1], "type": "q9_K"}]}`, `tensor "a": `},
	{`{"tensors": [{"name": "a", "shape": [], "type": "f32"}, {"name": "a", "shape": [], "type": "f32"}]}`, `tensor "a": it is there twice`},
	{`{"tensors": [{"name": "a", "shape": [], "type": "f32", "bytes": "many"}]}`, "tensors[0].bytes"},
}

func TestReadPlanFileBroken(t *testing.T) {
	for _, test := range brokenPlanFiles {
		_, err := readPlanFile(strings.NewReader(test.text))
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v, want %q", test.text, err, test.want)
			continue
		}
		if !errors.Is(err, ErrPlanFile) && !errors.Is(err, ErrUnsupported) && !errors.Is(err, quantize.ErrUnsupported) {
			t.Errorf("%s: error %v wraps no sentinel", test.text, err)
		}
	}
	failure := errors.New("the disk is gone")
	if _, err := readPlanFile(failingReader{failure}); !errors.Is(err, failure) || errors.Is(err, ErrPlanFile) {
		t.Errorf("a read that fails: %v", err)
	}
	if _, err := LoadPlanFile(filepath.Join(t.TempDir(), "none.json")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}

type failingReader struct{ err error }

func (r failingReader) Read([]byte) (int, error) { return 0, r.err }

// TestReadPlanFileByHand: the numbers may be left out.
func TestReadPlanFileByHand(t *testing.T) {
	f, err := readPlanFile(strings.NewReader(`{"format": 1, "architecture": "llama", "tensors": [{"type": "Q4_k", "shape": [2, 256], "name": "a.weight"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	want := &PlanFile{Architecture: "llama", Tensors: []PlanFileTensor{{Name: "a.weight", Shape: []int64{2, 256}, Type: quantize.Q4_K}}}
	if !reflect.DeepEqual(f, want) {
		t.Errorf("%+v, want %+v", f, want)
	}
}

// FuzzReadPlanFile: nothing panics, and what is read is written and read the same.
func FuzzReadPlanFile(f *testing.F) {
	for _, b := range brokenPlanFiles {
		f.Add([]byte(b.text))
	}
	f.Add([]byte(`{"format": 1, "architecture": "llama", "targetBitsPerWeight": 4.25, "loss": 1e-3, "gap": 0, "fileBytes": 7,
		"tensors": [{"name": "a\u0000.weight", "shape": [2, 256], "type": "q4_K", "bytes": 288, "loss": 0.5}, {"name": "b", "shape": [], "type": "f32"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		plan, err := readPlanFile(bytes.NewReader(data))
		if err != nil {
			return
		}
		plan.FileType()
		text, err := plan.Encode()
		if err != nil {
			return // a number beyond what JSON can hold
		}
		again, err := readPlanFile(bytes.NewReader(text))
		if err != nil || !reflect.DeepEqual(again, plan) {
			t.Fatalf("%+v becomes %+v, %v", plan, again, err)
		}
	})
}
