package checksum

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/internal/modeldir"
)

// A Manifest is a list of hashes.
type Manifest struct {
	Entries []Entry

	index map[key]int // of the first entry
}

type key struct {
	hash Hash
	name string
}

const (
	// maxLineBytes bounds a line of a manifest.
	maxLineBytes = 1 << 20

	// maxEntries bounds a manifest: some hashes for as many tensors as a file may have.
	maxEntries = 1 << 18
)

// Parse reads a manifest. Lines that it does not know are passed over; where it
// knows none the error wraps ErrFormat.
func Parse(r io.Reader) (*Manifest, error) {
	m := &Manifest{index: make(map[key]int)}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxLineBytes)
	n := 1
	for ; lines.Scan(); n++ {
		e, ok := parseEntry(lines.Text())
		if !ok {
			continue
		}
		if len(m.Entries) == maxEntries {
			return nil, fmt.Errorf("%w: line %d: more than %d hashes", ErrFormat, n, maxEntries)
		}
		m.add(e)
	}
	switch err := lines.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return nil, fmt.Errorf("%w: line %d is longer than %d bytes", ErrFormat, n, maxLineBytes)
	case err != nil:
		return nil, err
	}
	if len(m.Entries) == 0 {
		return nil, ErrFormat
	}
	return m, nil
}

func (m *Manifest) add(e Entry) {
	k := key{e.Hash, e.Name}
	if _, ok := m.index[k]; !ok {
		m.index[k] = len(m.Entries)
	}
	m.Entries = append(m.Entries, e)
}

func parseEntry(line string) (Entry, bool) {
	line = strings.TrimLeft(strings.TrimRight(line, "\r"), " \t") // names may end in white space
	if rest, ok := strings.CutPrefix(line, string(File)+" ("); ok {
		at := strings.LastIndex(rest, ") = ")
		if at < 0 {
			return Entry{}, false
		}
		return Entry{File, strings.ToLower(rest[at+4:]), rest[:at]}, true
	}
	hash, rest, _ := strings.Cut(line, " ")
	sum, name, ok := strings.Cut(strings.TrimLeft(rest, " "), " ")
	if !ok || hash == string(File) || !has(Hashes(), Hash(hash)) {
		return Entry{}, false
	}
	return Entry{Hash(hash), strings.ToLower(sum), withoutStatus(strings.TrimLeft(name, " "))}, true
}

// withoutStatus takes off a name what checks have said about it.
func withoutStatus(name string) string {
	for {
		shorter := name
		for _, status := range []Status{OK, Mismatch, NotFound} {
			shorter = strings.TrimSuffix(shorter, "  -  "+string(status))
		}
		if shorter == name {
			return name
		}
		name = shorter
	}
}

// Has returns the hashes that the manifest has for any name.
func (m *Manifest) Has() []Hash {
	var found []Hash
	for _, h := range Hashes() {
		if slices.ContainsFunc(m.Entries, func(e Entry) bool { return e.Hash == h }) {
			found = append(found, h)
		}
	}
	return found
}

// Sum returns what the manifest has for a hash under a name: the first entry,
// as llama-gguf-hash takes it.
func (m *Manifest) Sum(h Hash, name string) (string, bool) {
	i, ok := m.index[key{h, name}]
	if !ok {
		return "", false
	}
	return m.Entries[i].Sum, true
}

// A Status says what comparing an entry with a manifest came to.
type Status string

const (
	OK       Status = "Ok"
	Mismatch Status = "Mismatch"
	NotFound Status = "Not Found" // the manifest has no such entry
)

// Compare holds an entry against the manifest. Hexadecimal digits may be in
// either case there.
func (m *Manifest) Compare(e Entry) Status {
	switch want, ok := m.Sum(e.Hash, e.Name); {
	case !ok:
		return NotFound
	case want != e.Sum:
		return Mismatch
	}
	return OK
}

// WriteManifest writes the manifest of the files at paths: the XXH64 of every
// tensor and of all tensors, and the SHA-256 of the file, under the files'
// names without their directories. The files are read from the disk, once;
// those of a split set are given each for itself.
func WriteManifest(ctx context.Context, w io.Writer, paths []string, progress func(done, total int64)) error {
	for _, path := range paths {
		if err := writeManifest(ctx, w, path, progress); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	return nil
}

func writeManifest(ctx context.Context, w io.Writer, path string, progress func(done, total int64)) error {
	src, info, err := modeldir.OpenRegular(path)
	if err != nil {
		return err
	}
	defer src.Close()
	f, err := gguf.NewReader(src, info.Size(), gguf.ReaderOptions{})
	if err != nil {
		return err
	}
	opts := Options{Hashes: []Hash{XXH64, File}, Progress: progress}
	for e, err := range Sums(ctx, f, src, filepath.Base(path), opts) {
		if err != nil {
			return err
		}
		if strings.ContainsAny(e.Name, "\r\n") {
			return fmt.Errorf("%w: the name %q, which ends a line", ErrName, e.Name)
		}
		if _, err := fmt.Fprintln(w, e); err != nil {
			return err
		}
	}
	return nil
}
