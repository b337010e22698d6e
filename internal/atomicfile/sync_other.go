//go:build !unix && !windows

package atomicfile

import (
	"errors"
	"syscall"
)

// isNoSpace reports whether err means a full disk.
func isNoSpace(err error) bool { return errors.Is(err, syscall.ENOSPC) }

// syncDir has nothing to do: no such host lets a guest sync a directory.
func syncDir(string) error { return nil }
