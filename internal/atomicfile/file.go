package atomicfile

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"sync/atomic"
)

// Options say how a file is created. The zero value never replaces anything.
type Options struct {
	// Force replaces an existing file. The old file stands untouched until the new one is complete.
	Force bool
}

// File is an output file in the making. WriteAt may be called by several goroutines at once; Commit and Abort may not.
type File struct {
	target string // where the file will stand
	part   string // where it stands until then
	size   int64
	force  bool
	file   *os.File // nil once committed, aborted or kept

	unsynced  atomic.Bool // something was written since the last call of syncData
	writeback writeback
}

// newFile returns the file of a run, which is not there yet.
func newFile(spec Spec, run string, force bool) *File {
	return &File{
		target: spec.Path, part: runFile(spec.Path, run, partSuffix), size: spec.Size, force: force,
		writeback: writeback{start: startWriteback},
	}
}

// Create checks that path can become a file of size bytes, removes the parts that dead processes left of it, and
// reserves the space. The caller ends with Commit or Abort; Abort after Commit does nothing, so it can be deferred.
func Create(path string, size int64, opts Options) (*File, error) {
	set, err := CreateAll([]Spec{{Path: path, Size: size}}, opts)
	if err != nil {
		return nil, err
	}
	return set.files[0], nil
}

// WriteFile writes data to path in one go.
func WriteFile(path string, data []byte, opts Options) error {
	f, err := Create(path, int64(len(data)), opts)
	if err != nil {
		return err
	}
	defer f.Abort()
	if _, err := f.WriteAt(data, 0); err != nil {
		return err
	}
	return f.Commit()
}

// Path returns the target's path.
func (f *File) Path() string { return f.target }

// Size returns the size in bytes that the file was created with.
func (f *File) Size() int64 { return f.size }

// WriteAt implements io.WriterAt. Bytes that are never written are zero. A write past the size that the file was
// created with is refused: no space was reserved for it.
func (f *File) WriteAt(p []byte, off int64) (int, error) {
	if f.file == nil {
		return 0, &Error{Op: "write", Path: f.target, Kind: ErrIO, Err: fs.ErrClosed}
	}
	if off < 0 || off > f.size || int64(len(p)) > f.size-off {
		return 0, &Error{Op: "write", Path: f.target, Kind: ErrIO,
			Err: errors.New(strconv.Itoa(len(p)) + " bytes at offset " + strconv.FormatInt(off, 10) +
				" do not fit in a file of " + strconv.FormatInt(f.size, 10) + " bytes")}
	}
	n, err := f.file.WriteAt(p, off)
	f.writeback.wrote(f.file, n)
	f.unsynced.Store(true) // after the bytes were written: syncData clears it before it syncs, and must not miss them
	if err != nil {
		return n, f.fail("write", err)
	}
	return n, nil
}

// ReadAt implements io.ReaderAt: it reads what was written so far, zeros elsewhere.
func (f *File) ReadAt(p []byte, off int64) (int, error) {
	if f.file == nil {
		return 0, &Error{Op: "read", Path: f.target, Kind: ErrIO, Err: fs.ErrClosed}
	}
	n, err := f.file.ReadAt(p, off)
	if err != nil && !errors.Is(err, io.EOF) {
		err = f.fail("read", err)
	}
	return n, err
}

// Commit makes the file durable under its target's name. After an error nothing new remains, with one exception that
// the error names: where only the last step failed, the directory's own fsync, the new file stands complete.
func (f *File) Commit() error { return (&Set{files: []*File{f}}).Commit() }

// Abort discards the file. What stood at the target before stands there still.
func (f *File) Abort() error {
	if f.file == nil {
		return nil
	}
	// A part that is still open cannot be removed on Windows, and one that is closed is no longer locked: whoever
	// collects it then does what comes next here anyway.
	f.writeback.end()
	err := f.file.Close()
	f.file = nil
	if rerr := os.Remove(f.part); rerr != nil && !errors.Is(rerr, fs.ErrNotExist) {
		err = rerr
	}
	if err != nil {
		return &Error{Op: "remove", Path: f.part, Kind: ErrIO, Err: err}
	}
	return nil
}

// sync brings the bytes to the disk. After a failed fsync the state of the pages is unknown and a second call may
// report success for bytes that are lost, so the caller must discard the part.
func (f *File) sync() error {
	if f.file == nil {
		return &Error{Op: "sync", Path: f.target, Kind: ErrIO, Err: fs.ErrClosed}
	}
	if err := f.file.Sync(); err != nil {
		return f.fail("sync", err)
	}
	return nil
}

// syncData brings the bytes that were written since its last call to the disk, and whatever it takes to read them back.
// The part keeps its size, so that nothing else needs to be written.
func (f *File) syncData() error {
	if f.file == nil {
		return &Error{Op: "sync", Path: f.target, Kind: ErrIO, Err: fs.ErrClosed}
	}
	if !f.unsynced.Swap(false) {
		return nil
	}
	if err := fdatasync(f.file); err != nil {
		return f.fail("sync", err)
	}
	return nil
}

// install gives the part the target's name.
func (f *File) install() error {
	if closeBeforeRename {
		f.writeback.end()
		if err := f.file.Close(); err != nil {
			return f.fail("close", err)
		}
	}
	if f.force {
		if err := os.Rename(f.part, f.target); err != nil {
			return f.fail("rename", err)
		}
		return nil
	}
	// A hard link is the portable rename that refuses to replace. If the part's name cannot be removed, or the process
	// dies before it is, it is stale like any other, and removing it later leaves the target alone.
	err := os.Link(f.part, f.target)
	switch {
	case err == nil:
		_ = os.Remove(f.part)
		return nil
	case errors.Is(err, fs.ErrExist):
		return &Error{Op: "create", Path: f.target, Kind: ErrExists}
	}
	// The file system has no hard links (FAT, some network file systems): look, then rename.
	if _, err := os.Lstat(f.target); err == nil {
		return &Error{Op: "create", Path: f.target, Kind: ErrExists}
	}
	if err := os.Rename(f.part, f.target); err != nil {
		return f.fail("rename", err)
	}
	return nil
}

// close lets go of the lock after the file was installed, or is kept.
func (f *File) close() {
	// The bytes are on the disk since sync: nothing that close could report would change that. On systems where the
	// file had to be closed before its rename this is the second close and reports just that.
	f.writeback.end()
	_ = f.file.Close()
	f.file = nil
}

// fail wraps an error of the operating system, telling a full disk from other failures.
func (f *File) fail(op string, err error) error {
	if isNoSpace(err) {
		dir := filepath.Dir(f.target)
		free, ferr := freeSpace(dir)
		if ferr != nil {
			free = -1
		}
		return &SpaceError{Path: dir, Needed: f.size, Free: free, Err: err}
	}
	return &Error{Op: op, Path: f.target, Kind: ErrIO, Err: bare(err)}
}

// bare strips the path that os adds, which Error names already.
func bare(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	var le *os.LinkError
	if errors.As(err, &le) {
		return le.Err
	}
	return err
}
