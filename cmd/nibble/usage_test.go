package main

import (
	"io/fs"
	"strings"
	"syscall"
	"testing"
)

// fullWriter is standard output on a full disk.
type fullWriter struct{}

func (fullWriter) Write([]byte) (int, error) {
	return 0, &fs.PathError{Op: "write", Path: "stdout", Err: syscall.ENOSPC}
}

// What cannot be written is no wrong usage, whoever prints it.
func TestFullOutput(t *testing.T) {
	for _, args := range [][]string{{"completion", "bash"}, {"version"}} {
		var stderr strings.Builder
		if code := run(t.Context(), args, strings.NewReader(""), fullWriter{}, &stderr); code != exitIO {
			t.Errorf("%v: exit code %d: %s", args, code, &stderr)
		}
	}
}
