package edit

import (
	"errors"
	"fmt"
	"math"

	"github.com/nibble-go/nibble/gguf"
)

// ErrSplit reports a file that cannot be split, or one that cannot be merged,
// because it is part of a split set or none.
var ErrSplit = errors.New("split set")

// SplitOptions bound the files of a split set as llama-gguf-split does. One of
// MaxBytes and MaxTensors is given.
type SplitOptions struct {
	// MaxBytes bounds the bytes of a file's tensors, padding included and the
	// header not. A larger tensor has a file of its own.
	MaxBytes int64

	// MaxTensors bounds the number of a file's tensors.
	MaxTensors int

	// TensorlessFirst leaves the first file without tensors.
	TensorlessFirst bool
}

// Split plans the files that llama-gguf-split makes of f, byte for byte. (Where
// it would stop, because a first tensor is larger than MaxBytes, that tensor
// has a file of its own; and one file that is enough is a split set of one, as
// it is there. Strings that hold a NUL, and an alignment other than 32, come out
// whole, which llama-gguf-split breaks.) The bytes differ from those of
// [gguf.PlanSplits], which does as gguf-py: padding counts, and the keys of the
// split stand in another order.
func Split(f *gguf.File, opts SplitOptions) (*Plan, error) {
	if _, count, err := f.SplitInfo(); err != nil || count > 1 {
		return nil, errors.Join(err, fmt.Errorf("%w: the file is part of one already", ErrSplit))
	}
	if (opts.MaxBytes > 0) == (opts.MaxTensors > 0) {
		return nil, fmt.Errorf("%w: one of the most bytes and the most tensors is to be given", ErrSplit)
	}
	counts := splitCounts(f.Tensors, opts)
	if len(counts) > math.MaxUint16 || len(f.Tensors) > math.MaxInt32 {
		return nil, fmt.Errorf("%w: %d files are more than 65535", ErrSplit, len(counts))
	}
	p := &Plan{set: true, tensors: cut(f.Tensors, counts)}
	for i, tensors := range p.tensors {
		meta := new(gguf.Metadata)
		if i == 0 {
			meta = f.Metadata.Clone()
		}
		appendKey(meta, splitNoKey, gguf.Uint16(uint16(i)))
		appendKey(meta, splitTensorsKey, gguf.Int32(int32(len(f.Tensors))))
		appendKey(meta, splitCountKey, gguf.Uint16(uint16(len(counts))))
		layout, err := gguf.NewLayout(meta, infos(tensors))
		if err != nil {
			return nil, err
		}
		p.Files = append(p.Files, layout)
	}
	return p, p.setOrder(f.ByteOrder)
}

// splitPadding is what llama-gguf-split pads tensors to when it counts their
// bytes, whatever the alignment.
const splitPadding = 32

// splitCounts returns how many tensors each file takes. By number, cuts are at
// the multiples of the most, whether or not the first file takes tensors.
func splitCounts(tensors []*gguf.Tensor, opts SplitOptions) []int {
	counts := []int{0}
	if opts.TensorlessFirst {
		counts = append(counts, 0)
	}
	bytes := int64(0)
	for i, t := range tensors {
		size := t.Bytes() + (splitPadding-t.Bytes()%splitPadding)%splitPadding
		file := len(counts) - 1
		full := opts.MaxTensors > 0 && i > 0 && i%opts.MaxTensors == 0 ||
			opts.MaxBytes > 0 && size > opts.MaxBytes-bytes
		if full && counts[file] > 0 {
			counts = append(counts, 0)
			file, bytes = file+1, 0
		}
		counts[file]++
		bytes += size
	}
	return counts
}

// Merge plans the one file that llama-gguf-split makes of the split set f: the
// metadata of the first file, with a split.count of 0 as the mark of a merged
// file, and the tensors of all.
func Merge(f *gguf.File) (*Plan, error) {
	v, _ := f.Metadata.Get(splitCountKey)
	if n, ok := v.Uint(); !ok || n == 0 {
		return nil, fmt.Errorf("%w: the file is part of none", ErrSplit)
	}
	meta := f.Metadata.Clone()
	appendKey(meta, splitCountKey, gguf.Uint16(0))
	return newPlan(f, meta, f.Tensors)
}

// appendKey sets a key as ggml does: one that is there moves to the end.
func appendKey(m *gguf.Metadata, key string, v gguf.Value) {
	m.Delete(key)
	m.Set(key, v)
}
