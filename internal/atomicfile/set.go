package atomicfile

import (
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
)

// Spec names one file of a Set.
type Spec struct {
	Path string
	Size int64 // bytes
}

// Set is a number of files that are committed together, such as the splits of one model.
type Set struct {
	files []*File
}

// CreateAll does what Create does for every file of a set: either all of them are created or none.
func CreateAll(specs []Spec, opts Options) (*Set, error) {
	needed := make(map[string]int64) // by directory
	old := make([]fs.FileInfo, len(specs))
	for i, spec := range specs {
		info, err := checkTarget(spec.Path, opts.Force)
		if err != nil {
			return nil, err
		}
		old[i] = info
		dir := filepath.Dir(spec.Path)
		if spec.Size < 0 || spec.Size > math.MaxInt64-needed[dir] {
			return nil, &Error{Op: "create", Path: spec.Path, Kind: ErrIO, Err: errors.New("size out of range")}
		}
		needed[dir] += spec.Size
	}
	for _, spec := range specs {
		collect(spec.Path)
	}
	for dir, size := range needed {
		// A file system that cannot say how much is free is not an obstacle: reserving the space will tell.
		if free, err := freeSpace(dir); err == nil && free < size {
			return nil, &SpaceError{Path: dir, Needed: size, Free: free}
		}
	}

	set := &Set{files: make([]*File, 0, len(specs))}
	for i, spec := range specs {
		f, err := createPart(spec, opts.Force, old[i])
		if err != nil {
			set.discard()
			return nil, err
		}
		set.files = append(set.files, f)
	}
	return set, nil
}

// Len returns the number of files.
func (s *Set) Len() int { return len(s.files) }

// File returns file i, in the order of CreateAll. It must not be committed or aborted alone.
func (s *Set) File(i int) *File { return s.files[i] }

// Abort discards all files that were not committed.
func (s *Set) Abort() error {
	var errs []error
	for _, f := range s.files {
		errs = append(errs, f.Abort())
	}
	return errors.Join(errs...)
}

func (s *Set) discard() { _ = s.Abort() }

// Commit makes all files durable under their names, the first file last: readers of a set start at its first file, so
// they find a new set complete or not at all. After an error nothing new remains and the files that were replaced
// stand again, as far as the file system has hard links; a process that dies between two renames leaves a mixed set.
func (s *Set) Commit() error {
	for _, f := range s.files {
		if err := f.sync(); err != nil {
			s.discard()
			return err
		}
	}
	installed := make([]*installation, 0, len(s.files))
	for i := len(s.files) - 1; i >= 0; i-- {
		in, err := s.files[i].installWithBackup(len(s.files) > 1)
		if err != nil {
			for _, in := range installed {
				in.undo()
			}
			s.discard()
			return err
		}
		installed = append(installed, in)
	}
	var err error
	synced := make(map[string]bool)
	for _, in := range installed {
		in.finish()
		dir := filepath.Dir(in.file.target)
		if !synced[dir] {
			synced[dir] = true
			if serr := syncDir(dir); serr != nil && err == nil {
				err = &Error{Op: "sync directory after writing all of", Path: in.file.target, Kind: ErrIO, Err: bare(serr)}
			}
		}
	}
	return err
}

// installation is one file that has its target's name, with what it takes to undo that.
type installation struct {
	file   *File
	backup string // second name of the file that was replaced, "" where there was none
}

// installWithBackup installs f. With keep, a file that it replaces keeps a second name until finish.
func (f *File) installWithBackup(keep bool) (*installation, error) {
	in := &installation{file: f}
	if keep && f.force {
		// The backup is named like a part, so that it is collected like one if the process dies here.
		if name, err := partName(f.target); err == nil && os.Link(f.target, name) == nil {
			in.backup = name
		}
	}
	if err := f.install(); err != nil {
		in.removeBackup()
		return nil, err
	}
	return in, nil
}

func (in *installation) undo() {
	if in.backup != "" {
		_ = os.Rename(in.backup, in.file.target)
	} else {
		_ = os.Remove(in.file.target)
	}
	in.file.close()
}

func (in *installation) finish() {
	in.removeBackup()
	in.file.close()
}

func (in *installation) removeBackup() {
	if in.backup != "" {
		_ = os.Remove(in.backup)
	}
}
