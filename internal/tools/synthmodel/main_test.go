package main

import (
	"path/filepath"
	"testing"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/gguf/imatrix"
	"github.com/nibble-go/nibble/gguf/safetensors"
)

func TestRun(t *testing.T) {
	if testing.Short() {
		t.Skip("writes 100 MiB: make test does")
	}
	dir := filepath.Join(t.TempDir(), "synth")
	if err := run(dir, "100MiB", "64MiB"); err != nil {
		t.Fatal(err)
	}
	set, err := safetensors.OpenSet(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer set.Close()
	if size := set.Size(); size < 100<<20 || size >= 100<<20+totalBytes(layerTensors(0)) {
		t.Errorf("%d bytes of weights, want 100 MiB rounded up to whole layers", size)
	}
	if got, want := len(set.Tensors()), len(tensorsOf(layersFor(100<<20))); got != want {
		t.Errorf("%d tensors, want %d", got, want)
	}
}

func TestRunGGUF(t *testing.T) {
	if testing.Short() {
		t.Skip("writes 100 MiB: make test does")
	}
	dir := t.TempDir()
	model, matrix := filepath.Join(dir, "synth.gguf"), filepath.Join(dir, "synth.dat")
	if err := runGGUF(model, "100MiB", 8, matrix); err != nil {
		t.Fatal(err)
	}
	f, err := gguf.Open(model)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if f.Size < 100<<20 {
		t.Errorf("%d bytes, want 100 MiB or more", f.Size)
	}
	m, err := imatrix.Open(matrix)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	if m.Len() != len(f.Tensors) {
		t.Errorf("%d entries for %d tensors", m.Len(), len(f.Tensors))
	}
	if e, ok := m.Entry("blk.0.ffn_up_exps.weight"); !ok || e.Values != 8*hidden {
		t.Errorf("entry of the experts: %+v", e)
	}
}
