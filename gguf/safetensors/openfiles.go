package safetensors

import (
	"errors"
	"io/fs"
	"os"
	"slices"
	"sync"

	"github.com/nibble-go/nibble/internal/fault"
)

// maxOpenFiles bounds the shards of a set that are open at the same time, far
// below what systems allow a process (256 on macOS).
const maxOpenFiles = 64

// openFiles opens files when they are read, and closes the one that was read
// least recently when there are too many. More than most are open only while
// as many are being read.
type openFiles struct {
	open func(name string) (*os.File, fs.FileInfo, error)
	most int

	mu     sync.Mutex
	recent []*shardFile // the open ones, least recently used first
	closed bool
}

// shardFile is a file that is opened when it is read. Its fields but name and
// info belong to the mutex of files.
type shardFile struct {
	files *openFiles
	name  string
	info  fs.FileInfo // of the file whose header was read

	f     *os.File // nil: not open
	users int      // reads under way
}

// ReadAt implements [io.ReaderAt].
func (s *shardFile) ReadAt(p []byte, off int64) (int, error) {
	f, err := s.files.acquire(s)
	if err != nil {
		return 0, err
	}
	n, err := f.ReadAt(p, off)
	s.files.release(s)
	return n, err
}

// add puts in a file that was just opened.
func (o *openFiles) add(s *shardFile, f *os.File) {
	o.mu.Lock()
	defer o.mu.Unlock()
	s.f = f
	o.recent = append(o.recent, s)
	o.trim()
}

func (o *openFiles) acquire(s *shardFile) (*os.File, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed {
		return nil, fault.At(s.name, fs.ErrClosed)
	}
	if s.f == nil {
		f, info, err := o.open(s.name)
		if err != nil {
			return nil, err
		}
		if !os.SameFile(info, s.info) || info.Size() != s.info.Size() {
			return nil, errors.Join(fault.At(s.name, errors.New("another file took its place")), f.Close())
		}
		s.f = f
		o.recent = append(o.recent, s)
	} else if last := len(o.recent) - 1; o.recent[last] != s {
		i := slices.Index(o.recent, s)
		copy(o.recent[i:], o.recent[i+1:])
		o.recent[last] = s
	}
	s.users++
	o.trim()
	return s.f, nil
}

func (o *openFiles) release(s *shardFile) {
	o.mu.Lock()
	defer o.mu.Unlock()
	s.users--
	o.trim()
}

// trim closes files until no more than most are open, or all are being read.
func (o *openFiles) trim() {
	for i := 0; i < len(o.recent) && (len(o.recent) > o.most || o.closed); {
		s := o.recent[i]
		if s.users > 0 {
			i++
			continue
		}
		s.f.Close() // read only: nothing can be lost
		s.f = nil
		o.recent = slices.Delete(o.recent, i, i+1)
	}
}

// close closes the files; one that is being read, when that is done.
func (o *openFiles) close() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.closed = true
	o.trim()
	return nil
}
