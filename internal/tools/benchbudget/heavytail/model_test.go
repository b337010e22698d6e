package heavytail_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/gguf/imatrix"
	"github.com/nibble-go/nibble/internal/tools/benchbudget/fileloss"
	"github.com/nibble-go/nibble/internal/tools/benchbudget/heavytail"
	"github.com/nibble-go/nibble/quantize"
)

var small = heavytail.Spec{Name: "small", Layers: 2, Width: 256, Hidden: 256, Words: 256, Experts: 2, Seed: 7, Tails: []int{3, 30}, Outliers: 2}

func write(t *testing.T, s *heavytail.Spec) (model string, m *imatrix.Matrix) {
	t.Helper()
	dir := t.TempDir()
	model, matrix := filepath.Join(dir, "model.gguf"), filepath.Join(dir, "imatrix.gguf")
	if err := s.Write(model); err != nil {
		t.Fatal(err)
	}
	if err := s.WriteMatrix(matrix); err != nil {
		t.Fatal(err)
	}
	m, err := imatrix.Open(matrix)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = m.Close() })
	return model, m
}

// TestTails: tensors with few degrees of freedom have heavier tails, and the same
// spec makes the same file.
func TestTails(t *testing.T) {
	plain := small
	plain.Outliers = 0
	path, _ := write(t, &plain)
	again, _ := write(t, &plain)
	a, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(again)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(a, b) {
		t.Error("two files of one spec differ")
	}
	f, err := gguf.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	light, heavy := 0, 0
	for _, tensor := range f.Tensors {
		if len(tensor.Dims) < 2 || tensor.Dims[1] < 64 {
			continue
		}
		data := make([]byte, tensor.Bytes())
		if _, err := tensor.ReadAt(data, 0); err != nil {
			t.Fatal(err)
		}
		values, err := quantize.AppendDecode(nil, tensor.Type, data)
		if err != nil {
			t.Fatal(err)
		}
		// The kurtosis is 3 of normal noise, and of 30 degrees of freedom a little more.
		var squares, fourth float64
		for _, v := range values {
			x := float64(v) * float64(v)
			squares += x
			fourth += x * x
		}
		switch kurtosis := fourth * float64(len(values)) / (squares * squares); {
		case kurtosis > 2.8 && kurtosis < 3.6:
			light++
		case kurtosis > 8:
			heavy++
		default:
			t.Errorf("%s: kurtosis %g", tensor.Name, kurtosis)
		}
	}
	if light == 0 || heavy == 0 {
		t.Errorf("%d tensors with light tails, %d with heavy ones", light, heavy)
	}
}

// TestLoss: a file loses nothing beside itself, and beside one of other weights
// what both have, more where the columns weigh more.
func TestLoss(t *testing.T) {
	path, m := write(t, &small)
	for _, matrix := range []*imatrix.Matrix{nil, m} {
		if loss, err := fileloss.Measure(path, path, matrix); err != nil || loss != 0 {
			t.Errorf("beside itself: %g, %v", loss, err)
		}
	}
	other := small
	other.Seed++
	otherPath, _ := write(t, &other)
	plain, err := fileloss.Measure(path, otherPath, nil)
	if err != nil {
		t.Fatal(err)
	}
	weighted, err := fileloss.Measure(path, otherPath, m)
	if err != nil {
		t.Fatal(err)
	}
	if plain <= 0 || weighted <= plain { // the mean weight is exp(1.125), about 3
		t.Errorf("loss %g, weighted %g", plain, weighted)
	}
	fewer := small
	fewer.Layers = 1
	fewerPath, _ := write(t, &fewer)
	if _, err := fileloss.Measure(path, fewerPath, nil); err == nil {
		t.Error("no error for a file without some of the tensors")
	}
}
