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
	partSuffix    = ".part"
	journalSuffix = ".journal"
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
		return nil, &Error{Op: "create", Path: path, Kind: ErrTarget, Err: absentError{dir}}
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

// errLost: another process took a file for stale between its creation and its lock, and removed it; or its name was
// taken. Another run has other names.
var errLost = errors.New("other processes keep removing its temporary files")

// createPart creates and locks a run's part of a file and reserves its space. old is the file it will replace, or nil.
func createPart(spec Spec, run string, force bool, old fs.FileInfo) (*File, error) {
	f := newFile(spec, run, force)
	var err error
	if f.file, err = createLocked(f.part); err != nil {
		if errors.Is(err, errLost) {
			return nil, err
		}
		return nil, f.fail("create", err)
	}
	if err := f.reserve(old); err != nil {
		_ = f.Abort()
		return nil, err
	}
	return f, nil
}

// reserve gives the part its size and its space.
func (f *File) reserve(old fs.FileInfo) error {
	if err := preallocate(f.file, f.size); err != nil {
		return f.fail("reserve space for", err)
	}
	if old != nil {
		// What replaces a private file stays private. A file system without permissions has none to keep.
		_ = f.file.Chmod(old.Mode().Perm())
	}
	return nil
}

// createLocked creates a file that is provably ours.
func createLocked(name string) (*os.File, error) {
	file, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666)
	if errors.Is(err, fs.ErrExist) {
		return nil, errLost
	}
	if err != nil {
		return nil, err
	}
	if lockErr := lock(file); lockErr == nil || errors.Is(lockErr, errNoLocks) {
		if sameFile(file, name) {
			return file, nil
		}
	}
	_ = file.Close()
	return nil, errLost
}

// collect removes the parts and journals of target whose writers are dead. Failing to is no reason not to write.
func collect(target string) {
	for _, left := range leftovers(target) {
		removeIfStale(left.name, left.pid)
	}
}

// leftover is a part or a journal that stands beside a target.
type leftover struct {
	name    string // with directory
	run     string
	pid     int
	journal bool
}

// leftovers lists the parts and journals of target that are of this host.
func leftovers(target string) []leftover {
	dir := filepath.Dir(target)
	d, err := os.Open(dir)
	if err != nil {
		return nil
	}
	defer d.Close()
	names, err := d.Readdirnames(-1)
	if err != nil {
		return nil
	}
	prefix := partPrefix(target)
	var found []leftover
	for _, name := range names {
		if left, ok := parseName(name, prefix); ok {
			left.name = filepath.Join(dir, name)
			found = append(found, left)
		}
	}
	return found
}

// partPrefix returns what the names of all of target's parts begin with on this host.
func partPrefix(target string) string {
	name := filepath.Base(target)
	if len(name) > maxPrefix {
		name = strings.ToValidUTF8(name[:maxPrefix], "")
	}
	return "." + name + "." + hostTag() + "-"
}

// newRun returns a name for what this process is about to write.
func newRun() (string, error) {
	var random [4]byte
	if _, err := rand.Read(random[:]); err != nil {
		return "", err
	}
	return strconv.Itoa(os.Getpid()) + "-" + hex.EncodeToString(random[:]), nil
}

// runFile returns the path of a run's part or journal for target.
func runFile(target, run, suffix string) string {
	return filepath.Join(filepath.Dir(target), partPrefix(target)+run+suffix)
}

// parseName tells whether name is a part or a journal with this prefix, and of which run.
func parseName(name, prefix string) (left leftover, ok bool) {
	rest, ok := strings.CutPrefix(name, prefix)
	if !ok {
		return leftover{}, false
	}
	if left.run, ok = strings.CutSuffix(rest, partSuffix); !ok {
		if left.run, ok = strings.CutSuffix(rest, journalSuffix); !ok {
			return leftover{}, false
		}
		left.journal = true
	}
	digits, random, ok := strings.Cut(left.run, "-")
	if !ok || len(random) != 8 {
		return leftover{}, false
	}
	if _, err := hex.DecodeString(random); err != nil {
		return leftover{}, false
	}
	var err error
	left.pid, err = strconv.Atoi(digits)
	return left, err == nil && left.pid > 0
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
