package safetensors

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/nibble-go/nibble/internal/fault"
)

// A Set is the weights of a model directory: one file, or shards. It is safe
// for concurrent use.
type Set struct {
	dir     *directory
	shards  []*Shard
	tensors []*Tensor // in the order of Tensors
	byName  []*Tensor
}

// A Shard is one file of a [Set].
type Shard struct {
	Name     string            // of the file, without directory
	Size     int64             // of the file, in bytes
	Metadata map[string]string // of the file
	Tensors  []*Tensor         // sorted by name
}

// OpenSet opens the weights of the model directory dir and reads their
// headers.
//
// The shards are the files that model.safetensors.index.json names, or, where
// there is no index, all files whose names begin with model and end in
// .safetensors. Where there are none, the error wraps [ErrNoWeights]. The
// shards must hold the tensors that the index names and no others, and each
// tensor once; which of them holds it, their own headers decide.
//
// No file outside of dir is read, with one exception: in a snapshot in a
// Hugging Face cache (models--ORG--NAME/snapshots/REVISION), whose files are
// links into the blobs of the repository, any file of that repository may be
// the end of a link.
func OpenSet(dir string) (*Set, error) {
	d, err := openDirectory(dir)
	if err != nil {
		return nil, err
	}
	s := &Set{dir: d}
	if err := s.open(); err != nil {
		return nil, errors.Join(err, d.close())
	}
	return s, nil
}

func (s *Set) open() error {
	index, err := s.dir.readIndex()
	if err != nil {
		return err
	}
	var names []string
	if index != nil {
		names = index.shards
		err = s.dir.checkListed(names)
	} else {
		names = s.dir.weightFiles()
		err = s.dir.checkSeries(names)
	}
	if err != nil {
		return err
	}
	for _, name := range names {
		shard, err := s.dir.openShard(name)
		if err != nil {
			return err
		}
		s.shards = append(s.shards, shard)
		s.tensors = append(s.tensors, shard.Tensors...)
	}
	s.byName = slices.Clone(s.tensors)
	slices.SortStableFunc(s.byName, func(a, b *Tensor) int { return cmp.Compare(a.Name, b.Name) })
	for i, t := range s.byName {
		if i > 0 && s.byName[i-1].Name == t.Name {
			return malformed(tensorPath(t.Name) + " is both in " + s.shardOf(s.byName[i-1]) + " and in " + s.shardOf(t))
		}
	}
	if index != nil {
		return s.compare(index)
	}
	return nil
}

// compare checks that the shards hold what the index says, as the reference
// converter does: which tensors there are, not where.
func (s *Set) compare(index *index) error {
	for _, t := range s.byName {
		if _, ok := index.weights[t.Name]; !ok {
			return fault.At(indexName, malformed(tensorPath(t.Name)+" of "+s.shardOf(t)+" is not in weight_map"))
		}
	}
	if len(index.weights) == len(s.byName) {
		return nil
	}
	var missing []string
	for name, shard := range index.weights {
		if _, ok := s.Lookup(name); !ok {
			missing = append(missing, tensorPath(name)+" of "+shard)
		}
	}
	slices.Sort(missing)
	return fault.At(indexName, malformed(enumerate(missing)+" not in the shards"))
}

// enumerate joins the first few of a list.
func enumerate(list []string) string {
	const most = 3
	if len(list) <= most {
		return strings.Join(list, ", ")
	}
	return strings.Join(list[:most], ", ") + " and " + decimal(int64(len(list)-most)) + " more"
}

func (s *Set) shardOf(t *Tensor) string {
	for _, shard := range s.shards {
		if found, ok := lookup(shard.Tensors, t.Name); ok && found == t {
			return shard.Name
		}
	}
	return ""
}

// Shards returns the files, sorted by name.
func (s *Set) Shards() []*Shard { return s.shards }

// Tensors returns all tensors: shard by shard, sorted by name within a shard.
func (s *Set) Tensors() []*Tensor { return s.tensors }

// Lookup returns the tensor of that name.
func (s *Set) Lookup(name string) (*Tensor, bool) { return lookup(s.byName, name) }

// Size returns the bytes of all files.
func (s *Set) Size() int64 {
	n := int64(0)
	for _, shard := range s.shards {
		n += shard.Size
	}
	return n
}

// Close closes the files. No tensor can be read afterwards.
func (s *Set) Close() error { return s.dir.close() }
