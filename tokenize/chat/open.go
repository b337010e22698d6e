package chat

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/nibble-go/nibble/internal/jsonread"
	"github.com/nibble-go/nibble/internal/modeldir"
)

// The files of a model directory that have templates.
const (
	jinjaFile        = "chat_template.jinja"
	additionalFolder = "additional_chat_templates"
	configFile       = "tokenizer_config.json"
	processorFile    = "chat_template.json"
	tokensFile       = "special_tokens_map.json"
)

// Open reads the chat templates at path: a model directory, one of the files
// with templates in it, any other file that ends in .jinja, or a .gguf.
//
// In a directory chat_template.jinja with its additional_chat_templates goes
// first, then tokenizer_config.json, then chat_template.json, as in
// transformers. Special tokens are those of tokenizer_config.json and
// special_tokens_map.json beside it.
//
// The error wraps [ErrNoTemplate] if there is none, [ErrFormat] if a file is
// malformed, or is an [*Error] of a template.
func Open(path string) (*Templates, error) { return OpenWith(path, Options{}) }

// OpenWith is Open with options.
func OpenWith(path string, o Options) (*Templates, error) {
	t, err := open(path, o)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return t, nil
}

func open(path string, o Options) (*Templates, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, cause(err)
	}
	if info.IsDir() {
		return openDirectory(path, []string{jinjaFile, configFile, processorFile}, o)
	}
	name := filepath.Base(path)
	switch {
	case name == jinjaFile, name == configFile, name == processorFile:
		return openDirectory(filepath.Dir(path), []string{name}, o)
	case strings.EqualFold(filepath.Ext(name), ".gguf"):
		return openGGUF(path, o)
	case strings.EqualFold(filepath.Ext(name), ".jinja"):
		text, err := readTemplate(path)
		if err != nil {
			return nil, err
		}
		return newTemplates(name, []sourceText{{defaultName, text}}, nil, o)
	}
	return nil, fmt.Errorf("%w: the name is none of a file with chat templates", ErrNoTemplate)
}

// cause takes the name of the file off an error, which says it already.
func cause(err error) error {
	if at, ok := errors.AsType[*fs.PathError](err); ok {
		return at.Err
	}
	if at, ok := errors.AsType[*modeldir.Error](err); ok {
		return at.Err
	}
	return err
}

// readTemplate returns a template in a file of its own.
func readTemplate(path string) (string, error) {
	f, info, err := modeldir.OpenRegular(path)
	if err != nil {
		return "", cause(err)
	}
	defer f.Close()
	if info.Size() > modeldir.MaxConfigBytes {
		return "", modeldir.ErrTooLarge
	}
	data := make([]byte, info.Size())
	n, err := f.ReadAt(data, 0)
	if n < len(data) {
		return "", err
	}
	return string(data), nil
}

func openDirectory(path string, names []string, o Options) (*Templates, error) {
	dir, err := modeldir.Open(path)
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	return readDirectory(directory{
		read: func(name string) ([]byte, error) { return dir.ReadFile(name, modeldir.MaxConfigBytes) },
		glob: dir.Glob,
	}, names, o)
}

// ReadFS reads the chat templates of a model directory in a file system, such
// as one that is embedded in a program.
func ReadFS(files fs.FS, o Options) (*Templates, error) {
	return readDirectory(directory{
		read: func(name string) ([]byte, error) { return fs.ReadFile(files, name) },
		glob: func(pattern string) ([]string, error) { return fs.Glob(files, pattern) },
	}, []string{jinjaFile, configFile, processorFile}, o)
}

// ReadFiles reads the chat templates of a model whose files are given by their
// names in its directory, such as tokenizer_config.json and
// additional_chat_templates/rag.jinja. A single file may have any name that ends
// in .jinja.
func ReadFiles(files map[string][]byte, o Options) (*Templates, error) {
	for name, data := range files {
		if len(files) == 1 && strings.EqualFold(path.Ext(name), ".jinja") {
			return newTemplates(name, []sourceText{{defaultName, string(data)}}, nil, o)
		}
	}
	return readDirectory(directory{
		read: func(name string) ([]byte, error) {
			data, ok := files[name]
			if !ok {
				return nil, &fs.PathError{Op: "read", Path: name, Err: fs.ErrNotExist}
			}
			return data, nil
		},
		glob: func(pattern string) (names []string, err error) {
			for name := range files {
				if ok, err := path.Match(pattern, name); err != nil {
					return nil, err
				} else if ok {
					names = append(names, name)
				}
			}
			return names, nil
		},
	}, []string{jinjaFile, configFile, processorFile}, o)
}

// A directory is a model directory.
type directory struct {
	read func(name string) ([]byte, error)
	glob func(pattern string) ([]string, error)
}

// object reads a JSON file, nil if it is not there.
func (d directory) object(name string) (*Object, error) {
	data, err := d.read(name)
	if errors.Is(err, fs.ErrNotExist) && !errors.Is(err, modeldir.ErrLink) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	v, err := jsonread.ParseObject(data, jsonread.Options{NonFinite: true})
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %w", name, ErrFormat, err)
	}
	return v, nil
}

// readDirectory reads the templates of the first of the files that has any.
func readDirectory(d directory, names []string, o Options) (*Templates, error) {
	config, err := d.object(configFile)
	if err != nil {
		return nil, err
	}
	legacy, err := d.object(tokensFile)
	if err != nil {
		return nil, err
	}
	tokens := specialTokens(config, legacy)
	for _, name := range names {
		var sources []sourceText
		switch name {
		case jinjaFile:
			sources, err = d.jinjaSources()
		case configFile:
			sources, err = configSources(config)
		default:
			var o *Object
			if o, err = d.object(name); err == nil {
				sources, err = configSources(o)
			}
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if len(sources) > 0 {
			return newTemplates(name, sources, tokens, o)
		}
	}
	return nil, ErrNoTemplate
}

// jinjaSources reads the templates that are files of their own.
func (d directory) jinjaSources() ([]sourceText, error) {
	var sources []sourceText
	others, err := d.glob(additionalFolder + "/*.jinja")
	if err != nil {
		return nil, err
	}
	slices.Sort(others)
	for _, file := range append([]string{jinjaFile}, others...) {
		data, err := d.read(file)
		if file == jinjaFile && errors.Is(err, fs.ErrNotExist) && !errors.Is(err, modeldir.ErrLink) {
			continue
		}
		if err != nil {
			return nil, err
		}
		name := defaultName
		if file != jinjaFile {
			name = strings.TrimSuffix(path.Base(file), ".jinja")
		}
		sources = append(sources, sourceText{name, string(data)})
	}
	return sources, nil
}

// configSources returns the templates of a configuration: a text, a list of
// objects with name and template, or an object of templates by name.
func configSources(config *Object) ([]sourceText, error) {
	v, _ := config.Get("chat_template")
	var sources []sourceText
	switch v := v.(type) {
	case nil:
	case string:
		sources = append(sources, sourceText{defaultName, v})
	case Array:
		for i, e := range v {
			o, _ := e.(*Object)
			name, named := o.String("name")
			text, ok := o.String("template")
			if !named || !ok {
				return nil, fmt.Errorf("%w: chat_template[%d] is not an object with name and template", ErrFormat, i)
			}
			sources = append(sources, sourceText{name, text})
		}
	case *Object:
		for name, e := range v.All() {
			text, ok := e.(string)
			if !ok {
				return nil, fmt.Errorf("%w: chat_template.%s is not a string", ErrFormat, name)
			}
			sources = append(sources, sourceText{name, text})
		}
	default:
		return nil, fmt.Errorf("%w: chat_template is neither string, list nor object", ErrFormat)
	}
	return sources, nil
}

// specialTokens returns the variables that special tokens are, as transformers
// passes them to templates.
func specialTokens(configs ...*Object) *Object {
	tokens := &Object{}
	for _, config := range configs {
		for _, name := range specialTokenNames {
			if text, ok := tokenText(config, name); ok && !tokens.Has(name) {
				tokens.Set(name, text)
			}
		}
		const additional = "additional_special_tokens"
		if list, _ := config.Array(additional); len(list) > 0 && !tokens.Has(additional) {
			var texts Array
			for _, v := range list {
				if text, ok := contentText(v); ok {
					texts = append(texts, text)
				}
			}
			tokens.Set(additional, texts)
		}
		extra, _ := config.Object("extra_special_tokens")
		for name, v := range extra.All() {
			if text, ok := contentText(v); ok && !tokens.Has(name) {
				tokens.Set(name, text)
			}
		}
	}
	return tokens
}

func tokenText(o *Object, key string) (string, bool) {
	v, _ := o.Get(key)
	return contentText(v)
}

// contentText returns a token that is given as a text or as an object with its
// content.
func contentText(v Value) (string, bool) {
	if o, ok := v.(*Object); ok {
		return o.String("content")
	}
	text, ok := v.(string)
	return text, ok
}
