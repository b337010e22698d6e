package atomicfile

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"hash/fnv"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

const (
	partSuffix = ".part"
	// maxPrefix bounds how much of the target's name a part repeats, in bytes, so that a target whose name has the
	// 255 bytes that file systems allow still has parts.
	maxPrefix = 200
)

// checkTarget reports whether a regular file may be created at path. The result describes the file that stands there,
// nil where there is none.
func checkTarget(path string, force bool) (fs.FileInfo, error) {
	dir := filepath.Dir(path)
	dirInfo, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, &Error{Op: "create", Path: path, Kind: ErrTarget, Err: errors.New("there is no directory " + strconv.Quote(dir))}
	case err != nil:
		return nil, &Error{Op: "create", Path: path, Kind: ErrIO, Err: bare(err)}
	case !dirInfo.IsDir():
		return nil, &Error{Op: "create", Path: path, Kind: ErrTarget, Err: errors.New(strconv.Quote(dir) + " is not a directory")}
	}

	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, &Error{Op: "create", Path: path, Kind: ErrIO, Err: bare(err)}
	case info.IsDir():
		return nil, &Error{Op: "create", Path: path, Kind: ErrTarget, Err: errors.New("it is a directory")}
	case info.Mode()&fs.ModeSymlink != 0:
		// Renaming would replace the link, following it would write where the caller did not say.
		return nil, &Error{Op: "create", Path: path, Kind: ErrTarget, Err: errors.New("it is a symbolic link; name the file that it points to")}
	case !info.Mode().IsRegular():
		return nil, &Error{Op: "create", Path: path, Kind: ErrTarget, Err: errors.New("it is not a regular file")}
	case !force:
		return nil, &Error{Op: "create", Path: path, Kind: ErrExists}
	}
	return info, nil
}

// createPart creates and locks the part of a file and reserves its space. old is the file it will replace, or nil.
func createPart(spec Spec, force bool, old fs.FileInfo) (*File, error) {
	f := &File{target: spec.Path, size: spec.Size, force: force}
	if err := f.openPart(); err != nil {
		return nil, err
	}
	if err := preallocate(f.file, spec.Size); err != nil {
		err = f.fail("reserve space for", err)
		_ = f.Abort()
		return nil, err
	}
	if old != nil {
		// What replaces a private file stays private. A file system without permissions has none to keep.
		_ = f.file.Chmod(old.Mode().Perm())
	}
	return f, nil
}

// openPart creates a part that is provably ours. Between its creation and its lock another process may take it for
// stale and remove it; then the next name is tried.
func (f *File) openPart() error {
	for range 100 {
		name, err := partName(f.target)
		if err != nil {
			return f.fail("create", err)
		}
		file, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return f.fail("create", err)
		}
		if lockErr := lock(file); lockErr == nil || errors.Is(lockErr, errNoLocks) {
			if sameFile(file, name) {
				f.file, f.part = file, name
				return nil
			}
		}
		_ = file.Close()
	}
	return &Error{Op: "create", Path: f.target, Kind: ErrIO, Err: errors.New("other processes keep removing its temporary file")}
}

// collect removes the parts of target whose writers are dead. Failing to is no reason not to write.
func collect(target string) {
	dir := filepath.Dir(target)
	d, err := os.Open(dir)
	if err != nil {
		return
	}
	defer d.Close()
	names, err := d.Readdirnames(-1)
	if err != nil {
		return
	}
	prefix := partPrefix(target)
	for _, name := range names {
		if pid, ok := parsePart(name, prefix); ok {
			removeIfStale(filepath.Join(dir, name), pid)
		}
	}
}

// partPrefix returns what the names of all of target's parts begin with on this host.
func partPrefix(target string) string {
	name := filepath.Base(target)
	if len(name) > maxPrefix {
		name = strings.ToValidUTF8(name[:maxPrefix], "")
	}
	return "." + name + "." + hostTag() + "-"
}

// partName returns a new name for a part of target.
func partName(target string) (string, error) {
	var random [4]byte
	if _, err := rand.Read(random[:]); err != nil {
		return "", err
	}
	name := partPrefix(target) + strconv.Itoa(os.Getpid()) + "-" + hex.EncodeToString(random[:]) + partSuffix
	return filepath.Join(filepath.Dir(target), name), nil
}

// parsePart tells whether name is a part with this prefix, and of which process.
func parsePart(name, prefix string) (pid int, ok bool) {
	rest, ok := strings.CutPrefix(name, prefix)
	if !ok {
		return 0, false
	}
	rest, ok = strings.CutSuffix(rest, partSuffix)
	if !ok {
		return 0, false
	}
	digits, random, ok := strings.Cut(rest, "-")
	if !ok || len(random) != 8 {
		return 0, false
	}
	if _, err := hex.DecodeString(random); err != nil {
		return 0, false
	}
	pid, err := strconv.Atoi(digits)
	return pid, err == nil && pid > 0
}

// hostTag stands for this host in the names of parts.
func hostTag() string {
	host, err := os.Hostname()
	if err != nil {
		host = ""
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(host))
	return hex.EncodeToString(h.Sum(nil))
}

// sameFile reports whether the open file still stands at name.
func sameFile(file *os.File, name string) bool {
	open, err := file.Stat()
	if err != nil {
		return false
	}
	named, err := os.Lstat(name)
	return err == nil && os.SameFile(open, named)
}
