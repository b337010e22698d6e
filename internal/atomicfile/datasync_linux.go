package atomicfile

import (
	"errors"
	"os"
	"syscall"
)

// fdatasync brings a file's bytes to the disk, and of its metadata what it takes to read them.
func fdatasync(f *os.File) error {
	for {
		if err := syscall.Fdatasync(int(f.Fd())); !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}
