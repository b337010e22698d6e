package gguf

import (
	"errors"
	"io/fs"

	"github.com/nibble-go/nibble/internal/fault"
	"github.com/nibble-go/nibble/internal/modeldir"
)

// Open reads the header of the GGUF file at path with the default
// [ReaderOptions]. If it is the first file of a split set, it opens the other
// files beside it and presents the tensors of all; one that is not there is a
// [MissingSplitError]. The caller closes the result.
func Open(path string) (*File, error) { return OpenWith(path, ReaderOptions{}) }

// OpenWith is Open with options.
func OpenWith(path string, opts ReaderOptions) (*File, error) {
	first, err := OpenSingle(path, opts)
	if err != nil {
		return nil, err
	}
	no, count, err := first.SplitInfo()
	switch {
	case err != nil:
		err = fault.At(path, err)
	case count == 1:
		return first, nil
	default:
		var joined *File
		if joined, err = openSplits(path, first, no, count, opts); err == nil {
			return joined, nil
		}
	}
	return nil, errors.Join(err, first.Close())
}

// OpenSingle is [OpenWith] for one file, with its tensors only, even if it is
// one of a split set.
func OpenSingle(path string, opts ReaderOptions) (*File, error) {
	source, info, err := modeldir.OpenRegular(path)
	if err != nil {
		return nil, err
	}
	f, err := NewReader(source, info.Size(), opts)
	if err != nil {
		return nil, errors.Join(fault.At(path, err), source.Close())
	}
	f.closer = source
	return f, nil
}

// openSplits opens the rest of the set of which first, at path, says to be
// file no of count. On an error only first stays open.
func openSplits(path string, first *File, no, count int, opts ReaderOptions) (*File, error) {
	prefix, nameNo, nameCount, named := ParseSplitName(path)
	switch {
	case !named || nameCount != count || nameNo != no:
		return nil, fault.At(path, malformed("file is split "+decimal(no+1)+" of "+decimal(count)+
			" of a set, which its name must say: "+SplitName("NAME", no, count)))
	case no != 0:
		return nil, fault.At(path, malformed("file is split "+decimal(no+1)+" of "+decimal(count)+
			" of a set; open the first, "+SplitName(prefix, 0, count)))
	}
	files := []*File{first}
	err := error(nil)
	for i := 1; i < count && err == nil; i++ {
		var f *File
		if f, err = OpenSingle(SplitName(prefix, i, count), opts); err == nil {
			files = append(files, f)
		} else if errors.Is(err, fs.ErrNotExist) {
			err = fault.At(path, &MissingSplitError{SplitName(prefix, i, count), err})
		}
	}
	if err == nil {
		var joined *File
		if joined, err = JoinSplits(files); err == nil {
			return joined, nil
		}
		err = fault.At(path, err)
	}
	for _, f := range files[1:] {
		err = errors.Join(err, f.Close())
	}
	return nil, err
}

// A MissingSplitError reports a file of a split set that is not there, while the
// first is. It wraps fs.ErrNotExist.
type MissingSplitError struct {
	Name string // path of the file
	Err  error
}

func (e *MissingSplitError) Error() string { return "file of the split set is missing: " + e.Name }

func (e *MissingSplitError) Unwrap() error { return e.Err }
