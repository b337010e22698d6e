package convert

import (
	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/gguf/imatrix"
)

// imatrixKeys returns the metadata that llama-quantize appends where it has an
// importance matrix, in its order; of several data sets, the first is named.
// Nil: there is none.
func imatrixKeys(m *imatrix.Matrix) []override {
	if m == nil {
		return nil
	}
	keys := []override{{"quantize.imatrix.file", gguf.String(overrideText(m.Name))}}
	if len(m.Datasets) > 0 {
		keys = append(keys, override{"quantize.imatrix.dataset", gguf.String(overrideText(m.Datasets[0]))})
	}
	keys = append(keys, override{"quantize.imatrix.entries_count", gguf.Uint32(uint32(m.Len()))})
	if m.Chunks > 0 {
		keys = append(keys, override{"quantize.imatrix.chunks_count", gguf.Uint32(uint32(m.Chunks))})
	}
	return keys
}

// overrideText cuts a string as llama.cpp stores it: at a NUL, and to its
// length, be it within a character.
func overrideText(s string) string {
	s = cutAtNUL(s)
	return s[:min(len(s), maxOverrideBytes)]
}
