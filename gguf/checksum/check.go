package checksum

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/nibble-go/nibble/gguf"
)

// A Finding is where a file and a manifest do not agree.
type Finding struct {
	Entry Entry  // what the file has; its sum is empty where it has no such tensor
	Want  string // what the manifest has, empty where it has no such entry
}

// NameIn returns the name under which the manifest has a file: its path or,
// where there is nothing about that, its name without the directory.
func (m *Manifest) NameIn(path string) (name string, ok bool) {
	for _, name := range []string{path, filepath.Base(path)} {
		for _, e := range m.Entries {
			if e.Name == name || strings.HasPrefix(e.Name, name+":") {
				return name, true
			}
		}
	}
	return "", false
}

// Files returns the names of the GGUF files that the manifest is about, in order
// of their first lines. A line of a whole file's bytes alone may be about any
// file, and counts only where the name ends in .gguf.
func (m *Manifest) Files() []string {
	whole := make(map[string]bool) // names that are not known to be a tensor's
	for _, e := range m.Entries {
		whole[e.Name] = true
	}
	var files []string
	seen := make(map[string]bool)
	for _, e := range m.Entries {
		name := e.Name
		if e.Hash != File {
			name = fileOf(name, whole)
		} else if !strings.HasSuffix(name, ggufSuffix) {
			continue
		}
		if !seen[name] {
			seen[name] = true
			files = append(files, name)
		}
	}
	return files
}

const ggufSuffix = ".gguf"

// fileOf returns the file's part of the name of an entry: the name of another
// entry before a colon or, where there is none, what ends in .gguf there.
func fileOf(name string, whole map[string]bool) string {
	for i, c := range name {
		if c == ':' && whole[name[:i]] {
			return name[:i]
		}
	}
	if i := strings.Index(name, ggufSuffix+":"); i >= 0 {
		return name[:i+len(ggufSuffix)]
	}
	return name
}

// Check holds the file f, whose bytes are src, against all that the manifest
// has under a name. It returns what does not agree, in the order of the
// manifest's lines, and the number of entries that do. A tensor that one has
// and the other has not is a finding, unless the manifest has none at all.
func (m *Manifest) Check(ctx context.Context, f *gguf.File, src io.ReaderAt, name string, progress func(done, total int64)) (findings []Finding, agree int, err error) {
	want := make(map[key]string)
	opts := Options{Progress: progress, NoTensors: true}
	tensors := make(map[Hash]bool) // hashes that single tensors have
	for _, e := range m.Entries {
		tensor := strings.HasPrefix(e.Name, name+":")
		if e.Name != name && !tensor {
			continue
		}
		if !has(opts.Hashes, e.Hash) {
			opts.Hashes = append(opts.Hashes, e.Hash)
		}
		if tensor {
			opts.NoTensors, tensors[e.Hash] = false, true
		}
		if k := (key{e.Hash, e.Name}); want[k] == "" {
			want[k] = e.Sum
		}
	}
	for e, err := range Sums(ctx, f, src, name, opts) {
		if err != nil {
			return nil, 0, err
		}
		k := key{e.Hash, e.Name}
		sum, known := want[k]
		delete(want, k)
		switch {
		case sum == e.Sum:
			agree++
		case known, e.Name != name && tensors[e.Hash]:
			findings = append(findings, Finding{e, sum})
		}
	}
	for _, e := range m.Entries {
		if sum, ok := want[key{e.Hash, e.Name}]; ok {
			delete(want, key{e.Hash, e.Name})
			findings = append(findings, Finding{Entry{e.Hash, "", e.Name}, sum})
		}
	}
	return findings, agree, nil
}

// String says what does not agree.
func (f Finding) String() string {
	switch {
	case f.Want == "":
		return fmt.Sprintf("%s is %s, and the manifest has none", f.Entry.Hash, f.Entry.Sum)
	case f.Entry.Sum == "":
		return fmt.Sprintf("the manifest has %s %s, and the file has no such tensor", f.Entry.Hash, f.Want)
	}
	return fmt.Sprintf("%s is %s, and the manifest has %s", f.Entry.Hash, f.Entry.Sum, f.Want)
}
