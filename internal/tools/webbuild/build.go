package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/nibble-go/nibble/internal/sample"
)

// A build makes the files of one directory from the sources in others.
type build struct {
	web     string // TypeScript, CSS, icon
	dist    string // what is embedded, and a placeholder
	work    string // what is kept between runs
	quality int    // of brotli
	link    func(tags, output string) error
	pack    func(module []byte) ([]byte, error)
	kernels string // the file of the kernels that the whole module brings along
}

// A file is one of the page's.
type file struct {
	name       string // as the page has it
	firstVisit bool   // the page asks for it at once
	data       []byte
	packed     int // bytes in dist
}

// wholeTags are the build tags of the module that can do everything: its searches are also there as kernels.
const wholeTags = "nibblesimd"

// modules are the WebAssembly modules by their build tags.
var modules = []struct {
	name, tags string
	firstVisit bool
}{
	{"nibble-text.wasm", "nibbletext", true},
	{"nibble.wasm", wholeTags, false},
}

// sampleFiles are those of the sample model that compress well. Its weights do not, and nibble carries them already.
var sampleFiles = []string{"config.json", "tokenizer.json", "tokenizer_config.json"}

// run builds everything and returns the files.
func (b *build) run() ([]file, error) {
	for _, dir := range []string{b.dist, b.work} {
		if err := os.MkdirAll(dir, 0o777); err != nil {
			return nil, err
		}
	}
	files, err := b.bundle()
	if err != nil {
		return nil, err
	}
	icon, err := os.ReadFile(filepath.Join(b.web, "icon.svg"))
	if err != nil {
		return nil, err
	}
	files = append(files, file{name: "icon.svg", firstVisit: true, data: icon})
	for _, name := range sampleFiles {
		data, err := fs.ReadFile(sample.FS(), name)
		if err != nil {
			return nil, err
		}
		files = append(files, file{name: path.Join(sample.Name, name), firstVisit: true, data: data})
	}
	for _, m := range modules {
		data, err := b.module(m.name, m.tags)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.name, err)
		}
		files = append(files, file{name: m.name, firstVisit: m.firstVisit, data: data})
	}
	if err := b.compressAll(files); err != nil {
		return nil, err
	}
	return files, b.removeOthers(files)
}

// placeholder keeps dist in the repository.
const placeholder = "placeholder"

// removeOthers removes what an earlier run left in dist and this one did not make: all of it would be embedded.
func (b *build) removeOthers(files []file) error {
	var directories []string
	err := filepath.WalkDir(b.dist, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(b.dist, p)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		switch {
		case d.IsDir():
			directories = append(directories, p)
			return nil
		case name == placeholder, slices.ContainsFunc(files, func(f file) bool { return f.name+packedSuffix == name }):
			return nil
		}
		return os.Remove(p)
	})
	for _, dir := range slices.Backward(directories) {
		if entries, rerr := os.ReadDir(dir); rerr == nil && len(entries) == 0 {
			err = errors.Join(err, os.Remove(dir))
		}
	}
	return err
}

// writeFile writes a file that appears whole or not at all.
func writeFile(name string, data []byte) (err error) {
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		return err
	}
	part, err := os.CreateTemp(filepath.Dir(name), ".part-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(part.Name()) // what failed is told already
		}
	}()
	_, err = part.Write(data)
	if err = errors.Join(err, part.Chmod(0o644), part.Close()); err != nil {
		return err
	}
	return os.Rename(part.Name(), name)
}
