//go:build !linux

package atomicfile

import "os"

// fdatasync brings a file's bytes to the disk.
func fdatasync(f *os.File) error { return f.Sync() }
