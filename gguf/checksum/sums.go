package checksum

import (
	"context"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"iter"

	"github.com/cespare/xxhash/v2"

	"github.com/nibble-go/nibble/gguf"
)

// Options say what is hashed. The zero value hashes nothing.
type Options struct {
	// Hashes are the hashes to compute, in any order.
	Hashes []Hash

	// NoTensors leaves out the entries of single tensors.
	NoTensors bool

	// Progress, if not nil, is told how many bytes were read, of how many.
	Progress func(done, total int64)
}

// namespace is the UUID of llama.cpp's models, ef001206-dadc-5f6d-a15f-3359e577d4e5.
var namespace = []byte{0xef, 0x00, 0x12, 0x06, 0xda, 0xdc, 0x5f, 0x6d, 0xa1, 0x5f, 0x33, 0x59, 0xe5, 0x77, 0xd4, 0xe5}

// pieceBytes is how much is in memory at a time.
const pieceBytes = 1 << 20

// Sums hashes the file f, whose bytes are src, under the given name. The
// entries come in the order of llama-gguf-hash's lines, each when it is known:
// those of a tensor together, then those of all tensors, then that of the file.
// The bytes are read once, from front to back. The first error, of src or a
// cancelled ctx, ends the sequence. f must be a single file, not a split set.
func Sums(ctx context.Context, f *gguf.File, src io.ReaderAt, name string, opts Options) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		s := newSummer(ctx, f, src, opts)
		for _, t := range f.Tensors {
			entries, err := s.tensor(t)
			if err != nil {
				yield(Entry{}, fmt.Errorf("tensor %q: %w", t.Name, err))
				return
			}
			for _, e := range entries {
				e.Name = TensorName(name, t.Name)
				if !yield(e, nil) {
					return
				}
			}
		}
		if err := s.rest(); err != nil {
			yield(Entry{}, err)
			return
		}
		for _, e := range s.model() {
			e.Name = name
			if !yield(e, nil) {
				return
			}
		}
	}
}

// A summer reads a file from front to back and feeds the hashes.
type summer struct {
	ctx  context.Context
	opts Options
	src  io.ReaderAt
	at   int64 // of the next byte to read
	end  int64
	done int64 // bytes read
	need int64 // bytes to read in all
	buf  []byte

	tensors []running // of one tensor at a time
	models  []running // of all tensors
	file    hash.Hash // nil where it is not asked for
}

// running is a hash that is not complete.
type running struct {
	hash  Hash
	state hash.Hash
}

func newSummer(ctx context.Context, f *gguf.File, src io.ReaderAt, opts Options) *summer {
	s := &summer{ctx: ctx, opts: opts, src: src, end: f.Size, buf: make([]byte, pieceBytes)}
	for _, h := range []Hash{XXH64, SHA1, SHA256} {
		if !has(opts.Hashes, h) {
			continue
		}
		if !opts.NoTensors {
			s.tensors = append(s.tensors, running{h, newState(h)})
		}
		s.models = append(s.models, running{h, newState(h)})
	}
	if has(opts.Hashes, UUID) {
		state := newState(UUID)
		state.Write(namespace)
		s.models = append(s.models, running{UUID, state})
	}
	for _, t := range f.Tensors {
		s.need += t.Bytes()
	}
	if has(opts.Hashes, File) {
		s.file, s.need = sha256.New(), s.end
	}
	return s
}

func newState(h Hash) hash.Hash {
	switch h {
	case XXH64:
		return xxhash.New()
	case SHA256:
		return sha256.New()
	}
	return sha1.New()
}

// tensor reads on to the end of t and returns the entries of the tensor.
func (s *summer) tensor(t *gguf.Tensor) ([]Entry, error) {
	if err := s.gap(t.FileOffset()); err != nil {
		return nil, err
	}
	for _, r := range s.tensors {
		r.state.Reset()
	}
	var into []hash.Hash
	for _, r := range append(s.tensors[:len(s.tensors):len(s.tensors)], s.models...) {
		into = append(into, r.state)
	}
	if s.file != nil {
		into = append(into, s.file)
	}
	if err := s.read(t.FileOffset()+t.Bytes(), into); err != nil {
		return nil, err
	}
	return finish(s.tensors), nil
}

// gap passes what stands between tensors, which belongs to the file alone.
func (s *summer) gap(to int64) error {
	if s.file == nil {
		s.at = to
		return nil
	}
	return s.read(to, []hash.Hash{s.file})
}

// rest reads on to the end of the file.
func (s *summer) rest() error { return s.gap(s.end) }

// model returns the entries of the file.
func (s *summer) model() []Entry {
	entries := finish(s.models)
	if s.file != nil {
		entries = append(entries, Entry{Hash: File, Sum: hex.EncodeToString(s.file.Sum(nil))})
	}
	return entries
}

// read reads on to byte to.
func (s *summer) read(to int64, into []hash.Hash) error {
	for s.at < to {
		if s.ctx.Err() != nil {
			return context.Cause(s.ctx)
		}
		piece := s.buf[:min(int64(len(s.buf)), to-s.at)]
		if n, err := s.src.ReadAt(piece, s.at); n < len(piece) {
			if err == io.EOF || err == nil {
				err = io.ErrUnexpectedEOF
			}
			return fmt.Errorf("byte %d: %w", s.at+int64(n), err)
		}
		for _, h := range into {
			h.Write(piece)
		}
		s.at += int64(len(piece))
		s.done += int64(len(piece))
		if s.opts.Progress != nil {
			s.opts.Progress(s.done, s.need)
		}
	}
	return nil
}

func finish(all []running) []Entry {
	entries := make([]Entry, len(all))
	for i, r := range all {
		sum := r.state.Sum(nil)
		entries[i] = Entry{Hash: r.hash, Sum: hex.EncodeToString(sum)}
		if r.hash == UUID {
			entries[i].Sum = uuid(sum)
		}
	}
	return entries
}

// uuid makes the version 5 UUID of a SHA-1 (RFC 9562, section 5.5).
func uuid(sum []byte) string {
	u := [16]byte(sum)
	u[6] = u[6]&0x0f | 0x50
	u[8] = u[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", u[:4], u[4:6], u[6:8], u[8:10], u[10:])
}
