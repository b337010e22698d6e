package convert

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/nibble-go/nibble/internal/jsonread"
	"github.com/nibble-go/nibble/tokenize/vocab"
)

// vocabFiles are the files of a model directory that describe its vocabulary.
// What is not there is nil.
type vocabFiles struct {
	dir              *directory
	config           *jsonread.Object // config.json as it stands, without defaults
	tokenizerConfig  *jsonread.Object
	specialTokensMap *jsonread.Object
	addedTokens      *jsonread.Object // added_tokens.json: id by text
	tokenizer        *vocab.JSON
}

// readVocabFiles reads them all. Of tokenizer.json only the added tokens and
// the stages are read where the vocabulary comes from tokenizer.model, since
// the rest can be large; whole asks for all of it.
func readVocabFiles(dir *directory, config *jsonread.Object, whole bool) (*vocabFiles, error) {
	f := &vocabFiles{dir: dir, config: config}
	for _, file := range []struct {
		name string
		to   **jsonread.Object
	}{
		{"tokenizer_config.json", &f.tokenizerConfig},
		{"special_tokens_map.json", &f.specialTokensMap},
		{"added_tokens.json", &f.addedTokens},
	} {
		var err error
		if *file.to, err = readObject(dir, file.name); err != nil {
			return nil, err
		}
	}
	var err error
	f.tokenizer, err = readTokenizer(dir, whole)
	return f, err
}

// readObject reads a JSON file that holds an object. It is nil where there is
// no such file.
func readObject(dir *directory, name string) (*jsonread.Object, error) {
	data, err := dir.readFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	o, err := jsonread.ParseObject(data, jsonread.Options{NonFinite: true})
	if err != nil {
		return nil, malformed(dir, name, err)
	}
	return o, nil
}

// readText reads a text file as Python does, with every line end as \n.
func readText(dir *directory, name string) (string, error) {
	data, err := dir.readFile(name)
	return universalNewlines(string(data)), err
}

func universalNewlines(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
}

// malformed locates an error in a file of the directory.
func malformed(dir *directory, name string, err error) error {
	return fmt.Errorf("%s: %w: %w", filepath.Join(dir.path, name), ErrFormat, err)
}
