//go:build !unix

package main

import "io/fs"

// ownedAlone: where there are no owners and modes, the user's cache directory is the user's.
func ownedAlone(fs.FileInfo) bool { return true }
