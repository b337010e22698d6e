package modeldir

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// cache makes a Hugging Face cache with one snapshot and returns the
// snapshot's path.
func cache(t *testing.T, links map[string]string) string {
	t.Helper()
	repository := filepath.Join(t.TempDir(), "models--org--my--model")
	snapshot := filepath.Join(repository, "snapshots", "0a1b")
	for _, dir := range []string{snapshot, filepath.Join(repository, "blobs")} {
		if err := os.MkdirAll(dir, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(repository, "blobs", "ff"), []byte("blob"), 0o666); err != nil {
		t.Fatal(err)
	}
	for name, target := range links {
		if err := os.Symlink(target, filepath.Join(snapshot, name)); err != nil {
			t.Skipf("no symbolic links here: %v", err)
		}
	}
	return snapshot
}

func open(t *testing.T, path string) *Dir {
	t.Helper()
	d, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

func TestSnapshot(t *testing.T) {
	outside := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(outside, []byte("secret"), 0o666); err != nil {
		t.Fatal(err)
	}
	path := cache(t, map[string]string{
		"config.json": "../../blobs/ff",
		"gone":        "../../blobs/none",
		"absolute":    outside,
		"climbing":    "../../../../../../../../../../etc/hostname",
	})
	d := open(t, path)
	if d.Name() != "model" {
		t.Errorf("name %q, want %q", d.Name(), "model")
	}
	if data, err := d.ReadFile("config.json", 100); err != nil || string(data) != "blob" {
		t.Errorf("config.json: %q, %v", data, err)
	}
	for name, want := range map[string]string{
		"gone":     "was the download complete",
		"absolute": "link to",
		"climbing": "link to",
	} {
		_, err := d.ReadFile(name, 100)
		if !errors.Is(err, ErrLink) || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: got %v, want %q", name, err, want)
		}
	}
	if !d.Has("gone") || d.Has("none") {
		t.Errorf("names %v", d.Names())
	}
}

// A directory that is no snapshot is its own root.
func TestPlainDirectory(t *testing.T) {
	parent := t.TempDir()
	dir := filepath.Join(parent, "plain")
	for name, text := range map[string]string{"secret": "s", "plain/a.txt": "aa", "plain/sub/b.txt": "bb", "plain/sub/c.md": "c"} {
		path := filepath.Join(parent, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	d := open(t, dir)
	if d.Name() != "plain" {
		t.Errorf("name %q", d.Name())
	}
	if names, err := d.Glob("sub/*.txt"); err != nil || len(names) != 1 || names[0] != "sub/b.txt" {
		t.Errorf("glob: %v, %v", names, err)
	}
	if data, err := d.ReadFile("sub/b.txt", 2); err != nil || string(data) != "bb" {
		t.Errorf("sub/b.txt: %q, %v", data, err)
	}
	for name, want := range map[string]error{
		"a.txt":     ErrTooLarge,
		"missing":   fs.ErrNotExist,
		"sub":       ErrNotRegular,
		"../secret": nil, // whatever the error, there must be one
	} {
		if _, err := d.ReadFile(name, 1); err == nil || want != nil && !errors.Is(err, want) {
			t.Errorf("%s: got %v, want %v", name, err, want)
		}
	}
}

func TestOpenRegular(t *testing.T) {
	if _, _, err := OpenRegular(t.TempDir()); !errors.Is(err, ErrNotRegular) {
		t.Errorf("directory: %v", err)
	}
	missing := filepath.Join(t.TempDir(), "none")
	if _, _, err := OpenRegular(missing); !errors.Is(err, fs.ErrNotExist) || err.Error() != missing+": there is no such file" {
		t.Errorf("missing: %v", err)
	}
}
