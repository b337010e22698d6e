//go:build !nibbletext

package tokenize

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/nibble-go/nibble/internal/modeldir"
)

// maxCompanion bounds a configuration beside a vocabulary.
const maxCompanion = modeldir.MaxConfigBytes

// Open opens the vocabulary at path: a tokenizer.json, a .tiktoken file, a
// SentencePiece model, a tekken.json, a .gguf, or a model directory that has
// one of the first four. Of the configurations beside it, such as tokenizer_config.json,
// it takes the roles of special tokens and the length of the context.
//
// An error that a file is to blame for wraps [ErrFormat] or [ErrUnsupported];
// [ErrNoTokenizer] reports that a directory has no vocabulary, or that a file
// is none.
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
		data, err := dir.ReadFile(c.name, maxCompanion)
		if err != nil {
			return beside, err
		}
		if err := beside.set(c.name, data); err != nil {
			return beside, fmt.Errorf("%s: %w", dir.Path(), err)
		}
	}
	return beside, nil
}

// maxFile bounds the vocabularies that are read into memory as a whole. The
// largest seen, 262,144 pieces of SentencePiece, has 5 MB.
const maxFile = 256 << 20

// readOther reads a vocabulary that is no tokenizer.json.
func readOther(f format, r *io.SectionReader, name string, beside companions, o LoadOptions) (*Tokenizer, error) {
	switch f {
	case formatGGUF:
		return readGGUF(r, r.Size(), o)
	case formatTekken:
		return readTekken(r, beside, o)
	case formatTiktoken:
		return readTiktoken(r, name, beside, o)
	}
	if r.Size() > maxFile {
		return nil, fmt.Errorf("%w: %d bytes", ErrUnsupported, r.Size())
	}
	data := make([]byte, r.Size())
	if _, err := io.ReadFull(r, data); err != nil {
		return nil, err
	}
	return readSentencePiece(data, beside)
}
