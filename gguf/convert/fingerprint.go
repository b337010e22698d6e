package convert

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/internal/modeldir"
)

// A fingerprint says what a run writes: everything that the bytes of its output
// follow from. Two runs with the same fingerprint write the same bytes, so that
// one may go on where the other stopped.
type fingerprint struct {
	Format  int      `json:"format"` // of the journal's records
	Clauses []clause `json:"clauses"`
}

// A clause is the part of a fingerprint that one thing gives.
type clause struct {
	What string `json:"what"` // in words that follow "these differ:"
	Sum  string `json:"sha256"`
}

// journalFormat is counted up when the records or the clauses change.
const journalFormat = 1

// inputHeadBytes is how much of each input file is hashed. It has the header of
// a safetensors file, or most of it; the metadata of a GGUF file are in the
// header of the output.
const inputHeadBytes = 64 << 10

// fingerprint computes the plan's, for a program that build identifies. It reads
// the start of each input and the importance weights that are used.
func (p *Plan) fingerprint(build string) (*fingerprint, error) {
	f := &fingerprint{Format: journalFormat}
	add := func(what string, write func(h hash.Hash) error) error {
		h := sha256.New()
		if err := write(h); err != nil {
			return err
		}
		f.Clauses = append(f.Clauses, clause{what, hex.EncodeToString(h.Sum(nil))})
		return nil
	}
	err := errors.Join(
		add("the build of nibble", func(h hash.Hash) error { _, err := io.WriteString(h, build); return err }),
		add("the options, the configuration or the vocabulary", p.hashOutput),
		add("the importance matrix", p.hashImportance),
	)
	for i := range p.inputs {
		in := &p.inputs[i]
		err = errors.Join(err, add("the input "+strconv.Quote(in.name), func(h hash.Hash) error { return p.hashInput(h, in) }))
	}
	if err != nil {
		return nil, err
	}
	return f, nil
}

// hashOutput hashes the headers of the output, which hold metadata, names,
// shapes and types, and what is done to the weights beside.
func (p *Plan) hashOutput(h hash.Hash) error {
	for _, layout := range p.Files {
		if err := layout.WriteHeader(h); err != nil {
			return err
		}
	}
	fmt.Fprintln(h, chunkValues, p.allowNonFinite) // the cut of the chunks follows from chunkValues and the tensors
	for i := range p.Tensors {
		t := &p.Tensors[i]
		fmt.Fprintf(h, "%q %q %v %s %s %d %d %v %v\n",
			t.Name, t.entry, t.Shape, t.Source, t.precision, t.File, t.index, t.copied(), t.importance != nil)
	}
	return nil
}

// hashImportance hashes the weights of the tensors that have some.
func (p *Plan) hashImportance(h hash.Hash) error {
	weights := make([]float32, 16<<10)
	var encoded []byte
	for i := range p.Tensors {
		e := p.Tensors[i].importance
		if e == nil {
			continue
		}
		for from := int64(0); from < e.Values; from += int64(len(weights)) {
			some := weights[:min(int64(len(weights)), e.Values-from)]
			if err := e.ReadAt(some, from); err != nil {
				return err
			}
			encoded = encoded[:0]
			for _, w := range some {
				encoded = binary.LittleEndian.AppendUint32(encoded, math.Float32bits(w))
			}
			h.Write(encoded)
		}
	}
	return nil
}

// hashInput hashes what is known of an input: its size and its time as they were
// before it was opened, and its first bytes.
func (p *Plan) hashInput(h hash.Hash, in *inputFile) error {
	fmt.Fprintln(h, in.size, in.modified)
	var f *os.File
	var err error
	if dir, ok := p.source.(*directory); ok {
		f, _, err = dir.open(in.name)
	} else {
		f, _, err = modeldir.OpenRegular(in.path)
	}
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.Copy(h, io.LimitReader(f, inputHeadBytes))
	return err
}

// differences lists in words where the fingerprint recorded in a journal is not
// this one.
func (f *fingerprint) differences(recorded *fingerprint) []string {
	if recorded.Format != f.Format {
		return []string{"the format of the journal"}
	}
	theirs := make(map[string]string, len(recorded.Clauses))
	for _, c := range recorded.Clauses {
		theirs[c.What] = c.Sum
	}
	var all []string
	for _, c := range f.Clauses {
		if sum, ok := theirs[c.What]; !ok || sum != c.Sum {
			all = append(all, c.What)
		}
		delete(theirs, c.What)
	}
	if len(theirs) > 0 && len(all) == 0 {
		all = append(all, "the input files")
	}
	return all
}

// marshal returns the head of a journal.
func (f *fingerprint) marshal() ([]byte, error) { return json.Marshal(f) }

// unmarshalFingerprint reads the head of a journal.
func unmarshalFingerprint(head []byte) (*fingerprint, error) {
	f := new(fingerprint)
	if err := json.Unmarshal(head, f); err != nil {
		return nil, fmt.Errorf("the head of the journal: %w", err)
	}
	return f, nil
}

// inputFile is a file that weights are read from, or that says how, as it was
// before it was opened: a file that is replaced in between has another identity
// than the one that is recorded, and never the same.
type inputFile struct {
	name     string // without directory
	path     string
	size     int64
	modified int64 // nanoseconds
}

// inputsOf lists the files of the model at path. What is left out reaches the
// output through its header alone.
func inputsOf(path string, isDir bool) ([]inputFile, error) {
	var paths []string
	if isDir {
		entries, err := os.ReadDir(path)
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			switch name := e.Name(); {
			case strings.HasSuffix(name, ".safetensors"), strings.HasSuffix(name, ".safetensors.index.json"), name == "config.json":
				paths = append(paths, filepath.Join(path, name))
			}
		}
	} else if prefix, _, count, ok := gguf.ParseSplitName(path); ok {
		for i := range count {
			paths = append(paths, gguf.SplitName(prefix, i, count))
		}
	} else {
		paths = append(paths, path)
	}
	var inputs []inputFile
	for _, path := range paths {
		info, err := os.Stat(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue // whoever needs it will say so
		}
		if err != nil {
			return nil, err
		}
		inputs = append(inputs, inputFile{
			name: filepath.Base(path), path: path, size: info.Size(), modified: info.ModTime().UnixNano(),
		})
	}
	return inputs, nil
}

// thisBuild identifies the program that runs: by what the Go toolchain recorded
// in it, and by the bytes of its file, since two builds of changed sources are
// recorded alike.
var thisBuild = sync.OnceValue(func() string {
	id := runtime.Version()
	if info, ok := debug.ReadBuildInfo(); ok {
		id += "\n" + info.String()
	}
	f, err := openExecutable()
	if err != nil {
		return id
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return id
	}
	return id + "\n" + hex.EncodeToString(h.Sum(nil))
})

// openExecutable opens the file of the program that runs. On Linux that is the
// very one, even where another has taken its name.
func openExecutable() (*os.File, error) {
	if f, err := os.Open("/proc/self/exe"); err == nil {
		return f, nil
	}
	path, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return os.Open(path)
}
