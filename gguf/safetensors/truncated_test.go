package safetensors_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/nibble-go/nibble/gguf/safetensors"
	"github.com/nibble-go/nibble/internal/binio"
)

// TestTruncated: wherever a file is cut, it is told apart from one that is
// damaged.
func TestTruncated(t *testing.T) {
	whole := file(object(tensor("a", "F32", "2", 0, 8), tensor("b", "F32", "1", 8, 12)), 12)
	if _, err := safetensors.NewReader(bytes.NewReader(whole), int64(len(whole)), safetensors.ReaderOptions{}); err != nil {
		t.Fatal(err)
	}
	for n := range whole {
		_, err := safetensors.NewReader(bytes.NewReader(whole[:n]), int64(n), safetensors.ReaderOptions{})
		if !errors.Is(err, safetensors.ErrFormat) || !errors.Is(err, binio.ErrShort) {
			t.Errorf("%d of %d bytes: %v", n, len(whole), err)
		}
	}
}
