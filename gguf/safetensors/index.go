package safetensors

import (
	"errors"
	"io"
	"io/fs"
	"maps"
	"slices"

	"github.com/nibble-go/nibble/internal/fault"
	"github.com/nibble-go/nibble/internal/jsonread"
)

// indexName is the file that says which shard each tensor is in.
const indexName = "model.safetensors.index.json"

// index is what an index file says.
type index struct {
	weights map[string]string // weight_map: tensor to shard
	names   map[string]string // the shards that occur, by themselves: one string for many tensors
	shards  []string          // the same, sorted
}

// readIndex reads the index of the directory. Without one it returns nil.
func (d *directory) readIndex() (*index, error) {
	f, info, err := d.files.open(indexName)
	if errors.Is(err, fs.ErrNotExist) && !d.Has(indexName) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	x, err := parseIndex(io.NewSectionReader(f, 0, info.Size()))
	if err != nil {
		err = fault.At(indexName, err)
	}
	return x, errors.Join(err, f.Close())
}

// parseIndex reads an index. Every value of its weight_map is the name of a
// safetensors file and not a path.
func parseIndex(r io.Reader) (*index, error) {
	d := jsonread.NewDecoder(r, jsonread.Options{MaxBytes: maxHeader, NonFinite: true})
	x := &index{names: make(map[string]string)}
	path := ""
	err := d.ReadObject(func(key string) error {
		if key != "weight_map" {
			return d.Skip()
		}
		x.weights = make(map[string]string)
		return d.ReadTable(func(name string) error {
			err := x.add(d, name)
			if err != nil {
				path = "weight_map[" + fault.Quote(name) + "]"
			}
			return err
		})
	})
	if err == nil {
		err = d.End()
	}
	switch {
	case err != nil:
		return nil, formatError(err, 0, path)
	case len(x.weights) == 0:
		return nil, malformed("no weight_map, or one without tensors")
	}
	x.shards = slices.Sorted(maps.Keys(x.names))
	return x, nil
}

// add reads the shard of a tensor.
func (x *index) add(d *jsonread.Decoder, name string) error {
	if _, ok := x.weights[name]; ok {
		return jsonread.DuplicateKey(name)
	}
	if len(x.weights) == maxTensors {
		return unsupported("more than " + decimal(maxTensors) + " tensors")
	}
	text, err := d.ReadText()
	if err != nil {
		return err
	}
	shard, ok := x.names[string(text)]
	if !ok {
		shard = string(text)
		if !isShardName(shard) {
			return malformed(fault.Quote(shard) + " is not the name of a .safetensors file in the same directory")
		}
		if len(x.names) == maxShards {
			return unsupported("more than " + decimal(maxShards) + " shards")
		}
		x.names[shard] = shard
	}
	x.weights[name] = shard
	return nil
}
