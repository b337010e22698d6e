package gguf

import "github.com/nibble-go/nibble/internal/fault"

// SplitInfo tells whether the file is one of a split set, which one, counted
// from 0, and of how many. The error of keys that make no sense wraps
// ErrFormat.
func (f *File) SplitInfo() (no, count int, err error) {
	countValue, ok := f.Metadata.Get(splitCountKey)
	if !ok {
		return 0, 1, nil
	}
	n, ok := countValue.Uint()
	if !ok || n > 1<<16 {
		return 0, 0, fault.At(metadataPath(splitCountKey), malformed(countValue.String()+" is no number of files"))
	}
	if n <= 1 { // 0: llama-gguf-split marks so what it has merged
		return 0, 1, nil
	}
	noValue, ok := f.Metadata.Get(splitNoKey)
	i, isInt := noValue.Uint()
	if !ok || !isInt || i >= n {
		return 0, 0, fault.At(metadataPath(splitNoKey), malformed(noValue.String()+" is no file of "+unsignedDecimal(n)))
	}
	return int(i), int(n), nil
}

// JoinSplits presents the files of a split set as one: the metadata of the
// first and the tensors of all. They must be given in order and complete;
// that their keys agree, and that no tensor is in two of them, is checked.
// Closing the result closes them.
func JoinSplits(files []*File) (*File, error) {
	if len(files) == 0 {
		return nil, malformed("split set without files")
	}
	first := files[0]
	joined := &File{
		Version:    first.Version,
		ByteOrder:  first.ByteOrder,
		Alignment:  first.Alignment,
		Metadata:   first.Metadata,
		DataOffset: first.DataOffset,
		Splits:     files,
		byName:     make(map[string]*Tensor),
	}
	for i, f := range files {
		if err := joined.addSplit(i, f); err != nil {
			return nil, fault.At("split "+decimal(i+1)+" of "+decimal(len(files)), err)
		}
	}
	if err := joined.checkSplitTensors(); err != nil {
		return nil, err
	}
	return joined, nil
}

func (f *File) addSplit(i int, split *File) error {
	no, count, err := split.SplitInfo()
	switch {
	case err != nil:
		return err
	case count != len(f.Splits):
		return malformed("file says that there are " + decimal(count) + " splits")
	case no != i:
		return malformed("file says that it is split " + decimal(no+1))
	case split.ByteOrder != f.ByteOrder:
		return malformed("file is in another byte order than the first")
	}
	for _, t := range split.Tensors {
		if other := f.byName[t.Name]; other != nil {
			return fault.At(tensorPath(t.Name), malformed("name is in split "+decimal(other.Split+1)+" already"))
		}
		t.Split = i
		f.Tensors = append(f.Tensors, t)
		f.byName[t.Name] = t
	}
	f.Size += split.Size
	f.Warnings = append(f.Warnings, split.Warnings...)
	return nil
}

func (f *File) checkSplitTensors() error {
	v, ok := f.Metadata.Get(splitTensorsKey)
	if !ok {
		return fault.At(metadataPath(splitTensorsKey), malformed("key is missing"))
	}
	if n, ok := v.Uint(); !ok || n != uint64(len(f.Tensors)) {
		return fault.At(metadataPath(splitTensorsKey), malformed("first file says that there are "+v.String()+
			" tensors, but the splits hold "+decimal(len(f.Tensors))))
	}
	return nil
}
