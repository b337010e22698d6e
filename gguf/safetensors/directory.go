package safetensors

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// maxShards bounds the files of a set; the largest published models have a few
// hundred.
const maxShards = 1 << 14

// directory is a model directory whose files are reached through a root that
// no link leads out of (spec reliability 4b).
type directory struct {
	path   string   // as given
	root   *os.Root // of the directory, or of the cached repository that it is a snapshot of
	within string   // the directory, seen from root
	names  []string // of its entries, sorted
	files  *openFiles
}

func openDirectory(path string) (*directory, error) {
	real, err := filepath.EvalSymlinks(path)
	if err == nil {
		real, err = filepath.Abs(real)
	}
	if err != nil {
		return nil, err
	}
	d := &directory{path: path, within: "."}
	if repository, revision, ok := cacheSnapshot(real); ok {
		real, d.within = repository, filepath.Join("snapshots", revision)
	}
	if d.root, err = os.OpenRoot(real); err != nil {
		return nil, err
	}
	d.files = &openFiles{root: d.root, most: maxOpenFiles}
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

func (d *directory) close() error { return errors.Join(d.files.close(), d.root.Close()) }

// cacheSnapshot takes apart a path of the form
// CACHE/models--ORG--NAME/snapshots/REVISION.
func cacheSnapshot(path string) (repository, revision string, ok bool) {
	snapshots, revision := filepath.Split(path)
	snapshots = filepath.Clean(snapshots)
	repository = filepath.Dir(snapshots)
	if filepath.Base(snapshots) != "snapshots" || !strings.HasPrefix(filepath.Base(repository), "models--") {
		return "", "", false
	}
	return repository, revision, true
}

// has reports whether the directory has an entry of that name.
func (d *directory) has(name string) bool {
	_, ok := slices.BinarySearch(d.names, name)
	return ok
}

// weightFiles returns the files that are taken without an index.
func (d *directory) weightFiles() []string {
	var list []string
	for _, name := range d.names {
		if strings.HasPrefix(name, "model") && isShardName(name) {
			list = append(list, name)
		}
	}
	return list
}

// isShardName reports whether name can be that of a shard: a file name without
// any path, on every system.
func isShardName(name string) bool {
	return strings.HasSuffix(name, shardSuffix) && filepath.IsLocal(name) && !strings.ContainsAny(name, "/\\:\x00")
}

// checkListed checks that the files which an index names are there.
func (d *directory) checkListed(names []string) error {
	var missing []string
	for _, name := range names {
		if !d.has(name) {
			missing = append(missing, name)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return &located{d.path, malformed("no " + enumerate(missing) + ", named in " + indexName + "; was the download complete?")}
}

// checkSeries checks files that no index names: there is one at least, and of
// those numbered NAME-00001-of-00003.safetensors all.
func (d *directory) checkSeries(names []string) error {
	if len(names) == 0 {
		return &located{d.path, ErrNoWeights}
	}
	have := make(map[series]int)
	for _, name := range names {
		have[shardSeries(name)]++
	}
	for _, name := range names {
		if s := shardSeries(name); have[s] < s.count {
			return &located{d.path, malformed("shards " + s.stem + "-*" + shardSuffix + ": " + decimal(int64(have[s])) + " of " +
				decimal(int64(s.count)) + " are there; was the download complete?")}
		}
	}
	return nil
}

// openShard opens a shard and reads its header.
func (d *directory) openShard(name string) (*Shard, error) {
	f, info, err := d.openFile(name)
	if err != nil {
		return nil, err
	}
	src := &shardFile{files: d.files, path: filepath.Join(d.within, name), info: info}
	d.files.add(src, f)
	file, err := NewReader(src, info.Size(), ReaderOptions{})
	if err != nil {
		return nil, &located{filepath.Join(d.path, name), err}
	}
	return &Shard{Name: name, Size: file.Size, Metadata: file.Metadata, Tensors: file.Tensors}, nil
}

// openFile opens a regular file of the directory, or the one that a link in it
// ends at.
func (d *directory) openFile(name string) (*os.File, fs.FileInfo, error) {
	path := filepath.Join(d.within, name)
	f, info, err := openRegular(path, d.root.Stat, d.root.Open)
	if err == nil {
		return f, info, nil
	}
	full := filepath.Join(d.path, name)
	link, linkErr := d.root.Readlink(path)
	switch {
	case linkErr != nil: // not a link
		return nil, nil, &located{full, cause(err)}
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil, &located{full, &reason{"link to " + quote(link) + ", which is not there; was the download complete?", ErrFormat, fs.ErrNotExist}}
	}
	return nil, nil, &located{full, &reason{"link to " + quote(link) + ": " + cause(err).Error(), ErrFormat, err}}
}

// cause takes the name of the file, which is relative to the root, off an
// error.
func cause(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	var place *located
	if errors.As(err, &place) {
		return place.err
	}
	return err
}
