package safetensors_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/nibble-go/nibble/gguf/safetensors"
)

func TestLayout(t *testing.T) {
	layout, err := safetensors.NewLayout([]safetensors.TensorInfo{
		{Name: "bytes", DType: safetensors.U8, Shape: []int64{3}},
		{Name: "b", DType: safetensors.F32, Shape: []int64{2, 1}},
		{Name: "a", DType: safetensors.F32},
		{Name: "wide", DType: safetensors.I64, Shape: []int64{1}},
	}, map[string]string{"z": "1", "format": "pt"})
	if err != nil {
		t.Fatal(err)
	}
	want := `{"__metadata__":{"format":"pt","z":"1"},` +
		`"wide":{"dtype":"I64","shape":[1],"data_offsets":[0,8]},` +
		`"a":{"dtype":"F32","shape":[],"data_offsets":[8,12]},` +
		`"b":{"dtype":"F32","shape":[2,1],"data_offsets":[12,20]},` +
		`"bytes":{"dtype":"U8","shape":[3],"data_offsets":[20,23]}}`
	got := string(layout.Header[8:])
	if strings.TrimRight(got, " ") != want || len(got)%8 != 0 || len(got)-len(want) >= 8 {
		t.Errorf("header %s\nwant   %s", got, want)
	}
	if layout.Size != int64(len(layout.Header))+23 {
		t.Errorf("size %d", layout.Size)
	}
	var order []int
	for _, p := range layout.Tensors {
		order = append(order, p.Index)
	}
	if !reflect.DeepEqual(order, []int{3, 2, 1, 0}) {
		t.Errorf("order %v", order)
	}
	if p := layout.Tensors[2]; p.Name != "b" || p.Size != 8 || p.FileOffset != int64(len(layout.Header))+12 {
		t.Errorf("b: %+v", p)
	}
}

func TestLayoutRefuses(t *testing.T) {
	f32 := func(name string, shape ...int64) safetensors.TensorInfo {
		return safetensors.TensorInfo{Name: name, DType: safetensors.F32, Shape: shape}
	}
	many := make([]safetensors.TensorInfo, 10)
	for i := range many {
		many[i] = f32(fmt.Sprint(strings.Repeat("n", 10_000_000), i))
	}
	for name, test := range map[string]struct {
		tensors  []safetensors.TensorInfo
		metadata map[string]string
		words    string
	}{
		"metadata's name":    {[]safetensors.TensorInfo{f32("__metadata__")}, nil, "the name is the metadata's"},
		"duplicate name":     {[]safetensors.TensorInfo{f32("a"), f32("b"), f32("a")}, nil, `tensor "a": duplicate name`},
		"NUL in a name":      {[]safetensors.TensorInfo{f32("a\x00")}, nil, "the name is not UTF-8 without NUL"},
		"name not UTF-8":     {[]safetensors.TensorInfo{f32("a\xff")}, nil, "the name is not UTF-8 without NUL"},
		"no type":            {[]safetensors.TensorInfo{{Name: "a", Shape: []int64{2}}}, nil, "invalid DType"},
		"unknown type":       {[]safetensors.TensorInfo{{Name: "a", DType: 99}}, nil, "invalid DType"},
		"negative dimension": {[]safetensors.TensorInfo{f32("a", 2, -1)}, nil, "negative dimension -1"},
		"overflow":           {[]safetensors.TensorInfo{f32("a", 1<<31, 1<<31)}, nil, "more values than 2^63 bits hold"},
		"overflow of a sum":  {[]safetensors.TensorInfo{f32("a", 1<<57), f32("b", 1<<57), f32("c", 1<<57), f32("d", 1<<57), f32("e", 1<<57), f32("f", 1<<57), f32("g", 1<<57), f32("h", 1<<57), f32("i", 1<<57), f32("j", 1<<57), f32("k", 1<<57), f32("l", 1<<57), f32("m", 1<<57), f32("n", 1<<57), f32("o", 1<<57), f32("p", 1<<57)}, nil, "more than 2^63 bytes"},
		"dimensions":         {[]safetensors.TensorInfo{f32("a", make([]int64, 65)...)}, nil, "more than 64 dimensions"},
		"half a byte":        {[]safetensors.TensorInfo{{Name: "a", DType: safetensors.F4, Shape: []int64{3}}}, nil, "do not fill whole bytes"},
		"metadata not UTF-8": {nil, map[string]string{"k": "\xff"}, `"k" is not UTF-8`},
		"header too large":   {many, nil, "header of more than 100,000,000 bytes"},
	} {
		_, err := safetensors.NewLayout(test.tensors, test.metadata)
		if !errors.Is(err, safetensors.ErrLayout) || !strings.Contains(err.Error(), test.words) {
			t.Errorf("%s: got %.200v, want %q", name, err, test.words)
		}
	}
}

func TestWriter(t *testing.T) {
	layout, err := safetensors.NewLayout([]safetensors.TensorInfo{{Name: "a", DType: safetensors.U8, Shape: []int64{4}}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w, err := safetensors.NewWriter(&out, layout)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte("012")); err != nil {
		t.Error(err)
	}
	if err := w.Close(); !errors.Is(err, safetensors.ErrLayout) {
		t.Errorf("closed a byte early: %v", err)
	}
	if n, err := w.Write([]byte("34")); n != 0 || !errors.Is(err, safetensors.ErrLayout) {
		t.Errorf("a byte too many: %d, %v", n, err)
	}
	if _, err := w.Write([]byte("3")); err != nil {
		t.Error(err)
	}
	if err := w.Close(); err != nil {
		t.Error(err)
	}
	if int64(out.Len()) != layout.Size {
		t.Errorf("%d bytes, want %d", out.Len(), layout.Size)
	}
	if _, err := safetensors.NewWriter(brokenWriter{}, layout); !errors.Is(err, io.ErrShortWrite) {
		t.Errorf("header: %v", err)
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

// Whatever can be laid out reads back as it was.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOfNDistinct(rapid.String().Filter(func(s string) bool {
			return s != "__metadata__" && !strings.Contains(s, "\x00")
		}), 0, 8, rapid.ID).Draw(t, "names")
		metadata := rapid.MapOfN(rapid.String(), rapid.String(), 0, 4).Draw(t, "metadata")
		infos := make([]safetensors.TensorInfo, len(names))
		for i, name := range names {
			infos[i] = safetensors.TensorInfo{
				Name:  name,
				DType: safetensors.DType(rapid.IntRange(int(safetensors.BOOL), int(safetensors.U64)).Draw(t, "dtype")),
				Shape: rapid.SliceOfN(rapid.Int64Range(0, 5), 0, 4).Draw(t, "shape"),
			}
		}
		layout, err := safetensors.NewLayout(infos, metadata)
		if err != nil {
			if !strings.Contains(err.Error(), "do not fill whole bytes") {
				t.Fatal(err)
			}
			return
		}
		data := append([]byte(nil), layout.Header...)
		for i := int64(len(data)); i < layout.Size; i++ {
			data = append(data, byte(i*7))
		}
		f, err := safetensors.NewReader(bytes.NewReader(data), layout.Size, safetensors.ReaderOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(f.Metadata, metadata) {
			t.Errorf("metadata %q, want %q", f.Metadata, metadata)
		}
		if len(f.Tensors) != len(infos) {
			t.Fatalf("%d tensors, want %d", len(f.Tensors), len(infos))
		}
		for _, p := range layout.Tensors {
			tensor, ok := f.Lookup(p.Name)
			if !ok || tensor.DType != p.DType || fmt.Sprint(tensor.Shape) != fmt.Sprint(p.Shape) ||
				tensor.FileOffset() != p.FileOffset || tensor.Size() != p.Size {
				t.Fatalf("%+v, want %+v", tensor, p)
			}
			got := make([]byte, p.Size)
			if _, err := io.ReadFull(io.NewSectionReader(tensor, 0, p.Size), got); err != nil || !bytes.Equal(got, data[p.FileOffset:][:p.Size]) {
				t.Fatalf("%q: %v", p.Name, err)
			}
		}
	})
}
