package gguf_test

import (
	"errors"
	"testing"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/internal/binio"
)

// TestTruncated: wherever a file is cut, it is told apart from one that is
// damaged. Without the last padding it is whole.
func TestTruncated(t *testing.T) {
	whole := file().head(2, 2).kv("a", gguf.TypeUint32).u32(7).
		arr("tokenizer.ggml.tokens", gguf.TypeString, 2).str("one").str("two").
		tensor("x", f32, 0, 8).tensor("y", f32, 32, 2).pad(32).data(64)
	const padding = 32 - 2*4
	if _, err := whole.read(gguf.ReaderOptions{}); err != nil {
		t.Fatal(err)
	}
	for n := range len(whole.b) {
		_, err := (&raw{b: whole.b[:n]}).read(gguf.ReaderOptions{})
		if n == len(whole.b)-padding {
			if err != nil {
				t.Errorf("without the padding: %v", err)
			}
			continue
		}
		if !errors.Is(err, gguf.ErrFormat) || !errors.Is(err, binio.ErrShort) {
			t.Errorf("%d of %d bytes: %v", n, len(whole.b), err)
		}
	}
}
