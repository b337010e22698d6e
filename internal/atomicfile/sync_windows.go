package atomicfile

import (
	"errors"
	"syscall"
)

const (
	errorHandleDiskFull = syscall.Errno(39)  // ERROR_HANDLE_DISK_FULL
	errorDiskFull       = syscall.Errno(112) // ERROR_DISK_FULL
)

// isNoSpace reports whether err means a full disk.
func isNoSpace(err error) bool {
	return errors.Is(err, errorDiskFull) || errors.Is(err, errorHandleDiskFull)
}

// syncDir has nothing to do: Windows cannot open a directory for writing, and NTFS journals its names.
func syncDir(string) error { return nil }
