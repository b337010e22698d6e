//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package atomicfile

import (
	"errors"
	"os"
	"syscall"
)

var errNoLocks = errors.New("the file system has no locks")

// lock takes the advisory lock of a part without waiting. It is held until the file is closed, so until the process
// ends at the latest.
func lock(f *os.File) error {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.ENOSYS) || errors.Is(err, syscall.ENOTSUP) || errors.Is(err, syscall.ENOLCK) {
		return errNoLocks
	}
	return err
}

// removeIfStale removes a part whose lock nobody holds. Where there are no locks it removes nothing.
func removeIfStale(name string, _ int) {
	f, err := os.OpenFile(name, os.O_RDWR|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if err != nil {
		return
	}
	defer f.Close()
	// The owner may have renamed its part since the name was read: what stands there now must be what is locked.
	if lock(f) == nil && sameFile(f, name) {
		_ = os.Remove(name)
	}
}
