package convert

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nibble-go/nibble/internal/atomicfile"
)

// recordEvery is how much time a run that is killed loses, and how long it takes
// until there is a journal at all: what is shorter pays nothing for it.
const recordEvery = 5 * time.Second

// ErrResume reports that a run cannot go on from what stands there, because
// another run left it.
var ErrResume = errors.New("cannot resume")

// A ResumeError says why a run cannot go on from what another left: that one
// wrote something else. It wraps [ErrResume]. What was left stays until a run
// without [WriteOptions.Resume] removes it.
type ResumeError struct {
	Path string // of the output, its first file
	// Differ names what is not as it was in the other run.
	Differ []string
}

func (e *ResumeError) Error() string {
	return fmt.Sprintf("%v %q: the run that was stopped is another one; these differ: %s", ErrResume, e.Path, strings.Join(e.Differ, ", "))
}

func (e *ResumeError) Unwrap() error { return ErrResume }

// A StoppedError is the end of a run that [WriteOptions.Resume] can go on from:
// it was cancelled, or the operating system failed it. It wraps the reason.
type StoppedError struct {
	Err         error
	Done, Total int64 // bytes of tensors that stand on the disk, and of all tensors
}

func (e *StoppedError) Error() string { return e.Err.Error() }

func (e *StoppedError) Unwrap() error { return e.Err }

// A journal remembers which chunks of a plan stand in the parts of the output.
// All of its methods do nothing on a nil journal, which is that of a pass that
// writes to other places than files.
//
// Its records, beside the head, are sequences of entries: the number of a chunk
// as 8 bytes and the CRC-32C of its bytes as 4, little-endian. The checksums are
// what makes a journal safe to believe: a chunk counts as done only if its bytes
// in the part have the checksum that its entry has. A later entry of a chunk
// replaces an earlier one.
type journal struct {
	plan   *Plan
	chunks []chunk
	set    *atomicfile.Set
	head   func() ([]byte, error)

	resumed bool
	kept    atomic.Int64 // bytes that stood there already

	mu      sync.Mutex
	done    []bool   // by chunk
	sums    []uint32 // by chunk, of those that are done
	entries []byte   // of chunks that were written since the last record
}

const (
	entryBytes = 12
	// maxRecordEntries bounds a record.
	maxRecordEntries = 64 << 10
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// openJournal creates the parts of the output, or, with resume, takes over those
// of a run that was stopped.
func (p *Plan) openJournal(specs []atomicfile.Spec, force, resume bool) (*journal, error) {
	chunks := p.chunks()
	j := &journal{
		plan: p, chunks: chunks,
		done: make([]bool, len(chunks)), sums: make([]uint32, len(chunks)),
	}
	own := sync.OnceValues(func() (*fingerprint, error) { return p.fingerprint(thisBuild()) })
	j.head = func() ([]byte, error) {
		f, err := own()
		if err != nil {
			return nil, err
		}
		return f.marshal()
	}
	opts := atomicfile.Options{Force: force}
	var err error
	if !resume {
		j.set, err = atomicfile.CreateAll(specs, opts)
		return j, err
	}
	accept := func(head []byte) error {
		ours, err := own()
		if err != nil {
			return err
		}
		theirs, err := unmarshalFingerprint(head)
		if err != nil {
			return &ResumeError{specs[0].Path, []string{err.Error()}}
		}
		if differ := ours.differences(theirs); len(differ) > 0 {
			return &ResumeError{specs[0].Path, differ}
		}
		j.resumed = true
		return nil
	}
	j.set, err = atomicfile.Resume(specs, opts, accept, j.replay)
	return j, err
}

// replay believes a record, for now.
func (j *journal) replay(record []byte) error {
	for ; len(record) >= entryBytes; record = record[entryBytes:] {
		i := binary.LittleEndian.Uint64(record)
		if i >= uint64(len(j.chunks)) {
			continue
		}
		j.done[i], j.sums[i] = true, binary.LittleEndian.Uint32(record[8:])
	}
	return nil
}

// keeps reports whether chunk i stands at offset of its part already. Its bytes
// are then in encoded.
func (j *journal) keeps(i int64, encoded []byte, offset int64) bool {
	j.mu.Lock()
	done, sum := j.done[i], j.sums[i]
	j.mu.Unlock()
	if !done {
		return false
	}
	file := j.set.File(j.plan.Tensors[j.chunks[i].tensor].File)
	if n, err := file.ReadAt(encoded, offset); n == len(encoded) && (err == nil || errors.Is(err, io.EOF)) {
		if crc32.Checksum(encoded, castagnoli) == sum {
			j.kept.Add(int64(len(encoded)))
			return true
		}
	}
	j.mu.Lock()
	j.done[i] = false
	j.mu.Unlock()
	return false
}

// wrote notes that chunk i was written.
func (j *journal) wrote(i int64, encoded []byte) {
	if j == nil {
		return
	}
	sum := crc32.Checksum(encoded, castagnoli)
	j.mu.Lock()
	defer j.mu.Unlock()
	j.done[i], j.sums[i] = true, sum
	j.entries = binary.LittleEndian.AppendUint64(j.entries, uint64(i))
	j.entries = binary.LittleEndian.AppendUint32(j.entries, sum)
}

// record makes what was written so far durable and records it. Where only the
// journal fails, so that these chunks would have to be written again after a
// crash, the run goes on all the same: its parts have their space, and it is not
// for the journal that it runs.
func (j *journal) record() error {
	j.mu.Lock()
	entries := j.entries
	j.entries = nil
	j.mu.Unlock()
	if len(entries) == 0 {
		return nil
	}
	if !j.set.HasJournal() {
		head, err := j.head()
		if err != nil {
			return nil // nobody could resume from it
		}
		if err := j.set.StartJournal(head); err != nil {
			return nil
		}
	}
	for len(entries) > 0 {
		n := min(len(entries), maxRecordEntries*entryBytes)
		if err := j.set.Checkpoint(entries[:n]); err != nil {
			if errors.Is(err, atomicfile.ErrJournal) {
				return nil
			}
			return err
		}
		entries = entries[n:]
	}
	return nil
}

// recording calls record at intervals until the returned function is called,
// which waits for the last. An error of it ends the context with that cause.
func (j *journal) recording(ctx context.Context, every time.Duration) (context.Context, func()) {
	ctx, fail := context.WithCancelCause(ctx)
	stop := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		ticker := time.NewTicker(every)
		defer ticker.Stop()
		for {
			select {
			case <-stop:
				return
			case <-ticker.C:
				if err := j.record(); err != nil {
					fail(err)
					return
				}
			}
		}
	})
	return ctx, func() {
		close(stop)
		wg.Wait()
		fail(nil)
	}
}

// stop ends a run that failed. Where it can be resumed, everything that it did
// is recorded and kept, and the error says so.
func (j *journal) stop(ctx context.Context, err error) error {
	var path *fs.PathError // of an input
	switch {
	case ctx.Err() != nil:
	case errors.Is(err, atomicfile.ErrNoSpace), errors.Is(err, atomicfile.ErrIO):
	case errors.As(err, &path):
	default:
		return err // it would fail again
	}
	if rerr := j.record(); rerr != nil || !j.set.Keep() {
		return err
	}
	stopped := &StoppedError{Err: err}
	for i, c := range j.chunks {
		t := &j.plan.Tensors[c.tensor]
		n, rerr := t.Type.RowBytes(int64(c.values))
		if rerr != nil {
			return err
		}
		stopped.Total += n
		if j.done[i] {
			stopped.Done += n
		}
	}
	return stopped
}
