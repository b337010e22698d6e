//go:build unix

package safetensors_test

import (
	"errors"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/nibble-go/nibble/gguf/safetensors"
)

// Opening a FIFO waits for a writer that never comes.
func TestFIFO(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "model.safetensors")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Skipf("no FIFOs here: %v", err)
	}
	for name, open := range map[string]func() error{
		"Open":    func() error { _, err := safetensors.Open(path); return err },
		"OpenSet": func() error { _, err := safetensors.OpenSet(dir); return err },
	} {
		if err := open(); !errors.Is(err, safetensors.ErrFormat) || !strings.Contains(err.Error(), "not a regular file") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
