package convert

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/nibble-go/nibble/gguf/safetensors"
	"github.com/nibble-go/nibble/internal/modeldir"
)

// directory is a model directory in Hugging Face layout, opened.
type directory struct {
	*modeldir.Dir
	path    string
	weights *safetensors.Set
}

// openDirectory opens the model directory at path and the headers of its
// weights.
func openDirectory(path string) (*directory, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return nil, refuseOther(path)
	}
	d := &directory{path: path}
	if d.Dir, err = modeldir.Open(path); err != nil {
		return nil, err
	}
	if err := d.refuse(); err != nil {
		return nil, errors.Join(err, d.Dir.Close())
	}
	if d.weights, err = safetensors.OpenSet(path); err != nil {
		return nil, errors.Join(err, d.Dir.Close())
	}
	return d, nil
}

// Close releases the files of the directory.
func (d *directory) Close() error { return errors.Join(d.weights.Close(), d.Dir.Close()) }

// open opens a file of the directory for reading at any offset. The error is
// fs.ErrNotExist where there is none.
func (d *directory) open(name string) (*os.File, int64, error) {
	f, info, err := d.Open(name)
	if err != nil {
		return nil, 0, d.fault(name, err)
	}
	return f, info.Size(), nil
}

// readFile returns a small file of the directory, fs.ErrNotExist where there
// is none.
func (d *directory) readFile(name string) ([]byte, error) {
	data, err := d.ReadFile(name, modeldir.MaxConfigBytes)
	if err != nil {
		return nil, d.fault(name, err)
	}
	return data, nil
}

// fault tells an absent file from a file that should not be as it is.
func (d *directory) fault(name string, err error) error {
	switch {
	case errors.Is(err, modeldir.ErrNotRegular), errors.Is(err, modeldir.ErrLink), errors.Is(err, modeldir.ErrTooLarge):
		return fmt.Errorf("%w: %w", ErrFormat, err)
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%s: %w", filepath.Join(d.path, name), fs.ErrNotExist)
	}
	return err
}
