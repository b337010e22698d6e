//go:build !unix

package atomicfile

import "io/fs"

// allocatedBytes returns how many bytes of the disk a file takes.
func allocatedBytes(info fs.FileInfo) int64 { return info.Size() }
