//go:build unix

package atomicfile

import (
	"io/fs"
	"syscall"
)

// allocatedBytes returns how many bytes of the disk a file takes. Holes take none.
func allocatedBytes(info fs.FileInfo) int64 {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		const unit = 512               // of st_blocks, whatever the size of the file system's blocks
		return int64(st.Blocks) * unit //nolint:unconvert // 32 bits on some platforms
	}
	return info.Size()
}
