package atomicfile

import (
	"errors"
	"io/fs"
	"os"
	"slices"
)

var (
	errNoLocks = errors.New("there are no locks here that would tell whether its writer lives")
	errHeld    = errors.New("its writer lives")
)

// Resume is CreateAll for a set that may have been begun before. Where a dead process left a journal of it, head is
// called with the journal's first record; if that returns nil, the set is the one that was begun, and record is called
// with each of the others, in order. The slices are valid during the call only. Where there is no journal, the set is
// created and neither is called.
//
// Nothing is removed or changed where Resume fails: with ErrBusy because a living process is writing the set, with
// ErrJournal because the head is damaged, with the error of head because it is not of this set, or with the errors of
// CreateAll.
func Resume(specs []Spec, opts Options, head, record func([]byte) error) (*Set, error) {
	old, err := checkTargets(specs, opts)
	if err != nil {
		return nil, err
	}
	journals, err := openJournals(specs[0].Path)
	if err != nil {
		return nil, err
	}
	taken, err := choose(journals, head)
	if taken != nil {
		err = taken.replay(record)
	}
	for _, j := range journals {
		if j != taken || err != nil {
			j.close()
		}
	}
	switch {
	case err != nil:
		return nil, err
	case taken == nil:
		return createAll(specs, old, opts)
	}
	set := &Set{run: taken.run, journal: taken}
	if err := set.takeOver(specs, old, opts); err != nil {
		set.leave()
		return nil, err
	}
	for _, spec := range specs {
		collect(spec.Path) // what others left; ours is locked
	}
	return set, nil
}

// openJournals opens and locks the journals of target, the longest first. It fails where a living process is writing
// target, be it so new that it has no journal yet.
func openJournals(target string) (journals []*journal, err error) {
	defer func() {
		if err != nil {
			for _, j := range journals {
				j.close()
			}
			journals = nil
		}
	}()
	for _, left := range leftovers(target) {
		file, err := openLocked(left.name, left.pid)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			continue
		case errors.Is(err, errHeld):
			return journals, &Error{Op: "resume", Path: target, Kind: ErrBusy}
		case err != nil:
			return journals, &Error{Op: "resume", Path: target, Kind: ErrIO, Err: bare(err)}
		case !left.journal:
			_ = file.Close()
			continue
		}
		j := &journal{target: target, run: left.run, name: left.name, file: file}
		journals = append(journals, j)
		info, err := file.Stat()
		switch {
		case err != nil:
			return journals, j.fail("read", err)
		case !info.Mode().IsRegular():
			return journals, j.fail("read", errors.New("it is not a regular file"))
		}
		j.size = info.Size()
	}
	slices.SortFunc(journals, func(a, b *journal) int { return int(min(max(b.size-a.size, -1), 1)) })
	return journals, nil
}

// choose returns the first journal whose head is accepted, nil where there is none that has a head. Its error is that
// of the first that was not accepted, where none is.
func choose(journals []*journal, accept func(head []byte) error) (*journal, error) {
	var refused error
	for _, j := range journals {
		head, err := j.next()
		if err == nil && head == nil {
			continue // its writer died before it could claim anything
		}
		if err == nil {
			err = accept(head)
		}
		if err == nil {
			return j, nil
		}
		if refused == nil {
			refused = err
		}
	}
	return nil, refused
}

// takeOver opens and locks the parts of the journal's run, and creates those that are missing.
func (s *Set) takeOver(specs []Spec, old []fs.FileInfo, opts Options) error {
	parts := make([]*File, len(specs)) // those that are there
	for i, spec := range specs {
		f, err := openPart(spec, s.run, opts.Force, old[i])
		if err != nil {
			return err
		}
		parts[i] = f
		if f != nil {
			s.files = append(s.files, f)
		}
	}
	if err := checkSpace(specs, parts); err != nil {
		return err
	}
	s.files = s.files[:0]
	for i, spec := range specs {
		f := parts[i]
		var err error
		if f == nil {
			f, err = createPart(spec, s.run, opts.Force, old[i])
		} else {
			err = f.reserve(old[i])
		}
		if err != nil {
			s.files = append(s.files, parts[i:]...)
			s.files = slices.DeleteFunc(s.files, func(f *File) bool { return f == nil })
			if errors.Is(err, errLost) {
				err = &Error{Op: "create", Path: spec.Path, Kind: ErrIO, Err: err}
			}
			return err
		}
		s.files = append(s.files, f)
	}
	return nil
}

// openPart opens the part that a run left of a file, nil where it left none. old is the file that it will replace.
func openPart(spec Spec, run string, force bool, old fs.FileInfo) (*File, error) {
	f := newFile(spec, run, force)
	file, err := openLocked(f.part, 0)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case errors.Is(err, errHeld):
		return nil, &Error{Op: "resume", Path: spec.Path, Kind: ErrBusy}
	case err != nil:
		return nil, f.fail("resume", err)
	}
	f.file = file
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("its part is not a regular file")
	}
	if err == nil && old != nil && os.SameFile(info, old) {
		// The process died between giving the part its second name and taking the first away. The target is complete,
		// and nobody may write to it.
		f.close()
		if err = os.Remove(f.part); err == nil {
			return nil, nil
		}
	}
	if err == nil && info.Size() > f.size {
		err = file.Truncate(f.size)
	}
	if err != nil {
		err = f.fail("resume", err)
		if f.file != nil {
			f.close()
		}
		return nil, err
	}
	return f, nil
}

// allocated returns how many bytes on the disk the part has already.
func (f *File) allocated() int64 {
	info, err := f.file.Stat()
	if err != nil {
		return 0
	}
	return allocatedBytes(info)
}

// Keep ends the writing without a result: parts and journal stay for Resume. Where there is no journal, and after a
// failed sync, there is nothing that could be trusted, so that Keep does what Abort does; kept tells.
func (s *Set) Keep() (kept bool) {
	if s.journal == nil || s.tainted {
		s.discard()
		return false
	}
	s.leave()
	return true
}

// leave closes everything and removes nothing.
func (s *Set) leave() {
	for _, f := range s.files {
		if f.file != nil {
			f.close()
		}
	}
	if s.journal != nil {
		s.journal.close()
		s.journal = nil
	}
}
