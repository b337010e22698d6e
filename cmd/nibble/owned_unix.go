//go:build unix

package main

import (
	"io/fs"
	"os"
	"syscall"
)

// ownedAlone reports whether a file is this user's, and nobody else can write to it.
func ownedAlone(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == os.Getuid() && info.Mode().Perm()&0o022 == 0
}
