package atomicfile

import (
	"errors"
	"os"
)

var errNoLocks = errors.New("the file system has no locks")

// lock has nothing to do: an open file cannot be removed on Windows, and removeIfStale asks for the process too.
func lock(*os.File) error { return nil }

// removeIfStale removes a part whose process is gone.
func removeIfStale(name string, pid int) {
	if p, err := os.FindProcess(pid); err == nil { // on Windows an error means that there is no such process
		_ = p.Release()
		return
	}
	_ = os.Remove(name)
}
