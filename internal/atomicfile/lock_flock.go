//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package atomicfile

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// lock takes the advisory lock of a part without waiting. It is held until the file is closed, so until the process
// ends at the latest.
func lock(f *os.File) error {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.ENOSYS) || errors.Is(err, syscall.ENOTSUP) || errors.Is(err, syscall.ENOLCK) {
		return errNoLocks
	}
	return err
}

// openLocked opens a part or a journal that was left behind and takes its lock. The error is errHeld where its writer
// lives, errNoLocks where there is no telling, and fs.ErrNotExist where it went away.
func openLocked(name string, _ int) (*os.File, error) {
	f, err := os.OpenFile(name, os.O_RDWR|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	err = lock(f)
	switch {
	case errors.Is(err, syscall.EWOULDBLOCK):
		err = errHeld
	case err == nil && !sameFile(f, name):
		// The owner may have renamed it since the name was read: what stands there now must be what is locked.
		err = fs.ErrNotExist
	}
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	return f, nil
}

// removeIfStale removes a part or a journal whose lock nobody holds. Where there are no locks it removes nothing.
func removeIfStale(name string, pid int) {
	f, err := openLocked(name, pid)
	if err != nil {
		return
	}
	defer f.Close()
	_ = os.Remove(name)
}
