package atomicfile

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

const errorSharingViolation = syscall.Errno(32) // ERROR_SHARING_VIOLATION

// lock has nothing to do: an open file cannot be removed on Windows, and removeIfStale asks for the process too.
func lock(*os.File) error { return nil }

// openLocked opens a part or a journal that was left behind for this process alone. The error is errHeld where another
// has it open.
func openLocked(name string, _ int) (*os.File, error) {
	path, err := syscall.UTF16PtrFromString(name)
	if err != nil {
		return nil, err
	}
	handle, err := syscall.CreateFile(path, syscall.GENERIC_READ|syscall.GENERIC_WRITE, 0, nil,
		syscall.OPEN_EXISTING, syscall.FILE_ATTRIBUTE_NORMAL|syscall.FILE_FLAG_OPEN_REPARSE_POINT, 0)
	if errors.Is(err, errorSharingViolation) {
		return nil, errHeld
	}
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	return os.NewFile(uintptr(handle), name), nil
}

// removeIfStale removes a part or a journal whose process is gone.
func removeIfStale(name string, pid int) {
	if p, err := os.FindProcess(pid); err == nil { // on Windows an error means that there is no such process
		_ = p.Release()
		return
	}
	_ = os.Remove(name)
}
