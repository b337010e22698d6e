package convert

import (
	"strings"
	"testing"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/gguf/imatrix"
)

func TestImatrixKeys(t *testing.T) {
	// A matrix of the older format with one entry, "a".
	file := "\x01\x00\x00\x00" + "\x01\x00\x00\x00a" + "\x00\x00\x00\x00" + "\x01\x00\x00\x00" + "\x00\x00\x80\x3f"
	m, err := imatrix.Read(strings.NewReader(file), int64(len(file)), "dir/imatrix.dat")
	if err != nil {
		t.Fatal(err)
	}
	entries := override{"quantize.imatrix.entries_count", gguf.Uint32(1)}
	plain := override{"quantize.imatrix.file", gguf.String("dir/imatrix.dat")}
	checkKeys(t, m, plain, entries)

	m.Datasets, m.Chunks = []string{"first.txt", "second.txt"}, 40
	checkKeys(t, m, plain, override{"quantize.imatrix.dataset", gguf.String("first.txt")}, entries,
		override{"quantize.imatrix.chunks_count", gguf.Uint32(40)})

	// Cut to 127 bytes, be it within a character, and at a NUL.
	m.Name, m.Datasets, m.Chunks = strings.Repeat("n", 126)+"é", []string{"a\x00b"}, 0
	checkKeys(t, m, override{"quantize.imatrix.file", gguf.String(strings.Repeat("n", 126) + "\xc3")},
		override{"quantize.imatrix.dataset", gguf.String("a")}, entries)

	if keys := imatrixKeys(nil); len(keys) > 0 {
		t.Errorf("keys of no matrix: %v", keys)
	}
}

func checkKeys(t *testing.T, m *imatrix.Matrix, want ...override) {
	t.Helper()
	got := imatrixKeys(m)
	if len(got) != len(want) {
		t.Fatalf("%v, want %v", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("key %d is %v, want %v", i, got[i], want[i])
		}
	}
}
