package imatrix_test

import (
	"os"
	"testing"
)

// FuzzRead reads any bytes, and the weights of what it takes for a matrix.
func FuzzRead(f *testing.F) {
	for _, path := range []string{"testdata/edges.dat", "testdata/edges.gguf"} {
		b, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add((&raw{}).i32(2).entry("a", 1, 2, 3).entry("a", 0, nan).i32(3).str("d").b)
	b, _ := newContainer().entry("x", []float32{2, 0.4}, []float32{1, 2, 3, 4}).tensor("y.counts", []int64{1}, -1).bytes(f)
	f.Add(b)
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > 1<<20 {
			t.Skip("larger than the ceiling on memory is meant for")
		}
		checkAnyFile(t, b)
	})
}
