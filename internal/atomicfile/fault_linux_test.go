package atomicfile

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// smallDisk mounts a file system of 1 MiB.
func smallDisk(t *testing.T) string {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("mounting a small tmpfs needs root")
	}
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=1m"); err != nil {
		t.Skip("cannot mount a tmpfs here: ", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error("unmount: ", err)
		}
	})
	return dir
}

func TestDiskTooSmall(t *testing.T) {
	dir := smallDisk(t)
	path := filepath.Join(dir, "out")
	put(t, path, "old")
	_, err := Create(path, 2<<20, Options{Force: true})
	var se *SpaceError
	if !errors.As(err, &se) {
		t.Fatalf("error %v, want a *SpaceError", err)
	}
	if se.Needed != 2<<20 || se.Free >= 1<<20 || se.Free < 1<<19 || se.Err != nil {
		t.Errorf("%+v, want 2 MiB needed, a little under 1 MiB free and no other cause", se)
	}
	wantNames(t, dir, "out")
	wantContent(t, path, "old")
}

// Space that was reserved stays reserved, whatever others write.
func TestReservedSpaceIsKept(t *testing.T) {
	dir := smallDisk(t)
	path := filepath.Join(dir, "out")
	f, err := Create(path, 768<<10, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Abort()
	if _, err := Create(filepath.Join(dir, "second"), 512<<10, Options{}); !errors.Is(err, ErrNoSpace) {
		t.Fatalf("a second file that does not fit any more: %v, want ErrNoSpace", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "filler"), make([]byte, 1<<20), 0o644); !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("filling the disk: %v, want ENOSPC", err)
	}
	if _, err := f.WriteAt(make([]byte, 768<<10), 0); err != nil {
		t.Fatalf("writing to reserved space: %v", err)
	}
	if err := f.Commit(); err != nil {
		t.Fatal(err)
	}
	wantNames(t, dir, "filler", "out")
}

// A disk that fills up on the way is an error like one that was too small at the start.
func TestDiskFullOnTheWay(t *testing.T) {
	dir := smallDisk(t)
	path := filepath.Join(dir, "out")
	put(t, path, "old")
	f, err := Create(path, 0, Options{Force: true})
	if err != nil {
		t.Fatal(err)
	}
	f.size = 2 << 20 // as where the file system cannot reserve
	_, err = f.WriteAt(make([]byte, 2<<20), 0)
	var se *SpaceError
	if !errors.As(err, &se) || !errors.Is(err, syscall.ENOSPC) || se.Needed != 2<<20 {
		t.Errorf("error %v, want a *SpaceError with cause ENOSPC", err)
	}
	if err := f.Abort(); err != nil {
		t.Fatal(err)
	}
	wantNames(t, dir, "out")
	wantContent(t, path, "old")
}

// After a failed fsync the part is discarded.
func TestFailedSyncDiscards(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "out")
	put(t, path, "old")
	f, err := Create(path, 3, Options{Force: true})
	if err != nil {
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
	if err := f.Commit(); !errors.Is(err, ErrIO) || !errors.Is(err, syscall.EINVAL) {
		t.Errorf("Commit: %v, want ErrIO with cause EINVAL", err)
	}
	wantNames(t, dir, "out")
	wantContent(t, path, "old")
}
