package inspect

import (
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/gguf/safetensors"
	"github.com/nibble-go/nibble/internal/modeldir"
)

// Open reports on the GGUF file, the model directory or, by its name, the
// .safetensors file at path.
func Open(path string) (*Report, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return openDirectory(path)
	}
	if strings.EqualFold(filepath.Ext(path), ".safetensors") {
		f, err := safetensors.Open(path)
		if err != nil {
			return nil, err
		}
		return SafetensorsFile(f), f.Close()
	}
	f, err := gguf.Open(path)
	if err != nil {
		return nil, err
	}
	r, err := GGUF(f)
	return r, errors.Join(err, f.Close())
}

func openDirectory(path string) (*Report, error) {
	dir, err := modeldir.Open(path)
	if err != nil {
		return nil, err
	}
	set, err := safetensors.OpenSet(path)
	if err != nil {
		return nil, errors.Join(err, dir.Close())
	}
	r, err := Safetensors(set, func(name string) ([]byte, error) { return dir.ReadFile(name, modeldir.MaxConfigBytes) })
	if err == nil {
		r.Name = dir.Name()
	}
	return r, errors.Join(err, set.Close(), dir.Close())
}
