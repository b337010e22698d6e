package safetensors

import (
	"errors"
	"io/fs"
	"os"
)

// Open opens the file at path and reads its header. The caller closes it.
func Open(path string) (*File, error) {
	src, info, err := openRegular(path, os.Stat, os.Open)
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

// openRegular opens a regular file. It looks before it opens, since opening a
// FIFO would wait for a writer.
func openRegular(path string, stat func(string) (fs.FileInfo, error), open func(string) (*os.File, error)) (*os.File, fs.FileInfo, error) {
	info, err := stat(path)
	if err != nil {
		return nil, nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, nil, &located{path, malformed("not a regular file")}
	}
	f, err := open(path)
	if err != nil {
		return nil, nil, err
	}
	if info, err = f.Stat(); err == nil && !info.Mode().IsRegular() {
		err = &located{path, malformed("not a regular file")}
	}
	if err != nil {
		return nil, nil, errors.Join(err, f.Close())
	}
	return f, info, nil
}
