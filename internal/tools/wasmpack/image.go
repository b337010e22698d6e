package wasmpack

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

// maxSparse bounds the memory that a module initialises by the size of its data section, so that a few bytes cannot
// ask for gigabytes. What Go links is less than four times as large.
const maxSparse = 64

// image is what a module's data initialises of its memory, from address 0 on.
type image []byte

var errOutside = errors.New("address outside of the module's data")

// segment is a stretch of memory that a data section initialises.
type segment struct {
	at   int
	data []byte
}

// readImage lays out the segments of a data section. The linker puts them in order of its own sections, which is
// not that of addresses.
func readImage(section []byte) (image, error) {
	segments, err := readSegments(section)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(segments, func(a, b segment) int { return cmp.Compare(a.at, b.at) })
	var m image
	for _, s := range segments {
		switch {
		case s.at < len(m):
			return nil, fmt.Errorf("data segments overlap at %d", s.at)
		case s.at > maxSparse*len(section):
			return nil, fmt.Errorf("data segment at %d is too far away for %d bytes of data", s.at, len(section))
		}
		m = append(append(m, make([]byte, s.at-len(m))...), s.data...)
	}
	return m, nil
}

func readSegments(section []byte) ([]segment, error) {
	var segments []segment
	r := reader{data: section}
	for i := range r.uint() {
		memory, op, at, end := r.uint(), r.byte(), r.int(), r.byte()
		data := r.bytes(r.uint())
		switch {
		case r.err != nil:
			return nil, fmt.Errorf("data segment %d: %w", i, r.err)
		case memory != 0 || op != opI32Const || end != opEnd || at < 0:
			return nil, fmt.Errorf("data segment %d is not at a constant address of memory 0", i)
		}
		segments = append(segments, segment{int(at), data})
	}
	if r.err != nil || len(r.data) > 0 {
		return nil, errors.New("the data section does not end with its last segment")
	}
	return segments, nil
}

// writeImage returns a data section of m, without the runs of minGap zeros or more: memory is zero anyhow.
func writeImage(m image) []byte {
	segments := cut(m)
	section := appendUint(nil, uint32(len(segments)))
	for _, s := range segments {
		section = append(section, 0, opI32Const)
		section = appendInt(section, int32(s.at))
		section = append(section, opEnd)
		section = appendUint(section, uint32(len(s.data)))
		section = append(section, s.data...)
	}
	return section
}

// cut returns the segments between the runs of minGap zeros or more.
func cut(m image) []segment {
	var segments []segment
	gap := make([]byte, minGap)
	for at := 0; ; {
		for at < len(m) && m[at] == 0 {
			at++
		}
		if at == len(m) {
			return segments
		}
		n := bytes.Index(m[at:], gap)
		if n < 0 {
			n = len(bytes.TrimRight(m[at:], "\x00"))
		}
		segments = append(segments, segment{at, m[at : at+n]})
		at += n
	}
}

// table returns the n bytes at an address, to be read and changed.
func (m image) table(at, n uint64) ([]byte, error) {
	if at > uint64(len(m)) || n > uint64(len(m))-at {
		return nil, errOutside
	}
	return m[at : at+n : at+n], nil
}

// find returns the only multiple of 8 at which b stands.
func (m image) find(b []byte) (uint64, error) {
	var found []int
	for from := 0; ; {
		i := bytes.Index(m[from:], b)
		if i < 0 {
			break
		}
		if (from+i)%8 == 0 {
			found = append(found, from+i)
		}
		from += i + 1
	}
	if len(found) != 1 {
		return 0, fmt.Errorf("found %d times", len(found))
	}
	return uint64(found[0]), nil
}

func get32(b []byte, at int) uint32    { return binary.LittleEndian.Uint32(b[at:]) }
func put32(b []byte, at int, v uint32) { binary.LittleEndian.PutUint32(b[at:], v) }
func get64(b []byte, at int) uint64    { return binary.LittleEndian.Uint64(b[at:]) }
