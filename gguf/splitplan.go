package gguf

import (
	"math"

	"github.com/nibble-go/nibble/internal/fault"
)

// The keys of a split set.
const (
	splitNoKey      = "split.no"            // u16, counted from 0
	splitCountKey   = "split.count"         // u16
	splitTensorsKey = "split.tensors.count" // i32, of all files
)

// SplitOptions bounds the files of a split set. The zero value is one file.
type SplitOptions struct {
	// MaxBytes bounds the bytes of a file's tensors, without padding and
	// header. 0 is no bound.
	MaxBytes int64

	// MaxTensors bounds the number of a file's tensors. 0 is no bound.
	MaxTensors int

	// TensorlessFirst leaves the first file without tensors, so that it is
	// small and can be fetched for its metadata. It always makes two files or
	// more.
	TensorlessFirst bool
}

// PlanSplits lays tensors out in as many files as opts makes necessary, each
// file taking the next tensors in order. Files are cut where gguf-py cuts
// them: before a tensor that would make the file exceed a bound, but never
// before its first tensor, so that one tensor may exceed MaxBytes on its own.
//
// The first file holds all metadata and, behind it, the keys of the split;
// the others hold those keys only, and general.alignment where the metadata
// has it. If one file is enough, it is no split set and has no such keys.
func PlanSplits(meta *Metadata, tensors []TensorInfo, opts SplitOptions) ([]*Layout, error) {
	ranges, err := cutTensors(tensors, opts)
	if err != nil {
		return nil, err
	}
	return layOutSplits(meta, tensors, ranges)
}

// PlanSplitsAt is PlanSplits for cuts that are given, such as those of another
// split set: counts holds the number of tensors of each file.
func PlanSplitsAt(meta *Metadata, tensors []TensorInfo, counts []int) ([]*Layout, error) {
	ranges := make([]tensorRange, len(counts))
	from := 0
	for i, n := range counts {
		if n < 0 || n > len(tensors)-from {
			return nil, unfit("file " + decimal(i+1) + " of a split set cannot take " + decimal(n) + " of " + decimal(len(tensors)-from) + " tensors")
		}
		ranges[i] = tensorRange{from, from + n}
		from += n
	}
	if from != len(tensors) {
		return nil, unfit("files of a split set take " + decimal(from) + " of " + decimal(len(tensors)) + " tensors")
	}
	return layOutSplits(meta, tensors, ranges)
}

func layOutSplits(meta *Metadata, tensors []TensorInfo, ranges []tensorRange) ([]*Layout, error) {
	if meta == nil {
		meta = new(Metadata)
	}
	if len(ranges) == 1 {
		layout, err := NewLayout(meta, tensors)
		if err != nil {
			return nil, err
		}
		return []*Layout{layout}, nil
	}
	if len(ranges) > math.MaxUint16 {
		return nil, unfit(decimal(len(ranges)) + " files are more than 65535")
	}
	if len(tensors) > math.MaxInt32 {
		return nil, unfit(decimal(len(tensors)) + " tensors are more than 2^31")
	}
	if err := checkUnique(tensors); err != nil {
		return nil, err
	}
	layouts := make([]*Layout, len(ranges))
	for i, r := range ranges {
		var err error
		layouts[i], err = NewLayout(splitMetadata(meta, i, len(ranges), len(tensors)), tensors[r.from:r.to])
		if err != nil {
			return nil, err
		}
	}
	return layouts, nil
}

// tensorRange is the tensors of one file.
type tensorRange struct{ from, to int }

func cutTensors(tensors []TensorInfo, opts SplitOptions) ([]tensorRange, error) {
	var ranges []tensorRange
	if opts.TensorlessFirst {
		ranges = append(ranges, tensorRange{})
	}
	from, bytes := 0, int64(0)
	for i := range tensors {
		size, err := tensors[i].Size()
		if err != nil {
			return nil, fault.At(tensorPath(tensors[i].Name), &fault.Reason{Text: reasonText(err), Sentinel: ErrLayout, Cause: err})
		}
		full := opts.MaxTensors > 0 && i-from >= opts.MaxTensors ||
			opts.MaxBytes > 0 && size > opts.MaxBytes-bytes
		if full && i > from {
			ranges = append(ranges, tensorRange{from, i})
			from, bytes = i, 0
		}
		if size > math.MaxInt64-bytes {
			return nil, unfit("tensors take more than 2^63 bytes")
		}
		bytes += size
	}
	return append(ranges, tensorRange{from, len(tensors)}), nil
}

// checkUnique finds a name that two files would share; within a file
// NewLayout finds it.
func checkUnique(tensors []TensorInfo) error {
	seen := make(map[string]bool, len(tensors))
	for i := range tensors {
		if seen[tensors[i].Name] {
			return fault.At(tensorPath(tensors[i].Name), unfit("name is used twice"))
		}
		seen[tensors[i].Name] = true
	}
	return nil
}

func splitMetadata(meta *Metadata, no, count, tensors int) *Metadata {
	m := new(Metadata)
	if no == 0 {
		m = meta.Clone()
	} else if v, ok := meta.Get(alignmentKey); ok {
		// llama.cpp's tools write no such key there, and do without where it says
		// what holds anyway.
		if n, _ := v.Uint(); n != defaultAlignment {
			m.Set(alignmentKey, v)
		}
	}
	m.Set(splitNoKey, Uint16(uint16(no)))
	m.Set(splitCountKey, Uint16(uint16(count)))
	m.Set(splitTensorsKey, Int32(int32(tensors)))
	return m
}
