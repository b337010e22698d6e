//go:build unix

package convert

import (
	"context"
	"errors"
	"path/filepath"
	"syscall"
	"testing"
)

// Opening a FIFO waits for a writer that never comes.
func TestFIFO(t *testing.T) {
	path := filepath.Join(t.TempDir(), "fifo")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Skipf("no FIFOs here: %v", err)
	}
	if _, err := NewPlan(context.Background(), path, Options{}); !errors.Is(err, ErrUnsupported) {
		t.Errorf("got %v", err)
	}
}
