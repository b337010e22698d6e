package atomicfile

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
)

const (
	frameBytes = 8 // before each record: its length and a CRC-32C, both little-endian
	// maxRecordBytes bounds a record, so that a damaged length costs no memory.
	maxRecordBytes = 16 << 20
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// journal is the journal of a set, see the package's documentation.
type journal struct {
	target string // of the set's first file
	run    string
	name   string
	file   *os.File
	size   int64 // bytes of the file
	end    int64 // where the next record begins
	buf    []byte
}

// StartJournal creates the set's journal with its first record, and brings it and the names of all parts to the disk.
// A failure wraps ErrJournal and leaves no journal.
func (s *Set) StartJournal(head []byte) error {
	j := &journal{target: s.files[0].target, run: s.run}
	j.name = runFile(j.target, j.run, journalSuffix)
	var err error
	for range 100 { // its name is the run's, so that one that was lost is created again
		if j.file, err = createLocked(j.name); !errors.Is(err, errLost) {
			break
		}
	}
	if err != nil {
		return j.fail("create", err)
	}
	s.journal = j
	if err := j.append(head); err != nil {
		_ = s.removeJournal()
		return err
	}
	synced := make(map[string]bool)
	for _, f := range s.files {
		dir := filepath.Dir(f.target)
		if synced[dir] {
			continue
		}
		synced[dir] = true
		if err := syncDir(dir); err != nil {
			_ = s.removeJournal()
			return j.fail("create", err)
		}
	}
	return nil
}

// HasJournal reports whether the set has a journal: one that was started, or one that it was resumed from.
func (s *Set) HasJournal() bool { return s.journal != nil }

// Checkpoint brings to the disk what was written, then appends record to the journal and brings that to the disk. What
// record claims must have been written by calls of WriteAt that have returned. It is not for several goroutines at
// once, but WriteAt may be called meanwhile.
//
// An error that wraps ErrJournal leaves the set in order: only the journal cannot be written, and what it said before
// stays true. After any other error the set must be discarded.
func (s *Set) Checkpoint(record []byte) error {
	for _, f := range s.files {
		if err := f.syncData(); err != nil {
			s.tainted = true
			return err
		}
	}
	return s.journal.append(record)
}

// append writes a record and syncs the journal. A record that fails is cut off again, so that the next one can stand
// in its place.
func (j *journal) append(record []byte) error {
	if len(record) == 0 || len(record) > maxRecordBytes {
		return j.fail("write", errors.New("size of a record out of range"))
	}
	j.buf = binary.LittleEndian.AppendUint32(j.buf[:0], uint32(len(record)))
	j.buf = binary.LittleEndian.AppendUint32(j.buf, checksum(j.buf, record))
	j.buf = append(j.buf, record...)
	_, err := j.file.WriteAt(j.buf, j.end)
	if err == nil {
		err = j.file.Sync()
	}
	if err != nil {
		_ = j.file.Truncate(j.end) // a torn record is no record either
		return j.fail("write", err)
	}
	j.end += int64(len(j.buf))
	return nil
}

// checksum returns the CRC-32C of a record's length and its bytes.
func checksum(length, record []byte) uint32 {
	return crc32.Update(crc32.Checksum(length, castagnoli), castagnoli, record)
}

// next reads the next record. It returns nil where the file ends before the record does. A record with another
// checksum than its own is an error.
func (j *journal) next() ([]byte, error) {
	var frame [frameBytes]byte
	rest := j.size - j.end - frameBytes
	if rest <= 0 {
		return nil, nil
	}
	if _, err := j.file.ReadAt(frame[:], j.end); err != nil {
		return nil, j.fail("read", unexpected(err))
	}
	n := int64(binary.LittleEndian.Uint32(frame[:4]))
	switch {
	case n == 0 || n > maxRecordBytes:
		return nil, j.damaged()
	case n > rest:
		return nil, nil
	case int64(cap(j.buf)) < n:
		j.buf = make([]byte, n)
	}
	record := j.buf[:n]
	if _, err := j.file.ReadAt(record, j.end+frameBytes); err != nil {
		return nil, j.fail("read", unexpected(err))
	}
	if checksum(frame[:4], record) != binary.LittleEndian.Uint32(frame[4:]) {
		return nil, j.damaged()
	}
	j.end += frameBytes + n
	return record, nil
}

// replay hands out the records after the head, up to the first that is not valid.
func (j *journal) replay(record func([]byte) error) error {
	for {
		r, err := j.next()
		switch {
		case errors.Is(err, errDamaged), err == nil && r == nil:
			if err := j.file.Truncate(j.end); err != nil {
				return j.fail("write", err)
			}
			return nil
		case err != nil:
			return err
		}
		if err := record(r); err != nil {
			return err
		}
	}
}

// removeJournal removes the journal, if there is one.
func (s *Set) removeJournal() error {
	j := s.journal
	if j == nil {
		return nil
	}
	s.journal = nil
	j.close() // an open file cannot be removed on Windows
	if err := os.Remove(j.name); err != nil && !errors.Is(err, os.ErrNotExist) {
		return &Error{Op: "remove", Path: j.name, Kind: ErrIO, Err: bare(err)}
	}
	return nil
}

// close lets go of the lock. All records were synced when they were written.
func (j *journal) close() { _ = j.file.Close() }

var errDamaged = errors.New("it is damaged")

func (j *journal) damaged() error { return j.fail("read", errDamaged) }

func (j *journal) fail(op string, err error) error {
	return &Error{Op: op + " journal of", Path: j.target, Kind: ErrJournal, Err: bare(err)}
}

func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
