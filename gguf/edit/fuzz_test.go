package edit_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/gguf/edit"
	"github.com/nibble-go/nibble/quantize"
)

// Any file at all is changed as it should be, or refused and left as it is.
func FuzzUpdate(f *testing.F) {
	f.Add(withText(f, 5), "number", uint32(7))
	f.Add(withText(f, 440), "text", uint32(1))
	f.Add(everyType(f, quantize.Types()), "general.alignment", uint32(64))
	data, err := os.ReadFile(whole)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data, "general.name", uint32(3))
	f.Add(append([]byte("GGUF\x02"), withText(f, 5)[5:]...), "number", uint32(2))
	f.Fuzz(func(t *testing.T, data []byte, key string, value uint32) {
		path := filepath.Join(t.TempDir(), "m.gguf")
		writeFile(t, path, data)
		change := set(key, gguf.Uint32(value))
		_, err := edit.Update(t.Context(), path, change, edit.UpdateOptions{})
		after := readFile(t, path)
		if err == nil {
			checkUpdated(t, data, after, change)
			return
		}
		if !errors.Is(err, gguf.ErrFormat) && !errors.Is(err, gguf.ErrUnsupported) && !errors.Is(err, gguf.ErrLayout) {
			t.Fatal(err)
		}
		if !bytes.Equal(after, data) {
			t.Fatal("the file was refused and changed")
		}
	})
}
