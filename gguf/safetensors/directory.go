package safetensors

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/nibble-go/nibble/internal/fault"
	"github.com/nibble-go/nibble/internal/modeldir"
)

// maxShards bounds the files of a set; the largest published models have a few
// hundred.
const maxShards = 1 << 14

// directory is a model directory, with the shards that are open in it.
type directory struct {
	*modeldir.Dir
	files *openFiles
}

func openDirectory(path string) (*directory, error) {
	d, err := modeldir.Open(path)
	if err != nil {
		return nil, err
	}
	return &directory{Dir: d, files: &openFiles{open: openShardFile(d), most: maxOpenFiles}}, nil
}

func (d *directory) close() error { return errors.Join(d.files.close(), d.Close()) }

// weightFiles returns the files that are taken without an index.
func (d *directory) weightFiles() []string {
	var list []string
	for _, name := range d.Names() {
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
		if !d.Has(name) {
			missing = append(missing, name)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return fault.At(d.Path(), malformed("no "+enumerate(missing)+", named in "+indexName+"; was the download complete?"))
}

// checkSeries checks files that no index names: there is one at least, and of
// those numbered NAME-00001-of-00003.safetensors all.
func (d *directory) checkSeries(names []string) error {
	if len(names) == 0 {
		return fault.At(d.Path(), ErrNoWeights)
	}
	have := make(map[series]int)
	for _, name := range names {
		have[shardSeries(name)]++
	}
	for _, name := range names {
		if s := shardSeries(name); have[s] < s.count {
			return fault.At(d.Path(), malformed("shards "+s.stem+"-*"+shardSuffix+": "+decimal(int64(have[s]))+" of "+
				decimal(int64(s.count))+" are there; was the download complete?"))
		}
	}
	return nil
}

// openShard opens a shard and reads its header.
func (d *directory) openShard(name string) (*Shard, error) {
	f, info, err := d.files.open(name)
	if err != nil {
		return nil, err
	}
	src := &shardFile{files: d.files, name: name, info: info}
	d.files.add(src, f)
	file, err := NewReader(src, info.Size(), ReaderOptions{})
	if err != nil {
		return nil, fault.At(filepath.Join(d.Path(), name), err)
	}
	return &Shard{Name: name, Size: file.Size, Metadata: file.Metadata, Tensors: file.Tensors}, nil
}

// openShardFile returns a function that opens files of d. What is no file, or
// a link to none, breaks the format.
func openShardFile(d *modeldir.Dir) func(name string) (*os.File, fs.FileInfo, error) {
	return func(name string) (*os.File, fs.FileInfo, error) {
		f, info, err := d.Open(name)
		if errors.Is(err, modeldir.ErrNotRegular) || errors.Is(err, modeldir.ErrLink) {
			err = fault.Of(ErrFormat, err)
		}
		return f, info, err
	}
}
