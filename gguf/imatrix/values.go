package imatrix

import (
	"encoding/binary"
	"io"
	"math"
	"sync"
)

// windowBytes is how much of a file is in memory at once, a multiple of a
// value's size.
const windowBytes = 64 << 10

// windows keeps the windows of readers that are done: reading goes row by row,
// and a row is small.
var windows = sync.Pool{New: func() any { return new([windowBytes]byte) }}

// values are little-endian float32 in a source, one after the other.
type values struct {
	src io.ReaderAt
	off int64 // of the first
	n   int64
}

// offset returns where value i stands in the source.
func (v values) offset(i int64) int64 { return v.off + 4*i }

// read fills dst with the values from number from on, which exist.
func (v values) read(dst []float32, from int64) error {
	window := windows.Get().(*[windowBytes]byte)
	defer windows.Put(window)
	for len(dst) > 0 {
		b := window[:min(windowBytes, 4*len(dst))]
		if err := readFull(v.src, b, v.offset(from)); err != nil {
			return err
		}
		for i := range len(b) / 4 {
			dst[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
		}
		from += int64(len(b) / 4)
		dst = dst[len(b)/4:]
	}
	return nil
}

// firstOutside returns the first value that is not between 0 and most, and its
// number: n where there is none.
func (v values) firstOutside(most float32) (at int64, bad float32, err error) {
	window := windows.Get().(*[windowBytes]byte)
	defer windows.Put(window)
	for at < v.n {
		b := window[:min(windowBytes, 4*(v.n-at))]
		if err := readFull(v.src, b, v.offset(at)); err != nil {
			return at, 0, err
		}
		for i := range len(b) / 4 {
			x := math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
			if !(x >= 0 && x <= most) { // NaN is neither
				return at + int64(i), x, nil
			}
		}
		at += int64(len(b) / 4)
	}
	return at, 0, nil
}

// readFull fills b from position off. A source that is shorter than it was said
// to be is not a malformed one.
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
