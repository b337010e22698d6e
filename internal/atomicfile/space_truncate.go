//go:build !linux

package atomicfile

import (
	"os"
	"runtime"
)

// closeBeforeRename: Windows refuses to rename an open file; elsewhere it keeps its lock.
const closeBeforeRename = runtime.GOOS == "windows"

// preallocate gives f its size. On Windows that reserves the space; elsewhere a full disk shows at the write.
func preallocate(f *os.File, size int64) error {
	if size == 0 {
		return nil
	}
	return f.Truncate(size)
}
