package edit

import (
	"context"
	"errors"
	"io/fs"
	"os"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/internal/atomicfile"
	"github.com/nibble-go/nibble/internal/fault"
)

// UpdateOptions say what becomes of a changed file. The zero value changes it
// where it stands.
type UpdateOptions struct {
	// Output is where the changed file goes, empty for the place where it is.
	Output string

	// Force replaces a file at Output.
	Force bool

	// DryRun finds out what would be done and does nothing.
	DryRun bool

	// Progress is told about the bytes of a copy; see [WriteOptions].
	Progress func(done, total int64)
}

// An Outcome says how a file was changed.
type Outcome struct {
	Path string // the changed file

	// InPlace says that bytes of the file itself were changed: Length of them
	// at Offset. A length of 0 means that it said the same already.
	InPlace        bool
	Offset, Length int64

	Size int64 // of the changed file
}

// Update changes the metadata of the one file at path; a split set has all that
// is worth changing in its first file. The package's description says when a
// file is changed in place and when by a copy. The error of change is returned
// as it is; others are those of package gguf and of the file system.
//
// A symbolic link is refused, since what it points to may belong to others, as
// in a cache of downloads. A hard link is changed under all its names in place,
// and parts from the others by a copy. What may not be written is not replaced
// either. Nobody else may change the file meanwhile.
func Update(ctx context.Context, path string, change func(*gguf.Metadata) error, opts UpdateOptions) (*Outcome, error) {
	if opts.Output != "" && sameFile(path, opts.Output) {
		path, opts.Output = opts.Output, ""
	}
	src, err := openForUpdate(path, opts.Output == "")
	if err != nil {
		return nil, err
	}
	defer src.Close()
	info, err := src.Stat()
	if err != nil {
		return nil, err
	}
	f, err := gguf.NewReader(src, info.Size(), gguf.ReaderOptions{})
	if err != nil {
		return nil, fault.At(path, err)
	}
	meta := f.Metadata.Clone()
	if err := change(meta); err != nil {
		return nil, err
	}
	plan, err := Retag(f, meta)
	if err != nil {
		return nil, fault.At(path, err)
	}
	if opts.Output == "" {
		patch, fits, err := plan.patchOf(src, f)
		if err != nil {
			return nil, fault.At(path, err)
		}
		if fits {
			out := &Outcome{Path: path, InPlace: true, Offset: patch.offset, Length: int64(len(patch.bytes)), Size: f.Size}
			if opts.DryRun {
				return out, nil
			}
			return out, patch.apply(src)
		}
	}
	out := &Outcome{Path: path, Size: plan.Bytes()}
	w := WriteOptions{Force: true, Release: src.Close, Progress: opts.Progress}
	if opts.Output != "" {
		out.Path, w.Force = opts.Output, opts.Force
	}
	if opts.DryRun {
		return out, nil
	}
	return out, plan.WriteFiles(ctx, []string{out.Path}, w)
}

// openForUpdate opens a file for reading and, where it is to be changed
// itself, for writing.
func openForUpdate(path string, itself bool) (*os.File, error) {
	info, err := os.Lstat(path)
	if err == nil && !itself {
		info, err = os.Stat(path)
	}
	if err != nil {
		return nil, err
	}
	refuse := func(why string) error {
		return &atomicfile.Error{Op: "change", Path: path, Kind: atomicfile.ErrTarget, Err: errors.New(why)}
	}
	switch {
	case info.Mode()&fs.ModeSymlink != 0:
		return nil, refuse("it is a symbolic link; name the file that it points to, or another output")
	case !info.Mode().IsRegular():
		return nil, refuse("it is not a regular file")
	case itself:
		return os.OpenFile(path, os.O_RDWR, 0)
	}
	return os.Open(path)
}

// apply writes the patch and brings it to the disk.
func (p patch) apply(f *os.File) error {
	if len(p.bytes) == 0 {
		return nil
	}
	if _, err := f.WriteAt(p.bytes, p.offset); err != nil {
		return err
	}
	return f.Sync()
}

func sameFile(a, b string) bool {
	infoA, errA := os.Stat(a)
	infoB, errB := os.Stat(b)
	return errA == nil && errB == nil && os.SameFile(infoA, infoB)
}
