package atomicfile

import (
	"errors"
	"io/fs"
	"strconv"
)

var (
	// ErrExists: something stands at the target, and Options.Force was not given. It wraps fs.ErrExist.
	ErrExists error = existsError{}
	// ErrTarget: the target cannot be an output file: a directory, a device, a symbolic link, or a name in a
	// directory that does not exist.
	ErrTarget = errors.New("cannot be an output file")
	// ErrBusy: what is to be resumed is still being written.
	ErrBusy = errors.New("another process is writing it")
	// ErrNoSpace: the file does not fit on its disk. Before the first byte it comes as a *SpaceError.
	ErrNoSpace = errors.New("not enough free space")
	// ErrJournal: a journal is damaged, or cannot be written.
	ErrJournal = errors.New("journal")
	// ErrIO: the operating system refused or failed an operation, for example for want of permission.
	ErrIO = errors.New("input/output error")
)

type existsError struct{}

func (existsError) Error() string { return "exists already" }
func (existsError) Unwrap() error { return fs.ErrExist }

// Error is a failure at a path.
type Error struct {
	Op   string // what was being done: "create", "write", "sync", ...
	Path string // the target, or the directory for ErrNoSpace and errors of the directory
	Kind error  // ErrExists, ErrTarget, ErrBusy, ErrJournal or ErrIO
	Err  error  // the cause, nil where Kind says it all
}

func (e *Error) Error() string {
	msg := e.Op + " " + strconv.Quote(e.Path) + ": "
	if e.Err == nil {
		return msg + e.Kind.Error()
	}
	if e.Kind == ErrIO {
		return msg + e.Err.Error()
	}
	return msg + e.Kind.Error() + ": " + e.Err.Error()
}

// Unwrap lets errors.Is find both the kind and the cause.
func (e *Error) Unwrap() []error {
	if e.Err == nil {
		return []error{e.Kind}
	}
	return []error{e.Kind, e.Err}
}

// absentError says which directory is not there. It wraps fs.ErrNotExist.
type absentError struct{ dir string }

func (e absentError) Error() string { return "there is no directory " + strconv.Quote(e.dir) }

func (e absentError) Unwrap() error { return fs.ErrNotExist }

// SpaceError says how much space a file or a set of files needs and how much there is. It wraps ErrNoSpace.
type SpaceError struct {
	Path   string // the directory that the output goes to
	Needed int64  // bytes
	Free   int64  // bytes; -1 where the system does not say
	Err    error  // the cause, where the disk filled up although there seemed to be space
}

func (e *SpaceError) Error() string {
	msg := "not enough free space in " + strconv.Quote(e.Path) + ": " + strconv.FormatInt(e.Needed, 10) + " bytes needed"
	if e.Free >= 0 {
		msg += ", " + strconv.FormatInt(e.Free, 10) + " bytes free"
	}
	if e.Err != nil {
		msg += ": " + e.Err.Error()
	}
	return msg
}

// Unwrap lets errors.Is find ErrNoSpace and the cause.
func (e *SpaceError) Unwrap() []error {
	if e.Err == nil {
		return []error{ErrNoSpace}
	}
	return []error{ErrNoSpace, e.Err}
}
