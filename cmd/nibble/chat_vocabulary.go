package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/nibble-go/nibble/tokenize"
)

// templateFiles are the files of a model directory that have templates and no vocabulary.
var templateFiles = []string{"tokenizer_config.json", "chat_template.jinja", "chat_template.json"}

const vocabularyHint = "--tokenizer (-t) names the vocabulary, where it is not beside the template"

// vocabulary opens the vocabulary that the command line names or, where it names none, the model's: for a file of a
// model directory, what the directory has.
func (f *chatFlags) vocabulary(model string) (*tokenize.Tokenizer, error) {
	if f.tokenizer != "" {
		path, err := findModel(f.tokenizer, os.Getenv)
		if err != nil {
			return nil, err
		}
		return tokenize.Open(path)
	}
	path := model
	switch {
	case isDirectory(model):
	case slices.Contains(templateFiles, filepath.Base(model)):
		path = filepath.Dir(model)
	case strings.EqualFold(filepath.Ext(model), ".jinja"):
		return nil, &hintedError{err: fmt.Errorf("%s: %w: it is a template alone", model, tokenize.ErrNoTokenizer), hint: vocabularyHint}
	}
	tokenizer, err := tokenize.Open(path)
	if err != nil {
		err = &hintedError{err: err, hint: vocabularyHint}
	}
	return tokenizer, err
}
