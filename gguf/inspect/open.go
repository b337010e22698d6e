package inspect

import (
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/gguf/safetensors"
)

// Open reports on the GGUF file or the model directory at path.
func Open(path string) (*Report, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return openDirectory(path)
	}
	f, err := gguf.Open(path)
	if err != nil {
		return nil, err
	}
	r, err := GGUF(f)
	return r, errors.Join(err, f.Close())
}

func openDirectory(path string) (*Report, error) {
	set, err := safetensors.OpenSet(path)
	if err != nil {
		return nil, err
	}
	r, err := Safetensors(set, func(name string) ([]byte, error) { return readSmall(filepath.Join(path, name)) })
	if err == nil {
		r.Name = directoryName(path)
	}
	return r, errors.Join(err, set.Close())
}

// directoryName returns the name of a directory, also where path is ".". Of a
// snapshot in the Hugging Face cache, models--ORG--NAME/snapshots/REVISION,
// that is NAME.
func directoryName(path string) string {
	if absolute, err := filepath.Abs(path); err == nil {
		path = absolute
	}
	snapshots := filepath.Dir(path)
	repository, isCached := strings.CutPrefix(filepath.Base(filepath.Dir(snapshots)), "models--")
	if isCached && filepath.Base(snapshots) == "snapshots" {
		if _, name, hasOrganization := strings.Cut(repository, "--"); hasOrganization {
			return name
		}
		return repository
	}
	return filepath.Base(path)
}

// maxConfigBytes bounds the JSON files beside the weights; real ones have a
// few kilobytes, tokenizer configurations up to a megabyte.
const maxConfigBytes = 16 << 20

func readSmall(path string) ([]byte, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, errors.New(path + ": not a regular file")
	case info.Size() > maxConfigBytes:
		return nil, errors.New(path + ": larger than 16 MiB")
	}
	return os.ReadFile(path)
}
