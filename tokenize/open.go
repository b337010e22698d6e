package tokenize

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"

	"github.com/nibble-go/nibble/internal/modeldir"
)

// LoadOptions say how a vocabulary is loaded. The zero LoadOptions are what
// Open uses.
type LoadOptions struct {
	// CacheBytes bounds the cache of pieces that a BPE tokenizer keeps. 0: 2
	// MiB; negative: no cache.
	CacheBytes int

	// Encoding names the encoding of a tiktoken file, such as cl100k_base, which
	// has its split pattern and its special tokens; "": the one that the file is
	// known to belong to. See [Encodings].
	Encoding string

	// OldPattern takes the split pattern that tiktoken had before 0.8, and other
	// programs still have. In cl100k_base the two part white space at the end of
	// a text differently.
	OldPattern bool

	// Dropout is the probability, from 0 to 1, with which a BPE model passes
	// over a merge, so that the same text comes out in many ways; training does
	// that. It takes its chances from Random, which must not be nil then. 0:
	// none, whatever the vocabulary file says.
	Dropout float64
	Random  *rand.Rand
}

// check reports options that mean nothing.
func (o LoadOptions) check() error {
	switch {
	case !(0 <= o.Dropout && o.Dropout <= 1):
		return fmt.Errorf("dropout of %v is not between 0 and 1", o.Dropout)
	case o.Dropout > 0 && o.Random == nil:
		return errors.New("dropout takes its chances from Random, which is nil")
	}
	return nil
}

// chance returns a source of random numbers for any number of goroutines.
func (o LoadOptions) chance() func() float32 {
	var lock sync.Mutex
	return func() float32 {
		lock.Lock()
		defer lock.Unlock()
		return o.Random.Float32()
	}
}

// Open opens the vocabulary at path: a tokenizer.json, a .tiktoken file, a
// SentencePiece model, a tekken.json, a .gguf, or a model directory that has
// one of the first four. Of the configurations beside it, such as tokenizer_config.json,
// it takes the roles of special tokens and the length of the context.
//
// An error that a file is to blame for wraps [ErrFormat] or [ErrUnsupported];
// [ErrNoTokenizer] reports that a directory has no vocabulary.
func Open(path string) (*Tokenizer, error) { return OpenWith(path, LoadOptions{}) }

// OpenWith is Open with options.
func OpenWith(path string, o LoadOptions) (*Tokenizer, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	directory, name := path, ""
	if !info.IsDir() {
		directory, name = filepath.Split(path)
		if directory == "" {
			directory = "."
		}
	}
	dir, err := modeldir.Open(directory)
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	if name == "" {
		if name, err = findVocabulary(dir); err != nil {
			return nil, err
		}
	} else if strings.EqualFold(filepath.Ext(name), ".gguf") {
		if err := o.check(); err != nil {
			return nil, err
		}
		return openGGUF(path, o)
	}
	f, size, err := dir.Open(name)
	if err != nil {
		// A link that leads out of the directory is nothing to follow for a
		// name that a directory gave, but it is for one that the user gave.
		if info.IsDir() || !errors.Is(err, modeldir.ErrLink) {
			return nil, err
		}
		if f, size, err = modeldir.OpenRegular(path); err != nil {
			return nil, err
		}
	}
	defer f.Close()
	beside, err := readCompanions(dir)
	if err != nil {
		return nil, err
	}
	return named(filepath.Join(directory, name))(read(f, size.Size(), name, beside, o))
}

// ReadFS reads the vocabulary of a model directory in a file system, such as
// one that is embedded in a program.
func ReadFS(files fs.FS, o LoadOptions) (*Tokenizer, error) {
	for _, name := range vocabularyNames {
		data, err := fs.ReadFile(files, name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		var beside companions
		for _, c := range companionFiles {
			if text, err := fs.ReadFile(files, c.name); err == nil {
				if err := beside.set(c.name, text); err != nil {
					return nil, err
				}
			}
		}
		return named(name)(read(bytes.NewReader(data), int64(len(data)), name, beside, o))
	}
	return nil, ErrNoTokenizer
}

// named puts the name of the file before an error.
func named(name string) func(*Tokenizer, error) (*Tokenizer, error) {
	return func(t *Tokenizer, err error) (*Tokenizer, error) {
		if err != nil && name != "" {
			err = fmt.Errorf("%s: %w", name, err)
		}
		return t, err
	}
}

// Read reads a vocabulary from data. The name of the file, which may be empty,
// helps to tell formats apart.
func Read(name string, data []byte, o LoadOptions) (*Tokenizer, error) {
	return named(name)(read(bytes.NewReader(data), int64(len(data)), path.Base(name), companions{}, o))
}

// vocabularyNames are the files that a model directory has its vocabulary in,
// the first that is there counts.
var vocabularyNames = []string{"tokenizer.json", "tekken.json", "tokenizer.model", "tiktoken.model", "spiece.model", "sentencepiece.bpe.model"}

func findVocabulary(dir *modeldir.Dir) (string, error) {
	for _, name := range vocabularyNames {
		if dir.Has(name) {
			return name, nil
		}
	}
	for _, name := range dir.Names() {
		if strings.HasSuffix(name, ".tiktoken") {
			return name, nil
		}
	}
	return "", fmt.Errorf("%s: %w: none of %s is there", dir.Path(), ErrNoTokenizer, strings.Join(vocabularyNames, ", "))
}

func readCompanions(dir *modeldir.Dir) (companions, error) {
	var beside companions
	for _, c := range companionFiles {
		if !dir.Has(c.name) {
			continue
		}
		data, err := dir.ReadFile(c.name, modeldir.MaxConfigBytes)
		if err != nil {
			return beside, err
		}
		if err := beside.set(c.name, data); err != nil {
			return beside, fmt.Errorf("%s: %w", dir.Path(), err)
		}
	}
	return beside, nil
}

// The formats of vocabularies.
type format uint8

const (
	formatJSON format = iota
	formatTekken
	formatSentencePiece
	formatTiktoken
	formatGGUF
)

// sniff tells the format of a vocabulary by its first bytes: GGUF has a magic,
// JSON starts with a brace, SentencePiece with the tag of its first piece, and
// what is left are the lines of tiktoken.
func sniff(head []byte, name string) format {
	trimmed := bytes.TrimLeft(head, " \t\r\n")
	switch {
	case bytes.HasPrefix(head, []byte("GGUF")):
		return formatGGUF
	case bytes.HasPrefix(trimmed, []byte("{")):
		if strings.Contains(name, "tekken") || bytes.HasPrefix(bytes.TrimLeft(trimmed[1:], " \t\r\n"), []byte(`"config"`)) {
			return formatTekken
		}
		return formatJSON
	case len(head) > 0 && head[0] == '\n':
		return formatSentencePiece
	}
	return formatTiktoken
}

// maxFile bounds the vocabularies that are read into memory as a whole. The
// largest seen, 262,144 pieces of SentencePiece, has 5 MB.
const maxFile = 256 << 20

func read(r io.ReaderAt, size int64, name string, beside companions, o LoadOptions) (*Tokenizer, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	head := make([]byte, min(size, 64))
	if _, err := r.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	section := io.NewSectionReader(r, 0, size)
	switch sniff(head, name) {
	case formatGGUF:
		return readGGUF(r, size, o)
	case formatJSON:
		return readJSON(section, beside, o)
	case formatTekken:
		return readTekken(section, beside, o)
	case formatTiktoken:
		return readTiktoken(section, name, beside, o)
	}
	if size > maxFile {
		return nil, fmt.Errorf("%w: %d bytes", ErrUnsupported, size)
	}
	data := make([]byte, size)
	if _, err := io.ReadFull(section, data); err != nil {
		return nil, err
	}
	return readSentencePiece(data, beside)
}
