// Package modeldir reaches the files of a model directory in Hugging Face
// layout, and no others.
//
// Names in a model directory come from strangers. They are opened through a
// root that no link leads out of: the directory itself, or, for a snapshot in
// a Hugging Face cache (models--ORG--NAME/snapshots/REVISION), whose files are
// links into ../../blobs, the repository's folder in the cache. Only regular
// files are opened: a FIFO would make the reader wait for ever.
package modeldir

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

var (
	// ErrNotRegular reports a directory, a FIFO or a device where a file
	// belongs.
	ErrNotRegular = errors.New("not a regular file")

	// ErrLink reports a symbolic link that ends nowhere or leaves the
	// directory.
	ErrLink = errors.New("broken or outside link")

	// ErrTooLarge reports a file that is larger than its reader takes.
	ErrTooLarge = errors.New("file too large")
)

// MaxConfigBytes bounds the small files of a model directory: configurations,
// templates, the model card. The largest seen in the wild, a chat template
// with its tokenizer_config.json, is under one MiB.
const MaxConfigBytes = 16 << 20

// Dir is an open model directory.
type Dir struct {
	path   string // as given
	name   string
	root   *os.Root
	within string // the directory, seen from root
	names  []string
}

// Open opens the model directory at path.
func Open(path string) (*Dir, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	rootPath, err := filepath.EvalSymlinks(absolute)
	if err != nil {
		return nil, err
	}
	d := &Dir{path: path, name: filepath.Base(absolute), within: "."}
	if repository, revision, ok := cacheSnapshot(rootPath); ok {
		rootPath, d.within = repository, filepath.Join("snapshots", revision)
		d.name = repositoryName(filepath.Base(repository))
	}
	if d.root, err = os.OpenRoot(rootPath); err != nil {
		return nil, err
	}
	entries, err := fs.ReadDir(d.root.FS(), filepath.ToSlash(d.within))
	if err != nil {
		return nil, errors.Join(err, d.root.Close())
	}
	for _, e := range entries {
		d.names = append(d.names, e.Name())
	}
	slices.Sort(d.names)
	return d, nil
}

// Close releases the directory. Files that were opened stay open.
func (d *Dir) Close() error { return d.root.Close() }

// cacheSnapshot takes apart a path of the form
// CACHE/models--ORG--NAME/snapshots/REVISION.
func cacheSnapshot(path string) (repository, revision string, ok bool) {
	snapshots := filepath.Dir(path)
	repository = filepath.Dir(snapshots)
	if filepath.Base(snapshots) != "snapshots" || !strings.HasPrefix(filepath.Base(repository), "models--") {
		return "", "", false
	}
	return repository, filepath.Base(path), true
}

// repositoryName returns the name in a cache folder's models--ORG--NAME.
func repositoryName(folder string) string {
	return folder[strings.LastIndex(folder, "--")+len("--"):]
}

// Path returns the path that was opened.
func (d *Dir) Path() string { return d.path }

// Name returns the model's name: that of the directory, also where it was
// opened as ".", or of the cached repository.
func (d *Dir) Name() string { return d.name }

// Names returns the directory's entries, sorted.
func (d *Dir) Names() []string { return d.names }

// Has reports whether the directory has an entry of that name.
func (d *Dir) Has(name string) bool {
	_, found := slices.BinarySearch(d.names, name)
	return found
}

// Glob returns the slash-separated names, below the directory, that match
// pattern.
func (d *Dir) Glob(pattern string) ([]string, error) {
	sub, err := fs.Sub(d.root.FS(), filepath.ToSlash(d.within))
	if err != nil {
		return nil, err
	}
	return fs.Glob(sub, pattern)
}

// Open opens the regular file of that slash-separated name, or the one that a
// link of that name ends at. The error is fs.ErrNotExist where there is none.
func (d *Dir) Open(name string) (*os.File, fs.FileInfo, error) {
	inRoot := filepath.Join(d.within, filepath.FromSlash(name))
	f, info, err := openRegular(inRoot, d.root.Stat, d.root.Open)
	if err == nil {
		return f, info, nil
	}
	full := filepath.Join(d.path, filepath.FromSlash(name))
	link, linkErr := d.root.Readlink(inRoot)
	switch {
	case linkErr != nil: // not a link
		return nil, nil, &Error{full, cause(err)}
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil, &Error{full, &linkError{"link to " + strconv.Quote(link) + ", which is not there; was the download complete?", fs.ErrNotExist}}
	}
	return nil, nil, &Error{full, &linkError{"link to " + strconv.Quote(link) + ": " + cause(err).Error(), err}}
}

// ReadFile returns a file of at most limit bytes.
func (d *Dir) ReadFile(name string, limit int64) ([]byte, error) {
	f, info, err := d.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	full := filepath.Join(d.path, filepath.FromSlash(name))
	if info.Size() > limit {
		return nil, &Error{full, ErrTooLarge}
	}
	data := make([]byte, info.Size())
	if _, err := io.ReadFull(f, data); err != nil {
		return nil, &Error{full, err}
	}
	return data, nil
}

// OpenRegular opens the regular file at path. The error is fs.ErrNotExist where
// there is none.
func OpenRegular(path string) (*os.File, fs.FileInfo, error) {
	f, info, err := openRegular(path, os.Stat, os.Open)
	switch {
	case errors.Is(err, ErrNotRegular):
		err = &Error{path, ErrNotRegular}
	case errors.Is(err, fs.ErrNotExist):
		err = &Error{path, absentError{}}
	}
	return f, info, err
}

// absentError says of a file that it is not there, in the same words on every
// system. It wraps fs.ErrNotExist.
type absentError struct{}

func (absentError) Error() string { return "there is no such file" }

func (absentError) Unwrap() error { return fs.ErrNotExist }

// openRegular looks before it opens, since opening a FIFO would wait for a
// writer.
func openRegular(path string, stat func(string) (fs.FileInfo, error), open func(string) (*os.File, error)) (*os.File, fs.FileInfo, error) {
	info, err := stat(path)
	if err != nil {
		return nil, nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, nil, ErrNotRegular
	}
	f, err := open(path)
	if err != nil {
		return nil, nil, err
	}
	if info, err = f.Stat(); err == nil && !info.Mode().IsRegular() {
		err = ErrNotRegular
	}
	if err != nil {
		return nil, nil, errors.Join(err, f.Close())
	}
	return f, info, nil
}

// cause takes the name of the file, which is relative to the root, off an
// error.
func cause(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// An Error is a failure at a file.
type Error struct {
	Path string
	Err  error
}

func (e *Error) Error() string { return e.Path + ": " + e.Err.Error() }

func (e *Error) Unwrap() error { return e.Err }

// linkError says in words what is wrong with a link.
type linkError struct {
	text string
	err  error
}

func (e *linkError) Error() string { return e.text }

func (e *linkError) Unwrap() []error { return []error{ErrLink, e.err} }
