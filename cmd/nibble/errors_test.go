package main

import (
	"fmt"
	"io/fs"
	"strings"
	"syscall"
	"testing"

	"github.com/nibble-go/nibble/internal/atomicfile"
)

// What the system refuses is hinted at by what can be done about it, where something can.
func TestHintsForOutputs(t *testing.T) {
	for _, tc := range []struct {
		cause error
		want  string // "": no hint
	}{
		{fs.ErrPermission, "that you may write to"},
		{syscall.EACCES, "that you may write to"},
		{syscall.EROFS, "that you may write to"},
		{syscall.EFBIG, "--split-max-size"},
		{syscall.EIO, ""},
	} {
		err := fmt.Errorf("somewhere: %w", &atomicfile.Error{Op: "write", Path: "x", Kind: atomicfile.ErrIO, Err: tc.cause})
		if hint := hintFor(err); (hint == "") != (tc.want == "") || !strings.Contains(hint, tc.want) {
			t.Errorf("%v: hint %q, want %q", err, hint, tc.want)
		}
		if code := exitCode(t.Context(), err); code != exitIO {
			t.Errorf("%v: exit code %d, want %d", err, code, exitIO)
		}
	}
}
