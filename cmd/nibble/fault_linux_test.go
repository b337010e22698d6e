package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

func TestDiskFull(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("mounting a small tmpfs needs root")
	}
	model, out := extract(t), t.TempDir()
	if err := syscall.Mount("tmpfs", out, "tmpfs", 0, "size=1m"); err != nil {
		t.Skip("cannot mount a tmpfs here: ", err)
	}
	defer func() {
		if err := syscall.Unmount(out, 0); err != nil {
			t.Error("unmount: ", err)
		}
	}()
	path := filepath.Join(out, "model.gguf")
	writeFile(t, path, "old")
	p := start(t, "convert", model, "-t", "q8_0", "--force", "-o", path)
	if code := p.wait(t); code != exitNoSpace {
		t.Errorf("exit code %d, want %d", code, exitNoSpace)
	}
	stderr := p.stderr.String()
	if !regexp.MustCompile(`^nibble: error: not enough free space in ".*": [0-9]+ bytes needed, [0-9]+ bytes free\n`).MatchString(stderr) {
		t.Errorf("stderr does not say how much is needed and free: %s", stderr)
	}
	if !strings.Contains(stderr, "nibble: hint: free ") {
		t.Errorf("stderr does not say what to do: %s", stderr)
	}
	if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, []byte("old")) {
		t.Errorf("the old file holds %q, %v", got, err)
	}
	if left := entries(t, out); len(left) != 1 {
		t.Errorf("left behind: %q", left)
	}
}
