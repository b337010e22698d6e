package convert

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/nibble-go/nibble/gguf/safetensors"
)

// maxConfigBytes bounds the small files of a model directory: configurations,
// templates, the model card. The largest seen in the wild, a chat template
// with its tokenizer_config.json, is under one MiB.
const maxConfigBytes = 16 << 20

// directory is a model directory in Hugging Face layout, opened. Its files are
// reached through a root that no link leads out of: the directory itself, or,
// for a snapshot in a Hugging Face cache, the repository's folder in the
// cache, since the files of a snapshot are links into its blobs.
type directory struct {
	name    string // the model's name: of the directory, or of the cached repository
	path    string
	root    *os.Root
	within  string // the directory, seen from root
	names   []string
	weights *safetensors.Set
}

// openDirectory opens the model directory at path and the headers of its
// weights.
func openDirectory(path string) (*directory, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return nil, refuseFile(path)
	}
	full, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	d := &directory{path: path, within: "."}
	d.name = filepath.Base(full)
	rootPath := full
	if repository, revision, ok := cacheSnapshot(full); ok {
		rootPath, d.within = repository, filepath.Join("snapshots", revision)
		d.name = repositoryName(filepath.Base(repository))
	}
	if d.root, err = os.OpenRoot(rootPath); err != nil {
		return nil, err
	}
	if err := d.list(); err != nil {
		return nil, errors.Join(err, d.root.Close())
	}
	if err := d.refuse(); err != nil {
		return nil, errors.Join(err, d.root.Close())
	}
	if d.weights, err = safetensors.OpenSet(path); err != nil {
		return nil, errors.Join(err, d.root.Close())
	}
	return d, nil
}

// Close releases the files of the directory.
func (d *directory) Close() error {
	return errors.Join(d.weights.Close(), d.root.Close())
}

// cacheSnapshot takes apart a path of the form
// CACHE/models--org--name/snapshots/REVISION.
func cacheSnapshot(path string) (repository, revision string, ok bool) {
	snapshots := filepath.Dir(path)
	repository = filepath.Dir(snapshots)
	if filepath.Base(snapshots) != "snapshots" || !strings.HasPrefix(filepath.Base(repository), "models--") {
		return "", "", false
	}
	return repository, filepath.Base(path), true
}

// repositoryName returns the name in a cache folder's models--org--name.
func repositoryName(folder string) string {
	return folder[strings.LastIndex(folder, "--")+len("--"):]
}

// list fills names with the directory's entries, sorted.
func (d *directory) list() error {
	f, err := d.root.Open(d.within)
	if err != nil {
		return err
	}
	d.names, err = f.Readdirnames(-1)
	slices.Sort(d.names)
	return errors.Join(err, f.Close())
}

// has reports whether the directory has an entry of that name.
func (d *directory) has(base string) bool {
	_, found := slices.BinarySearch(d.names, base)
	return found
}

// glob returns the names of the files that match pattern in the subdirectory
// sub, or in the directory itself where sub is empty; sorted.
func (d *directory) glob(sub, pattern string) ([]string, error) {
	return fs.Glob(d.root.FS(), filepath.ToSlash(filepath.Join(d.within, sub, pattern)))
}

// open opens a file of the directory for reading at any offset. The error is
// fs.ErrNotExist where there is none.
func (d *directory) open(name string) (*os.File, int64, error) {
	f, err := d.root.Open(filepath.Join(d.within, filepath.FromSlash(name)))
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, 0, fmt.Errorf("%s: %w", filepath.Join(d.path, name), fs.ErrNotExist)
		}
		return nil, 0, fmt.Errorf("%s: %w", filepath.Join(d.path, name), err)
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s: %w: not a regular file", filepath.Join(d.path, name), ErrFormat)
	}
	if err != nil {
		return nil, 0, errors.Join(err, f.Close())
	}
	return f, info.Size(), nil
}

// readFile returns a small file of the directory, fs.ErrNotExist where there
// is none.
func (d *directory) readFile(name string) ([]byte, error) {
	f, size, err := d.open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if size > maxConfigBytes {
		return nil, fmt.Errorf("%s: %w: %d bytes, more than %d", filepath.Join(d.path, name), ErrFormat, size, maxConfigBytes)
	}
	data := make([]byte, size)
	if _, err := io.ReadFull(f, data); err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Join(d.path, name), err)
	}
	return data, nil
}
