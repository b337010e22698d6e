package quantmodels

import (
	"bytes"
	"testing"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/gguf/imatrix"
	"github.com/nibble-go/nibble/quantize"
)

// Each family makes files that can be read, with the tensors that it lists.
func TestFamilies(t *testing.T) {
	for _, name := range Families() {
		for _, spec := range []Spec{
			{Family: name},
			{Family: name, Width: 96, Source: quantize.Q8_0, Split: 3, Layers: 2, Tied: true, Trailing: true, Metadata: true, Align: 64},
		} {
			m, err := New(spec)
			if err != nil {
				t.Fatalf("%v: %v", spec, err)
			}
			path, err := m.Write(t.TempDir())
			if err != nil {
				t.Fatalf("%v: %v", spec, err)
			}
			f, err := gguf.Open(path)
			if err != nil {
				t.Fatalf("%v: %v", spec, err)
			}
			if len(f.Tensors) != len(m.Tensors) || len(f.Tensors) == 0 {
				t.Errorf("%v: %d tensors in the file, %d in the model", spec, len(f.Tensors), len(m.Tensors))
			}
			if err := f.Close(); err != nil {
				t.Error(err)
			}
		}
	}
}

// The two formats of a matrix say the same where there is one count for all.
func TestMatrix(t *testing.T) {
	for _, family := range []string{"llama", "mixtral-grouped"} {
		m, err := New(Spec{Family: family})
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{"gguf", "dat", "gguf,partial", "dat,embedding,bare", "gguf,short,unseen,long"} {
			spec, err := ParseMatrixSpec(text)
			if err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			if err := spec.Write(dir, m); err != nil {
				t.Fatalf("%s: %v", text, err)
			}
			data, err := spec.encode(spec.entries(m))
			if err != nil {
				t.Fatal(err)
			}
			matrix, err := imatrix.Read(bytes.NewReader(data), int64(len(data)), spec.FileName())
			if err != nil {
				t.Fatalf("%s: %v", text, err)
			}
			if want := len(spec.entries(m)); matrix.Len() != want || want == 0 {
				t.Errorf("%s: %d entries, want %d", text, matrix.Len(), want)
			}
		}
	}
}

func TestSpecText(t *testing.T) {
	for _, text := range []string{
		"llama", "falcon,layers=2,width=96,source=f16,seed=7", "qwen2,source=mixed,split=3,tied,trailing,metadata", "gemma2,align=64",
		"bert,seed=1,scale=-140,nan",
	} {
		spec, err := ParseSpec(text)
		if err != nil || spec.String() != text {
			t.Errorf("ParseSpec(%q) = %+v, %v, which is %q", text, spec, err, spec.String())
		}
	}
	for _, text := range []string{"", "nobody", "llama,tall", "llama,layers=many", "llama,source=q9"} {
		if spec, err := ParseSpec(text); err == nil {
			t.Errorf("ParseSpec(%q) = %+v, want an error", text, spec)
		}
	}
	for _, text := range []string{"dat", "gguf,partial,embedding,short,unseen,bare,long"} {
		spec, err := ParseMatrixSpec(text)
		if err != nil || spec.String() != text {
			t.Errorf("ParseMatrixSpec(%q) = %+v, %v, which is %q", text, spec, err, spec.String())
		}
	}
	for _, text := range []string{"", "bin", "dat,heavy"} {
		if spec, err := ParseMatrixSpec(text); err == nil {
			t.Errorf("ParseMatrixSpec(%q) = %+v, want an error", text, spec)
		}
	}
}
