package main

import (
	"bytes"
	"errors"
	"math/rand/v2"
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

// A disk that has no room for the rest loses nothing, and when there is room again, the run goes on.
func TestDiskFullThenFreed(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("mounting a small tmpfs needs root")
	}
	model, out, whole := extract(t), t.TempDir(), filepath.Join(t.TempDir(), "whole.gguf")
	if err := syscall.Mount("tmpfs", out, "tmpfs", 0, "size=8m"); err != nil {
		t.Skip("cannot mount a tmpfs here: ", err)
	}
	defer func() {
		if err := syscall.Unmount(out, 0); err != nil {
			t.Error("unmount: ", err)
		}
	}()
	if code := start(t, "convert", model, "-t", "q4_k_m", "-o", whole).wait(t); code != exitOK {
		t.Fatalf("exit code %d", code)
	}
	path, filler := filepath.Join(out, "model.gguf"), filepath.Join(out, "filler")
	args := []string{"convert", model, "-t", "q4_k_m", "-j", "1", "-o", path}
	stopped(t, rand.New(rand.NewPCG(3, 0)), out, args...)

	// The part has its space. Take half of it away, as if the file system could not reserve, and all the rest.
	parts, err := filepath.Glob(filepath.Join(out, ".*.part"))
	if err != nil || len(parts) != 1 {
		t.Fatal(parts, err)
	}
	info, err := os.Stat(parts[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(parts[0], info.Size()/2); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filler, make([]byte, 8<<20), 0o644); !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("filling the disk: %v, want ENOSPC", err)
	}
	left := strings.Join(entries(t, out), " ")
	p := start(t, append(args, "--resume")...)
	if code := p.wait(t); code != exitNoSpace {
		t.Errorf("exit code %d, want %d; stderr: %s", code, exitNoSpace, &p.stderr)
	}
	if now := strings.Join(entries(t, out), " "); now != left {
		t.Errorf("%q stands there, want %q", now, left)
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	p = start(t, append(args, "--resume")...)
	if code := p.wait(t); code != exitOK {
		t.Fatalf("exit code %d; stderr: %s", code, &p.stderr)
	}
	if !bytes.Equal(content(t, path), content(t, whole)) {
		t.Error("the output differs from that of an undisturbed run")
	}
	if now := entries(t, out); len(now) != 1 {
		t.Errorf("left behind: %q", now)
	}
}
