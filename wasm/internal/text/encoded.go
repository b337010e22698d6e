package text

import (
	"encoding/binary"

	"github.com/nibble-go/nibble/tokenize"
	"github.com/nibble-go/nibble/wasm"
)

// scratch is memory that calls use one after the other: a module's memory does
// not shrink, so garbage is better not made.
type scratch struct {
	ids  []uint32
	room []byte
}

// maxScratch is the memory, in bytes, up to which a large text's is kept.
const maxScratch = 16 << 20

// keepIDs keeps a slice for the next text.
func (s *scratch) keepIDs(ids []uint32) {
	if 4*cap(ids) <= maxScratch {
		s.ids = ids[:0]
	}
}

// bytes returns n bytes of any content, which are good until the next call.
func (s *scratch) bytes(n int) []byte {
	if n > maxScratch {
		return make([]byte, n)
	}
	if cap(s.room) < n {
		s.room = make([]byte, n+n/4)
	}
	return s.room[:n]
}

// encoded are the blobs of an encoding of n tokens.
type encoded struct {
	n                                       int
	ids, starts, ends, unitStarts, unitEnds []byte
	flags                                   []byte
}

func (s *scratch) newEncoded(n int) *encoded {
	room := s.bytes((5*4 + 1) * n)
	number := func(k int) []byte { return room[4*n*k:][: 4*n : 4*n] }
	return &encoded{n, number(0), number(1), number(2), number(3), number(4), room[5*4*n:]}
}

func (e *encoded) blobs() [][]byte {
	return [][]byte{e.ids, e.starts, e.ends, e.unitStarts, e.unitEnds, e.flags}
}

// set sets token i.
func (e *encoded) set(i int, id uint32, bytes, units tokenize.Span, flags byte) {
	binary.LittleEndian.PutUint32(e.ids[4*i:], id)
	binary.LittleEndian.PutUint32(e.starts[4*i:], uint32(bytes.Start))
	binary.LittleEndian.PutUint32(e.ends[4*i:], uint32(bytes.End))
	binary.LittleEndian.PutUint32(e.unitStarts[4*i:], uint32(units.Start))
	binary.LittleEndian.PutUint32(e.unitEnds[4*i:], uint32(units.End))
	e.flags[i] = flags
}

// setOutside sets token i to one that is in no text.
func (e *encoded) setOutside(i int, id uint32, kind byte) {
	e.set(i, id, tokenize.Span{}, tokenize.Span{}, kind&^wasm.TokenAdded|wasm.TokenTemplate)
}
