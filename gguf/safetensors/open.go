package safetensors

import (
	"errors"

	"github.com/nibble-go/nibble/internal/fault"
	"github.com/nibble-go/nibble/internal/modeldir"
)

// Open opens the file at path and reads its header. The caller closes it.
func Open(path string) (*File, error) {
	src, info, err := modeldir.OpenRegular(path)
	if errors.Is(err, modeldir.ErrNotRegular) {
		return nil, fault.Of(ErrFormat, err)
	}
	if err != nil {
		return nil, err
	}
	f, err := NewReader(src, info.Size(), ReaderOptions{})
	if err != nil {
		return nil, errors.Join(fault.At(path, err), src.Close())
	}
	f.closer = src
	return f, nil
}
