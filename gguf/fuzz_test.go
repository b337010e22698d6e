package gguf_test

import (
	"os"
	"path/filepath"
	"testing"
)

// FuzzReader reads any bytes, writes what it read and reads that again. Seeds
// beside these, found by fuzzing, are in testdata/fuzz.
func FuzzReader(f *testing.F) {
	for _, pattern := range []string{"testdata/heads/bert.auto.head", "testdata/splits/whole.gguf", "testdata/splits/bytes-300-0*.gguf"} {
		paths, err := filepath.Glob(pattern)
		if err != nil || len(paths) == 0 {
			f.Fatalf("%s: %d files, %v", pattern, len(paths), err)
		}
		for _, path := range paths {
			b, err := os.ReadFile(path)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(b)
		}
	}
	f.Add(everyType(file().head(0, everyTypeKeys)).b)
	f.Add(everyType((&raw{big: true}).head(0, everyTypeKeys)).b)
	f.Add(twoTensors(32, 64).pad(32).data(96).b)
	f.Add(memSizeOverflow().b)
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > 1<<20 {
			t.Skip("larger than the ceiling on memory is meant for")
		}
		checkAnyFile(t, b)
	})
}
