package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/gguf/checksum"
	"github.com/nibble-go/nibble/gguf/convert"
	"github.com/nibble-go/nibble/internal/modeldir"
)

// manifestSuffix is what the manifest of a file is called by, beside the file.
const manifestSuffix = ".manifest"

// errOtherFiles: a manifest has nothing about a file that is to be held against it.
var errOtherFiles = errors.New("manifest of other files")

// manifestCheck says what holding the files against a manifest came to.
type manifestCheck struct {
	Path    string   `json:"path"`
	Of      string   `json:"of,omitempty"`      // the only file that it is about, where that has another name
	Missing []string `json:"missing,omitempty"` // the files that it has nothing about
	Agree   int      `json:"agree"`             // entries that agree
}

// verifyManifest holds the files against the manifest that the flags name, or the one beside the first file.
func (a *app) verifyManifest(ctx context.Context, path string, f verifyFlags, v *verification) error {
	check := &manifestCheck{Path: f.manifest}
	if check.Path == "" {
		check.Path = path + manifestSuffix
	}
	m, err := readManifest(check.Path)
	if errors.Is(err, fs.ErrNotExist) && f.manifest == "" {
		return nil
	}
	if err != nil {
		return err
	}
	paths := []string{path}
	if prefix, _, count, ok := gguf.ParseSplitName(path); ok && v.Files > 1 {
		paths = nil
		for i := range count {
			paths = append(paths, gguf.SplitName(prefix, i, count))
		}
	}
	names := check.namesIn(m, paths)
	if f.manifest != "" && len(check.Missing) > 0 {
		return fmt.Errorf("%s: %w: it has nothing about %s", check.Path, errOtherFiles, check.Missing[0])
	}
	v.Manifest = check
	for i, path := range paths {
		if names[i] == "" {
			continue
		}
		err := a.watched("hashing", f, func(progress func(done, total int64)) error {
			return v.checkSums(ctx, m, path, names[i], progress)
		})
		if err != nil {
			return err
		}
	}
	if v.count(convert.DamagedSum) > check.Agree {
		of := "an earlier file of this name"
		if check.Of != "" {
			of = "another file"
		}
		a.hint("most checksums differ: the manifest may be of %s", of)
	}
	return nil
}

// namesIn returns the names under which the manifest has the files, empty where it has nothing about one. A single file
// that was renamed is the one that the manifest is about, if that is one.
func (c *manifestCheck) namesIn(m *checksum.Manifest, paths []string) []string {
	names := make([]string, len(paths))
	for i, path := range paths {
		name, ok := m.NameIn(path)
		if !ok {
			c.Missing = append(c.Missing, path)
		}
		names[i] = name
	}
	if len(paths) == 1 && names[0] == "" {
		if files := m.Files(); len(files) == 1 {
			c.Of, c.Missing = files[0], nil
			names[0] = c.Of
		}
	}
	return names
}

// checkSums holds one file against what the manifest has under a name.
func (v *verification) checkSums(ctx context.Context, m *checksum.Manifest, path, name string, progress func(done, total int64)) error {
	src, info, err := modeldir.OpenRegular(path)
	if err != nil {
		return err
	}
	defer src.Close()
	file, err := gguf.NewReader(src, info.Size(), gguf.ReaderOptions{})
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	findings, agree, err := m.Check(ctx, file, src, name, progress)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	v.Manifest.Agree += agree
	for _, found := range findings {
		d := convert.Damage{Kind: convert.DamagedSum, File: path, Offset: -1, Text: found.String()}
		switch tensor, ok := strings.CutPrefix(found.Entry.Name, name+":"); {
		case ok:
			d.Tensor = tensor
			if t, ok := file.Tensor(tensor); ok {
				d.Offset = t.FileOffset()
			}
		case found.Entry.Hash == checksum.File:
			d.Text = "the file: " + d.Text
		default:
			d.Text = "all tensors: " + d.Text
		}
		v.Damages = append(v.Damages, d)
	}
	return nil
}

// manifestLine says what holding the files against the manifest came to.
func (v *verification) manifestLine() string {
	c := v.Manifest
	if len(c.Missing) == v.Files {
		return c.Path + ": it is about other files; nothing was compared"
	}
	line := c.Path
	if c.Of != "" {
		line += ", of " + c.Of
	}
	line += fmt.Sprintf(": %s; %d checksums agree", v.state("differs", convert.DamagedSum), c.Agree)
	if len(c.Missing) > 0 {
		line += "; nothing about " + strings.Join(c.Missing, ", ")
	}
	return line
}
