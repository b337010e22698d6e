package atomicfile

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// A resumed part needs only the space that it does not have yet, and where that is not there, nothing is lost.
func TestResumeOnFullDisk(t *testing.T) {
	needLocks(t)
	dir := smallDisk(t)
	specs := specsIn(dir, 768<<10, "out")
	leaveBehind(t, specs, "a")
	filler := filepath.Join(dir, "filler")
	if err := os.WriteFile(filler, make([]byte, 1<<20), 0o644); !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("filling the disk: %v, want ENOSPC", err)
	}
	set, _, err := resumed(t, specs)
	if err != nil {
		t.Fatalf("with all of its space reserved already: %v", err)
	}
	set.leave()

	// Without the reserved space, as where another file system cannot reserve.
	parts, err := filepath.Glob(filepath.Join(dir, ".*.part"))
	if err != nil || len(parts) != 1 {
		t.Fatal(parts, err)
	}
	if err := os.Truncate(parts[0], 512<<10); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(filler, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write(make([]byte, 1<<20)); !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("filling the disk: %v, want ENOSPC", err)
	}
	f.Close()
	before := names(t, dir)
	_, _, err = resumed(t, specs)
	var se *SpaceError
	if !errors.As(err, &se) || se.Needed != 256<<10 {
		t.Errorf("error %v, want a *SpaceError about 256 KiB", err)
	}
	if got := names(t, dir); len(got) != len(before) {
		t.Errorf("%q stands there, want %q", got, before)
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	set, records, err := resumed(t, specs)
	if err != nil || len(records) != 1 {
		t.Fatalf("records %q, %v", records, err)
	}
	if err := set.Commit(); err != nil {
		t.Fatal(err)
	}
	wantNames(t, dir, "out")
}

// A journal that does not fit is no failure of the files.
func TestJournalOnFullDisk(t *testing.T) {
	dir := smallDisk(t)
	set, err := CreateAll(specsIn(dir, 512<<10, "out"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer set.Abort()
	filler := filepath.Join(dir, "filler")
	if err := os.WriteFile(filler, make([]byte, 1<<20), 0o644); !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("filling the disk: %v, want ENOSPC", err)
	}
	if err := set.StartJournal([]byte("head")); !errors.Is(err, ErrJournal) || set.HasJournal() {
		t.Fatalf("StartJournal: %v, want ErrJournal and no journal", err)
	}
	if err := os.Truncate(filler, 0); err != nil {
		t.Fatal(err)
	}
	if err := set.StartJournal([]byte("head")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filler, make([]byte, 1<<20), 0o644); !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("filling the disk: %v, want ENOSPC", err)
	}
	if err := set.Checkpoint(make([]byte, 64<<10)); !errors.Is(err, ErrJournal) {
		t.Fatalf("Checkpoint: %v, want ErrJournal", err)
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	if err := set.Checkpoint([]byte("a")); err != nil {
		t.Fatal(err)
	}
	set.Keep()
	set, records, err := resumed(t, specsIn(dir, 512<<10, "out"))
	if err != nil || len(records) != 1 || records[0] != "a" {
		t.Fatalf("records %q, %v", records, err)
	}
	if err := set.Commit(); err != nil {
		t.Fatal(err)
	}
	wantNames(t, dir, "out")
}

// After a failed sync nobody knows what stands on the disk, so that there is nothing to go on from.
func TestFailedCheckpointDiscards(t *testing.T) {
	dir := t.TempDir()
	set, err := CreateAll(specsIn(dir, 4, "out"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := set.StartJournal([]byte("head")); err != nil {
		t.Fatal(err)
	}
	f := set.File(0)
	if _, err := f.WriteAt([]byte("data"), 0); err != nil {
		t.Fatal(err)
	}
	// A pipe cannot be synced: the kernel answers EINVAL.
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	f.file.Close()
	f.file = w
	if err := set.Checkpoint([]byte("a")); !errors.Is(err, ErrIO) || errors.Is(err, ErrJournal) {
		t.Errorf("Checkpoint: %v, want ErrIO", err)
	}
	if set.Keep() {
		t.Error("kept after a failed sync")
	}
	wantNames(t, dir)
}

// A checkpoint syncs what was written since the last, and all of it.
func TestCheckpointSyncs(t *testing.T) {
	set, err := CreateAll(specsIn(t.TempDir(), 4, "1", "2"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer set.Abort()
	if err := set.StartJournal([]byte("head")); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := set.File(1).WriteAt([]byte("data"), 0); err != nil {
			t.Fatal(err)
		}
		if set.File(0).unsynced.Load() || !set.File(1).unsynced.Load() {
			t.Error("the second file is the one that has to be synced")
		}
		if err := set.Checkpoint([]byte("a")); err != nil {
			t.Fatal(err)
		}
		if set.File(1).unsynced.Load() {
			t.Error("not synced by the checkpoint")
		}
	}
}
