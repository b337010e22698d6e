package atomicfile

import (
	"errors"
	"os"
	"syscall"
)

// closeBeforeRename: an open file can be renamed, and keeps its lock.
const closeBeforeRename = false

// preallocate gives f its size and its blocks. A plain truncate would succeed on a full disk and leave the failure to
// some later write, so it serves only where the file system has no fallocate.
func preallocate(f *os.File, size int64) error {
	if size == 0 {
		return nil
	}
	for {
		err := syscall.Fallocate(int(f.Fd()), 0, 0, size)
		switch {
		case errors.Is(err, syscall.EINTR):
			continue
		case errors.Is(err, syscall.EOPNOTSUPP), errors.Is(err, syscall.ENOSYS):
			return f.Truncate(size)
		}
		return err
	}
}
