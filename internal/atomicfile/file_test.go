package atomicfile

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// names lists what stands in dir, hidden files included.
func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	return got
}

func wantNames(t *testing.T, dir string, want ...string) {
	t.Helper()
	if got := names(t, dir); !slices.Equal(got, want) {
		t.Errorf("directory holds %q, want %q", got, want)
	}
}

func wantContent(t *testing.T, path, want string) {
	t.Helper()
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("%s holds %q, want %q", filepath.Base(path), got, want)
	}
}

func put(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestCommitAppearsWhole(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "model.gguf")
	f, err := Create(path, 8, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Abort()
	if _, err := f.WriteAt([]byte("data"), 4); err != nil {
		t.Fatal(err)
	}
	if got := names(t, dir); len(got) != 1 || !strings.HasPrefix(got[0], ".model.gguf.") || !strings.HasSuffix(got[0], ".part") {
		t.Fatalf("before the commit the directory holds %q, want one hidden part", got)
	}
	if _, err := f.WriteAt([]byte("head"), 0); err != nil {
		t.Fatal(err)
	}
	if err := f.Commit(); err != nil {
		t.Fatal(err)
	}
	wantNames(t, dir, "model.gguf")
	wantContent(t, path, "headdata")
	if err := f.Abort(); err != nil {
		t.Errorf("Abort after Commit: %v", err)
	}
	wantNames(t, dir, "model.gguf")
	if err := f.Commit(); !errors.Is(err, ErrIO) {
		t.Errorf("second Commit: %v, want ErrIO", err)
	}
}

func TestAbortLeavesTheOldFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "out")
	put(t, path, "old")
	f, err := Create(path, 3, Options{Force: true})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt([]byte("new"), 0); err != nil {
		t.Fatal(err)
	}
	if err := f.Abort(); err != nil {
		t.Fatal(err)
	}
	wantNames(t, dir, "out")
	wantContent(t, path, "old")
	if _, err := f.WriteAt([]byte("new"), 0); !errors.Is(err, ErrIO) {
		t.Errorf("WriteAt after Abort: %v, want ErrIO", err)
	}
}

func TestForceReplacesAndKeepsPermissions(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "out")
	put(t, path, "old")
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := WriteFile(path, []byte("new content"), Options{Force: true}); err != nil {
		t.Fatal(err)
	}
	wantNames(t, dir, "out")
	wantContent(t, path, "new content")
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, want the old file's 0600", info.Mode())
	}
}

func TestTargets(t *testing.T) {
	dir := t.TempDir()
	put(t, filepath.Join(dir, "file"), "old")
	if err := os.Mkdir(filepath.Join(dir, "sub"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("file", filepath.Join(dir, "link")); err != nil {
		t.Skip("no symbolic links here: ", err)
	}
	for _, tc := range []struct {
		name  string
		path  string
		force bool
		kind  error
		words string
	}{
		{"existing file", filepath.Join(dir, "file"), false, ErrExists, "exists already"},
		{"directory", filepath.Join(dir, "sub"), true, ErrTarget, "it is a directory"},
		{"link", filepath.Join(dir, "link"), true, ErrTarget, "symbolic link"},
		{"device", os.DevNull, true, ErrTarget, "not a regular file"},
		{"no directory", filepath.Join(dir, "none", "file"), false, ErrTarget, "there is no directory"},
		{"file as directory", filepath.Join(dir, "file", "x"), false, ErrTarget, "is not a directory"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f, err := Create(tc.path, 1, Options{Force: tc.force})
			if err == nil {
				f.Abort()
				t.Fatal("accepted")
			}
			if !errors.Is(err, tc.kind) || !strings.Contains(err.Error(), tc.words) {
				t.Errorf("error %q, want one that wraps %q and says %q", err, tc.kind, tc.words)
			}
		})
	}
	wantNames(t, dir, "file", "link", "sub")
}

func TestTargetAppearsMeanwhile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "out")
	f, err := Create(path, 3, Options{})
	if err != nil {
		t.Fatal(err)
	}
	put(t, path, "theirs")
	if err := f.Commit(); !errors.Is(err, ErrExists) || !errors.Is(err, fs.ErrExist) {
		t.Fatalf("Commit: %v, want ErrExists and fs.ErrExist", err)
	}
	wantNames(t, dir, "out")
	wantContent(t, path, "theirs")
}

func TestWritePastTheSize(t *testing.T) {
	f, err := Create(filepath.Join(t.TempDir(), "out"), 4, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Abort()
	for _, off := range []int64{-1, 1, 4, 5, 1 << 62} {
		if _, err := f.WriteAt([]byte("data"), off); !errors.Is(err, ErrIO) {
			t.Errorf("WriteAt 4 bytes at %d of 4: %v, want ErrIO", off, err)
		}
	}
	if _, err := f.WriteAt([]byte("data"), 0); err != nil {
		t.Error(err)
	}
}

func TestNoSpaceBeforeTheFirstByte(t *testing.T) {
	dir := t.TempDir()
	free, err := freeSpace(dir)
	if err != nil {
		t.Skip("free space is not known on this system: ", err)
	}
	specs := []Spec{{filepath.Join(dir, "a"), free/2 + 1<<30}, {filepath.Join(dir, "b"), free/2 + 1<<30}}
	_, err = CreateAll(specs, Options{})
	var se *SpaceError
	if !errors.As(err, &se) || !errors.Is(err, ErrNoSpace) {
		t.Fatalf("error %v, want a *SpaceError", err)
	}
	if se.Needed != specs[0].Size+specs[1].Size || se.Free <= 0 || se.Path != dir {
		t.Errorf("%+v: want %d bytes needed in %s", se, specs[0].Size+specs[1].Size, dir)
	}
	wantNames(t, dir)
}

func TestLongName(t *testing.T) {
	dir := t.TempDir()
	name := strings.Repeat("n", 250) + ".gguf"
	if err := WriteFile(filepath.Join(dir, name), []byte("x"), Options{}); err != nil {
		t.Fatal(err)
	}
	wantNames(t, dir, name)
}

func TestConcurrentWriters(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "out")
	const writers = 8
	var wg sync.WaitGroup
	errs := make([]error, writers)
	for i := range writers {
		wg.Go(func() {
			errs[i] = WriteFile(path, bytes.Repeat([]byte{'a' + byte(i)}, 1<<16), Options{})
		})
	}
	wg.Wait()
	won := -1
	for i, err := range errs {
		switch {
		case err == nil && won >= 0:
			t.Errorf("writers %d and %d both created the file", won, i)
		case err == nil:
			won = i
		case !errors.Is(err, ErrExists):
			t.Errorf("writer %d: %v, want ErrExists", i, err)
		}
	}
	if won < 0 {
		t.Fatal("no writer won")
	}
	wantNames(t, dir, "out")
	wantContent(t, path, strings.Repeat(string(rune('a'+won)), 1<<16))
}

func TestConcurrentChunks(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out")
	const chunks, size = 64, 1 << 12
	f, err := Create(path, chunks*size, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Abort()
	var wg sync.WaitGroup
	for i := range chunks {
		wg.Go(func() {
			if _, err := f.WriteAt(bytes.Repeat([]byte{byte(i)}, size), int64(i)*size); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if err := f.Commit(); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i, b := range got {
		if int(b) != i/size {
			t.Fatalf("byte %d is %d, want %d", i, b, i/size)
		}
	}
}

func TestErrorsNameThePath(t *testing.T) {
	err := error(&Error{Op: "rename", Path: "dir/a\x1b[2Jb", Kind: ErrIO, Err: fs.ErrPermission})
	if got, want := err.Error(), `rename "dir/a\x1b[2Jb": permission denied`; got != want {
		t.Errorf("error text %s, want %s", got, want)
	}
	if !errors.Is(err, fs.ErrPermission) || !errors.Is(err, ErrIO) {
		t.Error("the kind or the cause is lost")
	}
	space := &SpaceError{Path: "out", Needed: 10, Free: 3}
	if got, want := space.Error(), `not enough free space in "out": 10 bytes needed, 3 bytes free`; got != want {
		t.Errorf("error text %s, want %s", got, want)
	}
}
