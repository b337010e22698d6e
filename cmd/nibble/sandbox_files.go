package main

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/internal/modeldir"
)

// visibleFiles is what a sandbox sees: one directory, with the files of a model directory that keep reports.
type visibleFiles struct {
	dir  *modeldir.Dir
	keep func(name string) bool
}

// sandboxFiles returns the file system of a sandbox for the model at path, and the path that the model has there.
func sandboxFiles(path string) (files *visibleFiles, inside string, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, "", err
	}
	if info.IsDir() {
		dir, err := modeldir.Open(path)
		if err != nil {
			return nil, "", err
		}
		return &visibleFiles{dir, func(string) bool { return true }}, "/" + dir.Name(), nil
	}
	folder, name := filepath.Split(path)
	dir, err := modeldir.Open(filepath.Clean(folder))
	if err != nil {
		return nil, "", err
	}
	opened, _, err := dir.Open(name)
	if errors.Is(err, modeldir.ErrLink) {
		// A link that the user names is followed, also out of its directory.
		target, linkErr := filepath.EvalSymlinks(path)
		if err := errors.Join(linkErr, dir.Close()); err != nil {
			return nil, "", err
		}
		return sandboxFiles(target)
	}
	if err == nil {
		err = opened.Close()
	}
	if err != nil {
		return nil, "", errors.Join(err, dir.Close())
	}
	files = &visibleFiles{dir, func(other string) bool { return belongs(other, name) }}
	return files, "/" + dir.Name() + "/" + name, nil
}

// Close releases the directory.
func (m *visibleFiles) Close() error { return m.dir.Close() }

// companionNames are the files of a model directory that say more of a vocabulary beside them.
var companionNames = []string{"tokenizer_config.json", "special_tokens_map.json", "config.json", "generation_config.json"}

// belongs reports whether a file is the named one, another part of its split set, or says more of it.
func belongs(other, name string) bool {
	if other == name {
		return true
	}
	if prefix, _, count, ok := gguf.ParseSplitName(name); ok {
		otherPrefix, _, otherCount, ok := gguf.ParseSplitName(other)
		return ok && otherPrefix == prefix && otherCount == count
	}
	return !strings.EqualFold(filepath.Ext(name), ".gguf") && slices.Contains(companionNames, other)
}

// Open opens the root, the directory or one of its files.
func (m *visibleFiles) Open(name string) (fs.File, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	top := m.dir.Name()
	switch below, ok := strings.CutPrefix(name, top+"/"); {
	case name == ".":
		return &folder{name: ".", entries: []fs.DirEntry{folderInfo(top)}}, nil
	case name == top:
		return m.folder()
	case ok && m.keep(below):
		f, _, err := m.dir.Open(below)
		if err == nil {
			return f, nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission} // the kinds of errors that WASI has
		}
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

// folder lists the files.
func (m *visibleFiles) folder() (fs.File, error) {
	f := &folder{name: m.dir.Name()}
	for _, name := range m.dir.Names() {
		if !m.keep(name) {
			continue
		}
		// What is no regular file, and links that lead out, are not there.
		opened, info, err := m.dir.Open(name)
		if err != nil {
			continue
		}
		if err := opened.Close(); err != nil {
			return nil, err
		}
		f.entries = append(f.entries, fs.FileInfoToDirEntry(info))
	}
	return f, nil
}

// folder is an open directory.
type folder struct {
	name    string
	entries []fs.DirEntry
}

func (f *folder) Stat() (fs.FileInfo, error) { return folderInfo(f.name), nil }
func (f *folder) Close() error               { return nil }
func (f *folder) Read([]byte) (int, error) {
	return 0, &fs.PathError{Op: "read", Path: f.name, Err: fs.ErrInvalid}
}

// ReadDir returns the next n entries, or all that are left.
func (f *folder) ReadDir(n int) ([]fs.DirEntry, error) {
	if n <= 0 {
		n = len(f.entries)
	} else if len(f.entries) == 0 {
		return nil, io.EOF
	}
	n = min(n, len(f.entries))
	next := f.entries[:n]
	f.entries = f.entries[n:]
	return next, nil
}

// folderInfo is what is known of a directory: its name.
type folderInfo string

func (i folderInfo) Name() string               { return string(i) }
func (i folderInfo) Size() int64                { return 0 }
func (i folderInfo) Mode() fs.FileMode          { return fs.ModeDir | 0o555 }
func (i folderInfo) Type() fs.FileMode          { return fs.ModeDir }
func (i folderInfo) ModTime() time.Time         { return time.Time{} }
func (i folderInfo) IsDir() bool                { return true }
func (i folderInfo) Sys() any                   { return nil }
func (i folderInfo) Info() (fs.FileInfo, error) { return i, nil }
