package atomicfile

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func createSet(t *testing.T, dir string, force bool, content string, base ...string) (*Set, error) {
	t.Helper()
	var specs []Spec
	for _, b := range base {
		specs = append(specs, Spec{Path: filepath.Join(dir, b), Size: int64(len(content))})
	}
	set, err := CreateAll(specs, Options{Force: force})
	if err != nil {
		return nil, err
	}
	for i := range set.Len() {
		if _, err := set.File(i).WriteAt([]byte(content), 0); err != nil {
			t.Fatal(err)
		}
	}
	return set, nil
}

func TestSetCommit(t *testing.T) {
	dir := t.TempDir()
	put(t, filepath.Join(dir, "2"), "old")
	set, err := createSet(t, dir, true, "new", "1", "2", "3")
	if err != nil {
		t.Fatal(err)
	}
	if err := set.Commit(); err != nil {
		t.Fatal(err)
	}
	wantNames(t, dir, "1", "2", "3")
	for _, name := range []string{"1", "2", "3"} {
		wantContent(t, filepath.Join(dir, name), "new")
	}
}

func TestSetIsRefusedAsAWhole(t *testing.T) {
	dir := t.TempDir()
	put(t, filepath.Join(dir, "3"), "old")
	if _, err := createSet(t, dir, false, "new", "1", "2", "3"); !errors.Is(err, ErrExists) {
		t.Fatalf("error %v, want ErrExists", err)
	}
	wantNames(t, dir, "3")
}

func TestSetAbort(t *testing.T) {
	dir := t.TempDir()
	set, err := createSet(t, dir, false, "new", "1", "2")
	if err != nil {
		t.Fatal(err)
	}
	if err := set.Abort(); err != nil {
		t.Fatal(err)
	}
	wantNames(t, dir)
}

// The files are installed from the last to the first, so a failure at the first one has all others to undo.
func TestSetFailureIsUndone(t *testing.T) {
	t.Run("new", func(t *testing.T) {
		dir := t.TempDir()
		set, err := createSet(t, dir, false, "new", "1", "2", "3")
		if err != nil {
			t.Fatal(err)
		}
		put(t, filepath.Join(dir, "1"), "theirs")
		if err := set.Commit(); !errors.Is(err, ErrExists) {
			t.Fatalf("Commit: %v, want ErrExists", err)
		}
		wantNames(t, dir, "1")
		wantContent(t, filepath.Join(dir, "1"), "theirs")
	})
	t.Run("replacing", func(t *testing.T) {
		dir := t.TempDir()
		put(t, filepath.Join(dir, "2"), "old 2")
		put(t, filepath.Join(dir, "3"), "old 3")
		set, err := createSet(t, dir, true, "new", "1", "2", "3")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Mkdir(filepath.Join(dir, "1"), 0o755); err != nil { // cannot be replaced by a file
			t.Fatal(err)
		}
		if err := set.Commit(); !errors.Is(err, ErrIO) {
			t.Fatalf("Commit: %v, want ErrIO", err)
		}
		wantNames(t, dir, "1", "2", "3")
		wantContent(t, filepath.Join(dir, "2"), "old 2")
		wantContent(t, filepath.Join(dir, "3"), "old 3")
	})
}
