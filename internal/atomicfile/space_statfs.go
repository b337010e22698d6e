//go:build linux || darwin

package atomicfile

import (
	"errors"
	"math"
	"math/bits"
	"syscall"
)

var errUnknownSpace = errors.New("the file system does not say how much space is free")

// freeSpace returns how many bytes an unprivileged user may still write to dir's file system.
func freeSpace(dir string) (int64, error) {
	var st syscall.Statfs_t
	for {
		err := syscall.Statfs(dir, &st)
		if errors.Is(err, syscall.EINTR) {
			continue
		}
		if err != nil {
			return 0, err
		}
		break
	}
	if st.Blocks == 0 { // some virtual file systems
		return 0, errUnknownSpace
	}
	hi, lo := bits.Mul64(st.Bavail, uint64(st.Bsize))
	if hi != 0 || lo > math.MaxInt64 {
		return math.MaxInt64, nil
	}
	return int64(lo), nil
}
