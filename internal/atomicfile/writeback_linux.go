//go:build linux && !arm

package atomicfile

import (
	"os"
	"syscall"
)

const writesBack = true

// startWriteback starts to write all dirty pages of f, and waits for none. It leaves it to fsync to see errors.
func startWriteback(f *os.File) {
	const syncFileRangeWrite = 2
	conn, err := f.SyscallConn()
	if err != nil {
		return
	}
	_ = conn.Control(func(fd uintptr) { _ = syscall.SyncFileRange(int(fd), 0, 0, syncFileRangeWrite) })
}
