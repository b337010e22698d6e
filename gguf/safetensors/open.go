package safetensors

import (
	"errors"

	"github.com/nibble-go/nibble/internal/modeldir"
)

// Open opens the file at path and reads its header. The caller closes it.
func Open(path string) (*File, error) {
	src, info, err := modeldir.OpenRegular(path)
	if errors.Is(err, modeldir.ErrNotRegular) {
		return nil, &reason{err.Error(), ErrFormat, err}
	}
	if err != nil {
		return nil, err
	}
	f, err := NewReader(src, info.Size(), ReaderOptions{})
	if err != nil {
		return nil, errors.Join(&located{path, err}, src.Close())
	}
	f.closer = src
	return f, nil
}
