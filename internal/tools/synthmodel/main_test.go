package main

import (
	"path/filepath"
	"testing"

	"github.com/nibble-go/nibble/gguf/safetensors"
)

func TestRun(t *testing.T) {
	if testing.Short() {
		t.Skip("writes 100 MiB")
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
