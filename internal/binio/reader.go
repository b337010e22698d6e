// Package binio reads binary structures from an [io.ReaderAt] whose size is
// known, in either byte order.
//
// A [Reader] knows its position and how many bytes remain, and refuses to go
// past the end before it allocates anything: what a header claims is checked
// against the bytes that are there. It reads through one small window, so a
// walk over gigabytes takes no more memory than a walk over kilobytes.
package binio

import (
	"encoding/binary"
	"errors"
	"io"
	"strconv"
)

// ErrShort reports that fewer bytes remain than were asked for. The data is
// truncated, or a length in it is wrong; nothing was read.
var ErrShort = errors.New("not enough bytes")

// windowBytes is the size of the read window: large enough that the calls to
// the source do not count, small enough not to count itself.
const windowBytes = 64 << 10

// A Reader reads forward from a position in a source of known size. The zero
// value is not usable; see [NewReader]. A Reader must not be used by several
// goroutines at once.
type Reader struct {
	src   io.ReaderAt
	order binary.ByteOrder
	end   int64  // the position behind the last byte
	pos   int64  // the position of the next byte
	buf   []byte // the window's bytes that are not consumed, starting at pos
	space []byte // what buf is cut from
}

// NewReader returns a Reader of the bytes start to end of src. Positions are
// those of src. It panics if start > end or start < 0, which is a mistake of
// the caller, never of the data.
func NewReader(src io.ReaderAt, order binary.ByteOrder, start, end int64) *Reader {
	if start < 0 || start > end {
		panic("binio: bounds " + strconv.FormatInt(start, 10) + ":" + strconv.FormatInt(end, 10))
	}
	return &Reader{src: src, order: order, pos: start, end: end}
}

// Pos returns the position of the next byte, counted from the source's start.
func (r *Reader) Pos() int64 { return r.pos }

// Remaining returns how many bytes are left.
func (r *Reader) Remaining() int64 { return r.end - r.pos }

// SetOrder sets the byte order of the integers that follow.
func (r *Reader) SetOrder(order binary.ByteOrder) { r.order = order }

// peek returns the next n bytes, at most windowBytes, without consuming them.
// They are valid until the next call.
func (r *Reader) peek(n int) ([]byte, error) {
	if n <= len(r.buf) {
		return r.buf[:n], nil
	}
	if int64(n) > r.Remaining() {
		return nil, shortError{int64(n), r.Remaining()}
	}
	if r.space == nil {
		r.space = make([]byte, min(windowBytes, r.Remaining()))
	}
	window := r.space[:min(int64(len(r.space)), r.Remaining())]
	have := copy(window, r.buf)
	if err := readFull(r.src, window[have:], r.pos+int64(have)); err != nil {
		return nil, err
	}
	r.buf = window
	return r.buf[:n], nil
}

func (r *Reader) consume(n int) {
	r.buf = r.buf[n:]
	r.pos += int64(n)
}

// readFull fills b from position off. A source that ends early is shorter
// than its stated size: that is a failure of the source, reported as
// io.ErrUnexpectedEOF, not as ErrShort.
func readFull(src io.ReaderAt, b []byte, off int64) error {
	n, err := src.ReadAt(b, off)
	switch {
	case n == len(b):
		return nil
	case err == nil || err == io.EOF:
		return io.ErrUnexpectedEOF
	}
	return err
}

// Uint8 reads one byte.
func (r *Reader) Uint8() (uint8, error) {
	b, err := r.peek(1)
	if err != nil {
		return 0, err
	}
	r.consume(1)
	return b[0], nil
}

// Uint16 reads two bytes.
func (r *Reader) Uint16() (uint16, error) {
	b, err := r.peek(2)
	if err != nil {
		return 0, err
	}
	r.consume(2)
	return r.order.Uint16(b), nil
}

// Uint32 reads four bytes.
func (r *Reader) Uint32() (uint32, error) {
	b, err := r.peek(4)
	if err != nil {
		return 0, err
	}
	r.consume(4)
	return r.order.Uint32(b), nil
}

// Uint64 reads eight bytes.
func (r *Reader) Uint64() (uint64, error) {
	b, err := r.peek(8)
	if err != nil {
		return 0, err
	}
	r.consume(8)
	return r.order.Uint64(b), nil
}

// Text reads n bytes as a string. The caller bounds n; that n bytes remain is
// checked before the string is allocated.
func (r *Reader) Text(n int64) (string, error) {
	if n < 0 || n > r.Remaining() {
		return "", shortError{n, r.Remaining()}
	}
	if n <= windowBytes {
		b, err := r.peek(int(n))
		if err != nil {
			return "", err
		}
		s := string(b)
		r.consume(int(n))
		return s, nil
	}
	b := make([]byte, n)
	if err := r.ReadFull(b); err != nil {
		return "", err
	}
	return string(b), nil
}

// ReadFull fills b.
func (r *Reader) ReadFull(b []byte) error {
	if int64(len(b)) > r.Remaining() {
		return shortError{int64(len(b)), r.Remaining()}
	}
	have := copy(b, r.buf)
	if have < len(b) {
		if err := readFull(r.src, b[have:], r.pos+int64(have)); err != nil {
			return err
		}
	}
	r.buf = r.buf[have:]
	r.pos += int64(len(b))
	return nil
}

// Window returns between 1 and max of the next bytes and consumes them. They
// are valid until the next call. It serves walks over long runs of bytes.
func (r *Reader) Window(max int64) ([]byte, error) {
	if len(r.buf) == 0 {
		if _, err := r.peek(1); err != nil {
			return nil, err
		}
	}
	b := r.buf[:min(int64(len(r.buf)), max)]
	r.consume(len(b))
	return b, nil
}

// Skip moves the position n bytes on.
func (r *Reader) Skip(n int64) error {
	if n < 0 || n > r.Remaining() {
		return shortError{n, r.Remaining()}
	}
	if n <= int64(len(r.buf)) {
		r.consume(int(n))
		return nil
	}
	r.buf = nil
	r.pos += n
	return nil
}

// A shortError is an ErrShort with numbers. It is also an
// io.ErrUnexpectedEOF, the error that truncated input gives elsewhere.
type shortError struct{ want, have int64 }

func (e shortError) Error() string {
	want := strconv.FormatUint(uint64(e.want), 10) // a length of 2^63 and above shows as what it was
	return want + " bytes needed, " + strconv.FormatInt(e.have, 10) + " remain"
}

func (e shortError) Is(target error) bool {
	return target == ErrShort || target == io.ErrUnexpectedEOF
}

// SkipStrings moves the position behind the next n strings, each of which
// stands behind its length of 8 bytes. It stops before a string that is longer
// than max or does not fit into the remaining bytes, and returns how many it
// passed. It is made for vocabularies: most lengths cost a few instructions.
func (r *Reader) SkipStrings(n int, max int64) (passed int, err error) {
	big := r.order == binary.BigEndian
	for passed < n {
		if _, err := r.peek(8); err != nil {
			return passed, err
		}
		// All strings that are wholly within the window.
		window, at := r.buf, 0
		for passed < n && len(window)-at >= 8 {
			size := length(window[at:], big)
			if size > uint64(len(window)-at-8) || size > uint64(max) {
				break
			}
			at += 8 + int(size)
			passed++
		}
		r.consume(at)
		if at > 0 || passed == n {
			continue
		}
		// One that is not.
		size := length(window, big)
		if size > uint64(max) || size > uint64(r.Remaining()-8) {
			return passed, nil
		}
		if err := r.Skip(8 + int64(size)); err != nil {
			return passed, err
		}
		passed++
	}
	return passed, nil
}

func length(b []byte, big bool) uint64 {
	if big {
		return binary.BigEndian.Uint64(b)
	}
	return binary.LittleEndian.Uint64(b)
}
