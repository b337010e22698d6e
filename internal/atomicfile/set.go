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
	files   []*File
	run     string   // names the parts and the journal
	journal *journal // nil until there is one
	tainted bool     // a sync failed: nobody knows what is on the disk
}

// CreateAll does what Create does for every file of a set: either all of them are created or none.
func CreateAll(specs []Spec, opts Options) (*Set, error) {
	old, err := checkTargets(specs, opts)
	if err != nil {
		return nil, err
	}
	return createAll(specs, old, opts)
}

// checkTargets makes sure that the files of a set may be created, and returns what stands in their places.
func checkTargets(specs []Spec, opts Options) ([]fs.FileInfo, error) {
	if len(specs) == 0 {
		return nil, &Error{Op: "create", Kind: ErrTarget, Err: errors.New("a set has no files")}
	}
	old := make([]fs.FileInfo, len(specs))
	total := int64(0)
	for i, spec := range specs {
		info, err := checkTarget(spec.Path, opts.Force)
		if err != nil {
			return nil, err
		}
		old[i] = info
		if spec.Size < 0 || spec.Size > math.MaxInt64-total {
			return nil, &Error{Op: "create", Path: spec.Path, Kind: ErrIO, Err: errors.New("size out of range")}
		}
		total += spec.Size
	}
	return old, nil
}

// createAll creates the parts of a set, after those of dead processes were removed.
func createAll(specs []Spec, old []fs.FileInfo, opts Options) (*Set, error) {
	for _, spec := range specs {
		collect(spec.Path)
	}
	if err := checkSpace(specs, nil); err != nil {
		return nil, err
	}
	for range 100 {
		run, err := newRun()
		if err != nil {
			return nil, &Error{Op: "create", Path: specs[0].Path, Kind: ErrIO, Err: err}
		}
		set := &Set{run: run, files: make([]*File, 0, len(specs))}
		if err = set.createParts(specs, old, opts); err == nil {
			return set, nil
		}
		set.discard()
		if !errors.Is(err, errLost) {
			return nil, err
		}
	}
	return nil, &Error{Op: "create", Path: specs[0].Path, Kind: ErrIO, Err: errLost}
}

func (s *Set) createParts(specs []Spec, old []fs.FileInfo, opts Options) error {
	for i, spec := range specs {
		f, err := createPart(spec, s.run, opts.Force, old[i])
		if err != nil {
			return err
		}
		s.files = append(s.files, f)
	}
	return nil
}

// checkSpace makes sure that the disks have room for a set, of which some parts may have theirs already.
func checkSpace(specs []Spec, parts []*File) error {
	needed := make(map[string]int64) // by directory
	for i, spec := range specs {
		size := spec.Size
		if parts != nil && parts[i] != nil {
			size -= min(size, parts[i].allocated())
		}
		needed[filepath.Dir(spec.Path)] += size
	}
	for dir, size := range needed {
		// A file system that cannot say how much is free is not an obstacle: reserving the space will tell.
		if free, err := freeSpace(dir); err == nil && free < size {
			return &SpaceError{Path: dir, Needed: size, Free: free}
		}
	}
	return nil
}

// Len returns the number of files.
func (s *Set) Len() int { return len(s.files) }

// File returns file i, in the order of CreateAll. It must not be committed or aborted alone.
func (s *Set) File(i int) *File { return s.files[i] }

// Abort discards all files that were not committed or kept, and the journal.
func (s *Set) Abort() error {
	errs := []error{s.removeJournal()}
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
	// A journal that cannot be removed is stale, and without its parts it claims nothing.
	_ = s.removeJournal()
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
		// The backup is named like a part of a run of its own, so that it is collected like one if the process dies here.
		if run, err := newRun(); err == nil {
			if name := runFile(f.target, run, partSuffix); os.Link(f.target, name) == nil {
				in.backup = name
			}
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
