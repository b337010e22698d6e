package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// Where a copy does not fit, or nothing may be written, the old file stands.
func TestSetFullAndReadOnlyDisk(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("mounting a small tmpfs needs root")
	}
	_, data := sampleFile(t)
	dir := t.TempDir()
	const size = "size=12m" // the file takes 8 MiB
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, size); err != nil {
		t.Skip("cannot mount a tmpfs here: ", err)
	}
	defer func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error("unmount: ", err)
		}
	}()
	path := filepath.Join(dir, "model.gguf")
	if err := os.WriteFile(path, data, 0o666); err != nil {
		t.Fatal(err)
	}
	set := func(value string, wantCode int, wantText string) {
		t.Helper()
		p := start(t, "gguf", "set", path, "general.name", value)
		if code := p.wait(t); code != wantCode || !strings.Contains(p.stderr.String(), wantText) {
			t.Errorf("exit code %d, want %d; stderr: %s", code, wantCode, &p.stderr)
		}
		if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, data) {
			t.Errorf("the file was changed: %v", err)
		}
		if left := entries(t, dir); len(left) != 1 {
			t.Errorf("left behind: %q", left)
		}
	}
	set("A longer name", exitNoSpace, "not enough free space")

	if err := syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT|syscall.MS_RDONLY, size); err != nil {
		t.Skip("cannot remount a tmpfs here: ", err)
	}
	set("A longer name", exitIO, "read-only file system")
	set("Fable 5m", exitIO, "read-only file system")
	if err := syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT, size); err != nil {
		t.Fatal(err)
	}
	// In place there is space enough.
	p := start(t, "gguf", "set", path, "general.name", "Fable 5m")
	if code := p.wait(t); code != exitOK {
		t.Errorf("exit code %d; stderr: %s", code, &p.stderr)
	}
	if got, err := os.ReadFile(path); err != nil || bytes.Equal(got, data) || len(got) != len(data) {
		t.Errorf("the file was not changed in place: %v", err)
	}
}
